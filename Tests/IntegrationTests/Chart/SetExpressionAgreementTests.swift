// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Rendering
import TestKit
import Testing

/// `--set` means what it means to Helm.
@Suite(.needsPython, .timeLimit(.minutes(2)))
struct SetExpressionAgreementTests {
    static let expressions = [
        "a=1,b=true,c=null,d=0123,e=1e3,f=1.5,g=-5,h=9223372036854775808,i=", "a[0].b=1,a[2]=x", "a\\.b=c\\,d",
        "l={a,b,1}", "l={}", "a.b[1][2]=5", "x=True", "k", "k=a=b", "a={{}", "=x", "a..b=1", "a[0]={a,b}", "a=, b=1",
        "a= 5", "a=+5", "a=0", "a=00", "a=0x1F", "a=~", "a=Null", "a=NULL", "a=false ", "a[-1]=3", "a[70000]=1",
        "a={1, 2}", "a=b\\", "a\\=b=c", "a={x,y},b=3", "a[0]=1,a[1].c=2", "a.b=,c=2", "a,b=1", "a.b", "a[0]", "a[0]x=1",
        "a[x]=1", "a={x,{y}", "a={x", "a.=1", "a={x}y", "a={x}.b=3", " a=1", "a=1,", ",a=1", "a=\"x\"", "a=b.c",
        "a=[1]",
        "a[0", "a]=1", "a}=1", "a=}", "a=b{c", "a.b[0].c.d=1", "a={null,true,1.5}", "a={\\,,b}", "a=b\nc=d",
        "a[1]=x,a[0]=null", "a=-0", "a=-05", "a=1_000", "a=9223372036854775807", "a=١", "é=ü", "a[0][0].b=1,a[0][1]=2",
        "a[0].b=1,a[0].c=2", "a.b=1,a.c=2", "a=1,a.b=2", "a=null,a.b=2", "a.b=1,a=2", "a[0]=x,a=y", "a=x,a[0]=y",
        "a[ 1]=2",
        "a[+1]=2", "a[]=1", "a[0]=", "a={x},", "a={x} ,b=1", "a={,}", "a=\\{x}", "a=\\{x\\,y}", "", ",", "=", ".", "[",
    ]

    static func compare(_ expressions: [String], asText: Bool) async throws {
        let questions = expressions.map { ["expression": .string($0), "text": .bool(asText)] as JSONValue }
        for (expression, answer) in zip(expressions, try await HelmEngine.answers(to: questions)) {
            var values: JSONObject = [:]
            do {
                try SetExpression.apply(expression, to: &values, asText: asText)
                #expect(.object(values) == answer["values"], "\(expression): Helm says \(answer)")
            } catch {
                #expect(answer["values"] == nil, "\(expression): Helm says \(answer), and Grantor \(error)")
            }
        }
    }

    @Test(arguments: [false, true])
    func `expressions are read as Helm reads them`(asText: Bool) async throws {
        try await Self.compare(Self.expressions, asText: asText)
    }

    @Test(arguments: [false, true])
    func `generated expressions are read as Helm reads them`(asText: Bool) async throws {
        var generator = ValuesGenerator(seed: 42)
        let pieces = [
            "a", "b", "1", "0", "null", "true", "=", "=", ",", ".", "[", "]", "[0]", "[1]", "{", "}", "\\", " ",
        ]
        let expressions = (0..<600).map { _ in
            (0..<Int.random(in: 1...9, using: &generator)).map { _ in generator.pick(pieces) }.joined()
        }
        try await Self.compare(expressions, asText: asText)
    }
}
