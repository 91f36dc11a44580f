// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

struct JSONPatchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let target: JSONValue
        let patch: JSONValue
        let result: JSONValue
        var testDescription: String { "\(patch) on \(target)" }

        init(_ target: JSONValue, _ patch: JSONValue, _ result: JSONValue) {
            self.target = target
            self.patch = patch
            self.result = result
        }
    }

    /// RFC 6902, appendix A, and more of its kind.
    @Test(arguments: [
        Case(["foo": "bar"], [["op": "add", "path": "/baz", "value": "qux"]], ["baz": "qux", "foo": "bar"]),
        Case(
            ["foo": ["bar", "baz"]],
            [["op": "add", "path": "/foo/1", "value": "qux"]],
            ["foo": ["bar", "qux", "baz"]]
        ),
        Case(["baz": "qux", "foo": "bar"], [["op": "remove", "path": "/baz"]], ["foo": "bar"]),
        Case(["foo": ["bar", "qux", "baz"]], [["op": "remove", "path": "/foo/1"]], ["foo": ["bar", "baz"]]),
        Case(
            ["baz": "qux", "foo": "bar"],
            [["op": "replace", "path": "/baz", "value": "boo"]],
            ["baz": "boo", "foo": "bar"]
        ),
        Case(
            ["foo": ["bar": "baz", "waldo": "fred"], "qux": ["corge": "grault"]],
            [["op": "move", "from": "/foo/waldo", "path": "/qux/thud"]],
            ["foo": ["bar": "baz"], "qux": ["corge": "grault", "thud": "fred"]]
        ),
        Case(
            ["foo": ["all", "grass", "cows", "eat"]],
            [["op": "move", "from": "/foo/1", "path": "/foo/3"]],
            ["foo": ["all", "cows", "eat", "grass"]]
        ),
        Case(
            ["baz": "qux", "foo": ["a", 2, "c"]],
            [["op": "test", "path": "/baz", "value": "qux"], ["op": "test", "path": "/foo/1", "value": 2]],
            ["baz": "qux", "foo": ["a", 2, "c"]]
        ),
        Case(
            ["foo": "bar"],
            [["op": "add", "path": "/child", "value": ["g": [:]]]],
            ["foo": "bar", "child": ["g": [:]]]
        ),
        Case(
            ["foo": "bar"],
            [["op": "add", "path": "/baz", "value": "qux", "xyz": 123]],
            ["foo": "bar", "baz": "qux"]
        ),
        Case(["/": 9, "~1": 10], [["op": "test", "path": "/~01", "value": 10]], ["/": 9, "~1": 10]),
        Case(
            ["foo": ["bar"]],
            [["op": "add", "path": "/foo/-", "value": ["abc", "def"]]],
            ["foo": ["bar", ["abc", "def"]]]
        ),
        Case(["a": 1], [["op": "replace", "path": "", "value": [2]]], [2]),
        Case(["a": 1], [["op": "add", "path": "/a", "value": 2]], ["a": 2]),
        Case(["a": [1]], [["op": "copy", "from": "/a", "path": "/b"]], ["a": [1], "b": [1]]),
        Case(["a": 1], [["op": "test", "path": "/a", "value": 1.0]], ["a": 1]),
        Case(["a": .null], [["op": "test", "path": "/a", "value": .null]], ["a": .null]),
        Case(["a": 1], [["op": "move", "from": "/a", "path": "/a"]], ["a": 1]),
        Case(["a": [1, 2]], [["op": "move", "from": "/a/0", "path": "/a/-"]], ["a": [2, 1]]),
        Case(["": 1], [["op": "remove", "path": "/"]], [:]),
    ])
    func `a patch does what RFC 6902 says`(_ example: Case) throws {
        let patch = try JSONPatch(json: example.patch)
        #expect(try patch.applied(to: example.target) == example.result)
        #expect(try JSONPatch(json: patch.json) == patch)
    }

    @Test(
        arguments: [
            ["op": "remove", "path": "/x"], ["op": "replace", "path": "/x", "value": 1],
            ["op": "add", "path": "/x/y", "value": 1], ["op": "add", "path": "/l/3", "value": 1],
            ["op": "add", "path": "/l/01", "value": 1], ["op": "add", "path": "/l/-1", "value": 1],
            ["op": "add", "path": "/l/+1", "value": 1], ["op": "remove", "path": "/l/2"],
            ["op": "remove", "path": "/l/-"],
            ["op": "replace", "path": "/l/-", "value": 1], ["op": "add", "path": "/a/b", "value": 1],
            ["op": "move", "from": "/o", "path": "/o/p"], ["op": "move", "from": "/x", "path": "/y"],
            ["op": "copy", "from": "/x", "path": "/y"], ["op": "add", "path": "/l/99999999999999999999", "value": 1],
        ] as [JSONValue]
    )
    func `a place that does not exist is a failure`(_ operation: JSONValue) throws {
        let target: JSONValue = ["a": 1, "l": [1, 2], "o": [:]]
        let patch = try JSONPatch(json: [operation])
        let failure = try #require(throws: JSONPatch.Failure.self) { try patch.applied(to: target) }
        #expect(!failure.isFailedTest)
    }

    @Test func `a test that does not hold fails as such, and nothing is applied`() throws {
        let patch = try JSONPatch(json: [
            ["op": "add", "path": "/b", "value": 1], ["op": "test", "path": "/a", "value": "1"],
        ])
        let failure = try #require(throws: JSONPatch.Failure.self) { try patch.applied(to: ["a": 1]) }
        #expect(failure.isFailedTest)
        #expect(failure.description == "testing value /a failed")
    }

    @Test(
        arguments: [
            [:], "x", ["x"], [["op": "nope", "path": "/a"]], [["path": "/a"]],
            [["op": "add", "path": "a", "value": 1]],
            [["op": "add", "path": "/a"]], [["op": "add", "value": 1]], [["op": "move", "path": "/a"]],
            [["op": "remove", "path": 1]],
        ] as [JSONValue]
    )
    func `what is no patch is refused`(_ json: JSONValue) {
        #expect(throws: JSONPatch.Failure.self) { _ = try JSONPatch(json: json) }
    }

    @Test(
        arguments: [
            (["a": [1, ["b": 2.0]]], ["a": [1.0, ["b": 2]]], true), ([1, 2], [2, 1], false), ([1], [1, 1], false),
            (["a": 1], ["a": 1, "b": .null], false), (["a": 1, "b": .null], ["a": 1], false),
            (["a": 1], ["b": 1], false), (1, "1", false), (0, false, false), (.null, 0, false), (-0.0, 0, true),
            (9_007_199_254_740_993, 9_007_199_254_740_992, false), ([[1.5]], [[1.5]], true), ([], [:], false),
        ] as [(JSONValue, JSONValue, Bool)]
    )
    func `a test compares numbers by their value, however deep`(
        found: JSONValue,
        expected: JSONValue,
        holds: Bool
    ) throws {
        let patch = try JSONPatch(json: [["op": "test", "path": "/x", "value": expected]])
        let target: JSONValue = ["x": found]
        if holds {
            #expect(try patch.applied(to: target) == target)
        } else {
            #expect(throws: JSONPatch.Failure.self) { try patch.applied(to: target) }
        }
    }

    @Test func `copies of copies are bounded`() throws {
        let wide = try JSONPatch(
            json: .array((0..<60).map { ["op": "copy", "from": "", "path": .string("/k\($0)")] })
        )
        #expect(throws: JSONPatch.Failure.self) { try wide.applied(to: ["x": "0123456789"]) }
    }

    // MARK: - Pointers

    @Test(arguments: [
        ("", []), ("/", [""]), ("/a/b", ["a", "b"]), ("/a~1b/~0/~01", ["a/b", "~", "~1"]), ("//", ["", ""]),
    ])
    func `pointers are read and written`(text: String, tokens: [String]) throws {
        let pointer = try #require(JSONPointer(parsing: text))
        #expect(pointer.tokens == tokens)
        #expect(pointer.description == text)
        #expect(JSONPointer(parsing: "a") == nil)
    }

    // MARK: - Merge patches

    /// RFC 7396, appendix A.
    @Test(arguments: [
        Case(["a": "b"], ["a": "c"], ["a": "c"]), Case(["a": "b"], ["b": "c"], ["a": "b", "b": "c"]),
        Case(["a": "b"], ["a": .null], [:]), Case(["a": "b", "b": "c"], ["a": .null], ["b": "c"]),
        Case(["a": ["b"]], ["a": "c"], ["a": "c"]), Case(["a": "c"], ["a": ["b"]], ["a": ["b"]]),
        Case(["a": ["b": "c"]], ["a": ["b": "d", "c": .null]], ["a": ["b": "d"]]),
        Case(["a": [["b": "c"]]], ["a": [1]], ["a": [1]]), Case(["a", "b"], ["c", "d"], ["c", "d"]),
        Case(["a": "b"], ["c"], ["c"]), Case(["a": "foo"], .null, .null), Case(["a": "foo"], "bar", "bar"),
        Case(["e": .null], ["a": 1], ["e": .null, "a": 1]), Case([1, 2], ["a": "b", "c": .null], ["a": "b"]),
        Case([:], ["a": ["bb": ["ccc": .null]]], ["a": ["bb": [:]]]),
    ])
    func `a merge patch does what RFC 7396 says`(_ example: Case) {
        #expect(JSONMergePatch(example.patch).applied(to: example.target) == example.result)
    }
}
