// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct ColumnPathTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let path: String
        let value: JSONValue?
        var testDescription: String { path }
    }

    static let object: JSONValue = [
        "metadata": ["labels": ["app.kubernetes.io/name": "x"]],
        "spec": ["image": "i", "replicas": 3, "list": [["n": "a", "v": 1], ["n": "b", "v": 2.5]]],
        "status": [
            "conditions": [
                ["type": "Synced", "status": "True", "reason": "Fine"],
                ["type": "Ready", "status": "False", "reason": "Broken"],
            ]
        ],
    ]

    @Test(arguments: [
        Case(path: ".spec.image", value: "i"),
        Case(path: "{.spec.image}", value: "i"),
        Case(path: "$.spec.image", value: "i"),
        Case(path: ".spec['image']", value: "i"),
        Case(path: ".spec.nothing", value: nil),
        Case(path: ".metadata.labels['app.kubernetes.io/name']", value: "x"),
        Case(path: ".metadata.labels.app\\.kubernetes\\.io/name", value: "x"),
        Case(path: ".status.conditions[-1].reason", value: "Broken"),
        Case(path: ".status.conditions[0].reason", value: "Fine"),
        Case(path: ".status.conditions[2].reason", value: nil),
        Case(path: ".status.conditions[-3].reason", value: nil),
        Case(path: #".status.conditions[?(@.type=="Ready")].status"#, value: "False"),
        Case(path: #".status.conditions[?(@.type == 'Ready')].status"#, value: "False"),
        Case(path: #".status.conditions[?(@.type!="Ready")].status"#, value: "True"),
        Case(path: #".status.conditions[?(@.type=="None")].status"#, value: nil),
        Case(path: ".spec.list[?(@.v>1)].n", value: "b"),
        Case(path: ".spec.list[?(@.v==1)].n", value: "a"),
        Case(path: ".spec.list[?(@.x)].n", value: nil),
        Case(path: ".spec.list[*].n", value: "a"),
        Case(path: ".spec.list[1:].n", value: "b"),
        Case(path: ".spec.image.deeper", value: nil),
        Case(path: ".", value: object),
    ])
    func `a path leads to the first value there`(example: Case) throws {
        #expect(try #require(ColumnPath(example.path)).first(in: Self.object) == example.value)
    }

    @Test(arguments: [".a[", ".a[x]", ".a[?(@.b==)]", ".a[?(@.b=='c']", ".a..b", "a]", ".a['b"])
    func `what cannot be read is no path`(path: String) {
        #expect(ColumnPath(path) == nil)
    }
}
