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
    ])
    func `labels are selected`(text: String, isMatch: Bool) throws {
        let labels = ["a": "1", "b": "2", "e": "", "app.example/x": "y"]
        let selector = try LabelSelector(parsing: text)
        #expect(selector.matches(labels) == isMatch)
        #expect(try LabelSelector(parsing: selector.description) == selector)
    }

    @Test(arguments: [
        ",", "a,", "a=1,,b", "=1", "!", "a in", "a in 1", "a on (1)", "a=b=c", "a=b c", "a b", "ä=1", "(a)",
    ])
    func `unreadable label selectors are refused`(_ text: String) throws {
        let error = try #require(throws: FieldError.self) { _ = try LabelSelector(parsing: text) }
        #expect(error.badValue == .string(text))
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
