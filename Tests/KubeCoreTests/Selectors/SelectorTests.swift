// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

struct SelectorTests {
    // MARK: - Labels

    @Test(arguments: [
        ("", true), ("a=1", true), ("a==1", true), ("a=2", false), ("a!=2", true), ("a!=1", false), ("z!=1", true),
        ("a", true), ("z", false), ("!z", true), ("!a", false), ("a in (1,2)", true), ("a in (2, 3)", false),
        ("a notin (2,3)", true), ("a notin (1)", false), ("z notin (1)", true), ("z in (1)", false), ("a=1,b=2", true),
        ("a=1,b=3", false), (" a = 1 , b in ( 2 ) ", true), ("e=", true), ("e in ()", true), ("a=", false),
        ("app.example/x=y", true), ("a in (1,2),b notin (3),!z,e", true),
        ("n>9", true), ("n>10", false), ("n > 9", true), ("n<11", true), ("n<10", false), ("n>-1", true),
        ("n>9,n<11", true), ("n>9,n<10", false), ("z>0", false), ("z<0", false), ("e>0", false),
        ("app.example/x<5", false), ("big>9223372036854775806", true), ("big<9223372036854775807", false),
    ])
    func `labels are selected`(text: String, isMatch: Bool) throws {
        let labels = ["a": "1", "b": "2", "e": "", "app.example/x": "y", "n": "10", "big": "9223372036854775807"]
        let selector = try LabelSelector(parsing: text)
        #expect(selector.matches(labels) == isMatch)
        #expect(try LabelSelector(parsing: selector.description) == selector)
    }

    @Test(arguments: [
        ",", "a,", "a=1,,b", "=1", "!", "a in", "a in 1", "a on (1)", "a=b=c", "a=b c", "a b", "ä=1", "(a)", "a>",
        "a>b", "a<1.5",
        "a>9223372036854775808", ">1", "a>1>2", "a<>1",
    ])
    func `unreadable label selectors are refused`(_ text: String) throws {
        let error = try #require(throws: FieldError.self) { _ = try LabelSelector(parsing: text) }
        #expect(error.badValue == .string(text))
    }

    @Test func `a requirement of order names its label and its value`() throws {
        let selector = try LabelSelector(parsing: "a>1,b<-2")
        #expect(selector.requirements == [.isGreater("a", 1), .isLess("b", -2)])
        #expect(selector.requirements.map(\.key) == ["a", "b"])
        #expect(selector.requirements.map(\.values) == [["1"], ["-2"]])
        #expect(selector.description == "a>1,b<-2")
    }

    // MARK: - Fields

    @Test(arguments: [
        ("", true), ("metadata.name=n", true), ("metadata.name==n", true), ("metadata.name!=n", false),
        ("spec.count=3", true), ("spec.flag=true", true), ("spec.missing=", true), ("spec.missing!=x", true),
        ("metadata.name=n,spec.count=4", false), ("spec.nothing=", true),
    ])
    func `fields are selected`(text: String, isMatch: Bool) throws {
        let object: JSONValue = [
            "metadata": ["name": "n"], "spec": ["count": 3, "flag": true, "nothing": .null],
        ]
        #expect(try FieldSelector(parsing: text).matches(object) == isMatch)
    }

    @Test func `unreadable field selectors are refused`() {
        #expect(throws: FieldError.self) { _ = try FieldSelector(parsing: "metadata.name") }
    }

    @Test func `field values are compared byte by byte`() throws {
        let selector = FieldSelector([FieldSelector.Requirement(field: "a", value: "\u{e9}")])
        #expect(!selector.matches(["a": "e\u{301}"]))
        #expect(selector.matches(["a": "\u{e9}"]))
    }
}
