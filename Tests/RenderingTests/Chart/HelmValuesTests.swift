// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import Rendering

struct HelmValuesTests {
    @Test func `maps are merged deep, lists and everything else replaced, null kept`() {
        let base: JSONObject = ["a": ["b": 1, "c": [1, 2]], "d": "x", "e": ["f": 1]]
        let over: JSONObject = ["a": ["c": [3], "n": .null], "d": ["y": 1], "e": .null]
        #expect(
            HelmValues.merge(over, over: base) == ["a": ["b": 1, "c": [3], "n": .null], "d": ["y": 1], "e": .null]
        )
    }

    @Test func `null takes a default away, and a default that is null is not there`() {
        let defaults: JSONObject = ["a": ["b": 1, "c": .null], "d": 1, "n": .null, "t": ["u": ["v": 1, "w": .null]]]
        #expect(HelmValues.coalesce([:], over: defaults) == ["a": ["b": 1], "d": 1, "t": ["u": ["v": 1]]])
        let user: JSONObject = ["a": ["b": .null, "c": .null, "z": .null], "d": .null, "n": .null, "new": .null]
        #expect(
            HelmValues.coalesce(user, over: defaults)
                == ["a": ["c": .null, "z": .null], "new": .null, "t": ["u": ["v": 1]]]
        )
        #expect(HelmValues.coalesce(["t": 5, "d": ["x": .null]], over: defaults)["t"] == 5)
    }

    @Test(
        arguments: [
            (0, "0"), (1, "1"), (-5, "-5"), (123_456, "123456"), (999_999, "999999"), (1_000_000, "1e+06"),
            (20_260_421, "2.0260421e+07"), (1_234_567.5, "1.2345675e+06"), (1.5, "1.5"), (0.0001, "0.0001"),
            (0.00001, "1e-05"), (1e21, "1e+21"), (1.17e20, "1.17e+20"), (-0.25, "-0.25"), (1e100, "1e+100"),
            (100_000, "100000"), (9_007_199_254_740_992, "9.007199254740992e+15"), (0.1, "0.1"), (123.456, "123.456"),
        ] as [(Double, String)]
    )
    func `numbers of files are printed as Go prints them`(number: Double, text: String) {
        #expect(HelmNumber.text(number) == text)
    }

    @Test func `integers beyond 2^53 are rounded as JSON in Go rounds them`() {
        let values: JSONObject = ["a": [9_007_199_254_740_993]]
        let held = HelmValues.fromFile(values).mapValues { HelmNumber.canonical($0) }
        #expect(held == ["a": [9_007_199_254_740_992]])
    }

    @Test func `trimming drops what is empty in maps, at every depth`() {
        let object: JSONObject = [
            "a": .null, "b": "", "c": 0, "d": false, "e": [], "f": [:], "g": ["h": ["i": .null]],
            "j": [.null, ["k": ""]],
            "l": ["m": 1, "n": ""], "o": true,
        ]
        #expect(MapTrim.members(of: object) == ["j": [.null, ["k": ""]], "l": ["m": 1.0], "o": true])
    }

    @Test func `trimming takes a line break off the last text of an inner map`() {
        let object: JSONObject = ["a": ["x": "t\n", "y": "t\n\n"], "b": ["z": "t\n"], "c": "t\n"]
        #expect(MapTrim.members(of: object) == ["a": ["x": "t\n", "y": "t\n"], "b": ["z": "t"], "c": "t\n"])
        #expect(MapTrim.cut(["a": "t\n\n", "c": "t\n\n\n"] as JSONObject) == ["a": "t\n\n", "c": "t\n"])
    }

    @Test func `keys stand in the order of Go's writer`() {
        let sorted = ["a10", "a2", "b", "B", "_x", "9", "10", "k/e", "a", "1a"].sorted(by: MapTrim.precedes)
        #expect(sorted == ["_x", "1a", "9", "10", "B", "a", "a2", "a10", "b", "k/e"])
    }

    @Test func `an expression that cannot be read changes nothing and shows no value`() throws {
        var values: JSONObject = ["a": ["b": 1]]
        let error = try #require(throws: ChartError.self) {
            try SetExpression.apply("a.c=secret,b[x]=secret", to: &values)
        }
        #expect(values == ["a": ["b": 1]])
        #expect(error.code == .invalidExpression)
        #expect(!error.description.contains("secret"))
    }

    @Test func `what is set stands over what files say, element by element`() throws {
        var values: JSONObject = ["l": [["a": 1.0, "b": 2.0], "x"], "m": ["n": 1.0]]
        try SetExpression.apply("l[0].a=5,l[2]=y,m.o={p,q},m.n=null", to: &values)
        #expect(values == ["l": [["a": 5, "b": 2.0], "x", "y"], "m": ["n": .null, "o": ["p", "q"]]])
        try SetExpression.apply("m.n=5", to: &values, asText: true)
        #expect(values["m"]?["n"] == "5")
    }
}
