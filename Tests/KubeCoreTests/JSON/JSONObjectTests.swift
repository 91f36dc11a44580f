// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

struct JSONObjectTests {
    @Test func `members are sorted by the bytes of their names`() {
        let object: JSONObject = ["b": 1, "é": 2, "a": 3, "B": 4, "": 5, "aa": 6, "😀": 7]
        #expect(object.names == ["", "B", "a", "aa", "b", "é", "😀"])
        #expect(object.sortedMembers.map(\.name) == object.names)
    }

    @Test func `of two members with one name the later stays`() {
        let object = JSONObject([("a", 1), ("b", 2), ("a", 3)])
        #expect(object == ["a": 3, "b": 2])
        #expect(JSONObject(members: [("b", 2), ("a", 1), ("b", 3)]) == ["a": 1, "b": 3])
    }

    @Test func `canonically equal names are two members`() {
        var object: JSONObject = ["\u{e9}": 1]
        object["e\u{301}"] = 2
        #expect(object.count == 2)
        #expect(object != ["\u{e9}": 1, "x": 2])
    }

    @Test func `random changes agree with a dictionary`() {
        var object = JSONObject()
        var dictionary: [String: JSONValue] = [:]
        for round in 0..<2_000 {
            let name = "k\(Int.random(in: 0..<50))"
            let value: JSONValue? = Bool.random() ? .integer(Int64(round)) : nil
            object[name] = value
            dictionary[name] = value
            #expect(object[name] == dictionary[name])
        }
        #expect(object == JSONObject(dictionary.map { ($0.key, $0.value) }))
        #expect(object.names == object.names.sorted())
    }

    @Test func `a member is changed in place`() {
        var object: JSONObject = ["a": [1]]
        object["a", default: []][0]
            .map { #expect($0 == 1) }
        object["b", default: [:]]["c"] = 1
        #expect(object == ["a": [1], "b": ["c": 1]])
        #expect(object["z", default: 5] == 5)
    }

    @Test func `values are mapped and members kept`() {
        var object: JSONObject = ["a": 1, "b": 2]
        #expect(object.mapValues { .array([$0]) } == ["a": [1], "b": [2]])
        object.keep { $0.name == "b" }
        #expect(object == ["b": 2])
    }

    @Test func `accessors of values give nothing for other types`() {
        let value: JSONValue = ["a": [1, "x", true, 1.5, .null]]
        #expect(value[path: ["a"]]?[1]?.string == "x")
        #expect(value["a"]?[0]?.integer == 1)
        #expect(value["a"]?[2]?.bool == true)
        #expect(value["a"]?[3]?.double == 1.5)
        #expect(value["a"]?[4]?.isNull == true)
        #expect(value["a"]?[5] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["b"] == nil)
        #expect(value["a"]?["b"] == nil)
        #expect(value[path: ["a", "b"]] == nil)
        #expect(value.string == nil)
        #expect(value.array == nil)
        #expect(value.typeName == "object")
        var text: JSONValue = "x"
        text["a"] = 1
        #expect(text == ["a": 1])
    }

    @Test(arguments: [
        ("", "", 0), ("a", "b", -1), ("b", "a", 1), ("a", "aa", -1), ("é", "z", 1), ("\u{e9}", "e\u{301}", 1),
    ])
    func `strings are ordered by their bytes`(left: String, right: String, order: Int) {
        #expect(UTF8Order.compare(left, right).signum() == order)
        #expect(UTF8Order.equal(left, right) == (order == 0))
    }

    @Test func `required and optional members are read with their place`() throws {
        let object: JSONObject = ["s": "x", "n": .null, "i": 1, "o": ["a": "b", "c": 1]]
        #expect(try object.requiredString("s") == "x")
        #expect(try object.optionalString("n") == nil)
        #expect(try object.optionalObject("o")?.stringMembers == ["a": "b"])
        let missing = try #require(throws: FieldError.self) {
            try object.requiredString("x", at: FieldPath(keys: "spec"))
        }
        #expect(missing.description == "spec.x: Required value")
        let wrong = try #require(throws: FieldError.self) { try object.optionalString("i") }
        #expect(wrong.description == "i: Invalid value: \"integer\": must be a string")
        #expect(throws: FieldError.self) { try object.optionalObject("s") }
    }
}
