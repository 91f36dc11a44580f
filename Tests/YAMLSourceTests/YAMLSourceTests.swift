// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing
import YAMLSource

/// A plain scalar and what Go's `yaml.v2` makes of it, as JSON.
struct ScalarCase: Sendable, CustomTestStringConvertible {
    let text: String
    let value: JSONValue

    var testDescription: String { text }

    init(_ text: String, _ value: JSONValue) {
        self.text = text
        self.value = value
    }
}

struct YAMLSourceTests {
    static func value(_ text: String) throws -> JSONValue {
        try YAMLSource.value(in: Array(text.utf8))
    }

    @Test func `mappings, sequences and scalars become JSON`() throws {
        #expect(
            try Self.value("a: 1\nb: [x, {c: no}]\nd:\n- e\n- ~\n") == [
                "a": 1, "b": ["x", ["c": false]], "d": ["e", .null],
            ]
        )
    }

    @Test(arguments: [
        ScalarCase("no", false), ScalarCase("Yes", true), ScalarCase("ON", true), ScalarCase("off", false),
        ScalarCase("y", true), ScalarCase("N", false), ScalarCase("yEs", "yEs"), ScalarCase("True", true),
        ScalarCase("null", .null), ScalarCase("~", .null), ScalarCase("nULL", "nULL"), ScalarCase("0123", 83),
        ScalarCase("0o17", 15), ScalarCase("089", 89), ScalarCase("0x1F", 31), ScalarCase("0b101", 5),
        ScalarCase("1_000", 1000), ScalarCase("1e3", 1000), ScalarCase("1.5", 1.5), ScalarCase("-7", -7),
        ScalarCase("+7", 7), ScalarCase(".5", 0.5), ScalarCase("1.", 1), ScalarCase("1e400", "1e400"),
        ScalarCase("12:30:45", "12:30:45"), ScalarCase("2026-11-20", "2026-11-20"), ScalarCase("1.2.3", "1.2.3"),
        ScalarCase("2001-12-14T21:59:43.10Z", "2001-12-14T21:59:43.10Z"), ScalarCase("-x", "-x"),
        ScalarCase("9223372036854775807", .integer(.max)), ScalarCase("-9223372036854775808", .integer(.min)),
        ScalarCase("18446744073709551615", 18446744073709551615.0), ScalarCase("0x", "0x"), ScalarCase("e3", "e3"),
        ScalarCase("_1", "_1"), ScalarCase("1__0", 10), ScalarCase("0.1", 0.1), ScalarCase("-0x10", -16),
    ])
    func `a plain scalar is what Go takes it for`(_ scalar: ScalarCase) throws {
        let text = scalar.text
        #expect(try Self.value("a: \(text)\n") == ["a": scalar.value])
        #expect(try Self.value("a: \"\(text)\"\n") == ["a": .string(text)])
        #expect(try Self.value("a: '\(text)'\n") == ["a": .string(text)])
        #expect(try Self.value("a: !!str \(text)\n") == ["a": .string(text)])
    }

    @Test func `keys become strings as Go prints them`() throws {
        #expect(try Self.value("y: 1\n0123: 2\n1.5: 3\nnull_: 4\n") == ["true": 1, "83": 2, "1.5": 3, "null_": 4])
    }

    @Test func `block scalars keep or strip their line breaks`() throws {
        #expect(
            try Self.value("a: |\n  x\n  y\nb: |-\n  z\nc: >\n  p\n  q\n") == ["a": "x\ny\n", "b": "z", "c": "p q\n"]
        )
    }

    @Test func `a byte order mark and line ends of Windows are nothing special`() throws {
        let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("a: 1\r\nb:\r\n  - x\r\n".utf8)
        let document = try #require(try YAMLSource.documents(in: bytes).first)
        #expect(document.value == ["a": 1, "b": ["x"]])
        #expect(document.mark(at: FieldPath([.key("b"), .index(0)])) == Mark(line: 3, column: 5))
        #expect(document.mark(at: FieldPath(keys: "a")) == Mark(line: 1, column: 4))
    }

    @Test(arguments: ["", "  \n\n", "# a comment\n", "\u{FEFF}"])
    func `a text without content has no document`(_ text: String) throws {
        #expect(try YAMLSource.documents(in: Array(text.utf8)).isEmpty)
        #expect(try Self.value(text) == .null)
    }

    @Test func `several documents are read in order, empty ones as null`() throws {
        let documents = try YAMLSource.documents(in: Array("---\na: 1\n---\n---\nb: 2\n...\n".utf8))
        #expect(documents.map(\.value) == [["a": 1], .null, ["b": 2]])
        #expect(documents.last?.mark(at: FieldPath(keys: "b")) == Mark(line: 5, column: 4))
    }

    @Test func `one value is asked for and two are there`() {
        let error = #expect(throws: YAMLError.self) { try Self.value("a: 1\n---\nb: 2\n") }
        #expect(error?.line == 3)
    }

    // MARK: - Aliases

    @Test func `aliases and merge keys are followed, and what the mapping says wins`() throws {
        let text = """
            base: &base {x: 1, y: 2}
            other: &other {x: 9, z: 3}
            one: {<<: *base, y: 5}
            two:
              y: 6
              <<: [*base, *other]
            again: *base
            """
        let value = try Self.value(text)
        #expect(value["one"] == ["x": 1, "true": 5])
        #expect(value["two"] == ["x": 1, "true": 6, "z": 3])
        #expect(value["again"] == ["x": 1, "true": 2])
    }

    @Test func `an alias bomb is refused before it takes memory`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
        }
        let error = #expect(throws: YAMLError.self) { try Self.value(text) }
        #expect(error?.code == .tooManyNodes)
        #expect(error?.line == 6)
    }

    @Test(arguments: ["a: *b\n", "a: &a [*a]\n"])
    func `an alias without an anchor before it is refused`(_ text: String) {
        let error = #expect(throws: YAMLError.self) { try Self.value(text) }
        #expect(error?.code == .unknownAnchor)
    }

    // MARK: - Refusals

    struct Refusal: Sendable, CustomTestStringConvertible {
        let text: String
        let code: YAMLError.Code
        let mark: Mark

        var testDescription: String { "\(code) \(text.prefix(20))" }

        init(_ text: String, _ code: YAMLError.Code, _ line: Int, _ column: Int) {
            self.text = text
            self.code = code
            mark = Mark(line: line, column: column)
        }
    }

    @Test(arguments: [
        Refusal("a: 1\nb: 2\na: 3\n", .duplicateKey, 3, 1),
        Refusal("1: a\n\"1\": b\n", .duplicateKey, 2, 1),
        Refusal("{\"a\": 1, \"a\": 2}", .duplicateKey, 1, 10),
        Refusal("a:\n\tb: 1\n", .invalidSyntax, 2, 1),
        Refusal("a: @x\n", .invalidSyntax, 1, 4),
        Refusal("a: b: c\n", .invalidSyntax, 1, 5),
        Refusal("a: \"x\n", .invalidSyntax, 2, 1),
        Refusal("? [a]\n: 1\n", .unsupportedKey, 1, 3),
        Refusal("~: 1\n", .unsupportedKey, 1, 1),
        Refusal("a: .nan\n", .unsupportedValue, 1, 4),
        Refusal("a: !!int x\n", .unsupportedValue, 1, 4),
        Refusal("a: !!binary eA==\n", .unsupportedValue, 1, 4),
        Refusal("<<: 5\n", .unsupportedValue, 1, 1),
        Refusal("ab\u{7}c: 1\n", .invalidEncoding, 1, 3),
    ])
    func `what is no YAML for Kubernetes is refused with its position`(_ refusal: Refusal) {
        let error = #expect(throws: YAMLError.self) { try Self.value(refusal.text) }
        #expect(error?.code == refusal.code)
        #expect(error?.mark == refusal.mark)
        #expect(error?.message.hasPrefix("cannot read YAML: ") == true)
    }

    @Test func `a tab gets advice`() {
        let error = #expect(throws: YAMLError.self) { try Self.value("a:\n\tb: 1\n") }
        #expect(error?.message == "cannot read YAML: a tab cannot indent: use spaces")
    }

    @Test func `keys that are equal canonically and not in bytes are two keys`() throws {
        #expect(try Self.value("caf\u{E9}: 1\ncafe\u{301}: 2\n").object?.count == 2)
    }

    @Test func `a mapping of many keys finds its duplicate`() {
        let text = (0..<1_000).map { "k\($0): x\n" }.joined() + "k17: y\n"
        let error = #expect(throws: YAMLError.self) { try Self.value(text) }
        #expect(error?.code == .duplicateKey)
        #expect(error?.line == 1_001)
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        let error = #expect(throws: YAMLError.self) {
            try YAMLSource.documents(in: Array("a: 1\nb: ".utf8) + [0xFF, 0x0A])
        }
        #expect(error?.code == .invalidEncoding)
        #expect(error?.mark == Mark(line: 2, column: 4))
        let wide = #expect(throws: YAMLError.self) { try YAMLSource.documents(in: [0xFF, 0xFE, 0x61, 0x00]) }
        #expect(wide?.message == "cannot read YAML: the text is UTF-16: save it as UTF-8")
    }

    @Test(arguments: ["[", "{\"a\":", "- ", "a:\n "])
    func `nesting is bounded`(_ opening: String) {
        let text =
            opening.hasSuffix("\n ")
            ? (0..<2_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
            : String(repeating: opening, count: 200_000)
        let error = #expect(throws: YAMLError.self) { try Self.value(text) }
        #expect(error?.code == .tooDeep)
    }

    @Test func `a text that is too long is refused unread`() {
        let limits = YAMLSource.Limits(bytes: 10)
        let error = #expect(throws: YAMLError.self) {
            try YAMLSource.documents(in: Array("a: 1234567890".utf8), limits: limits)
        }
        #expect(error?.code == .tooLarge)
    }
}

struct YAMLPositionTests {
    static let text = """
        apiVersion: v1
        spec:
          users:
            - id: 0123
              name: "x"
            - {id: y}
          empty:
          block: |-
            text
        """

    @Test(arguments: [
        ("apiVersion", 1, 13), ("spec", 2, 1), ("spec.users", 3, 3), ("spec.users[0]", 4, 7),
        ("spec.users[0].id", 4, 11),
        ("spec.users[1].id", 6, 12), ("spec.users[1].email", 6, 7), ("spec.empty", 7, 3), ("spec.block", 8, 10),
        ("spec.other.deep", 2, 1), ("nothing", 1, 1),
    ])
    func `a value is found, or its nearest ancestor`(_ path: String, _ line: Int, _ column: Int) throws {
        let document = try #require(try YAMLSource.documents(in: Array(Self.text.utf8)).first)
        #expect(document.mark(at: Self.path(path)) == Mark(line: line, column: column))
    }

    @Test func `a key has a place of its own, and a number its text`() throws {
        let document = try #require(try YAMLSource.documents(in: Array(Self.text.utf8)).first)
        #expect(document.keyMark(at: Self.path("spec.users[0].name")) == Mark(line: 5, column: 7))
        #expect(document.keyMark(at: Self.path("spec.users[0].nothing")) == nil)
        #expect(document.sourceText(at: Self.path("spec.users[0].id")) == "0123")
        #expect(document.sourceText(at: Self.path("spec.users[0].name")) == nil)
    }

    @Test func `JSON has positions too, with escapes that YAML lacks`() throws {
        let text = "{\n\t\"a\": \"\\ud83d\\ude00\\/\",\n\t\"b\": [1e2]\n}"
        let document = try #require(try YAMLSource.documents(in: Array(text.utf8)).first)
        #expect(document.value == ["a": "😀/", "b": [100]])
        #expect(document.mark(at: FieldPath([.key("b"), .index(0)])) == Mark(line: 3, column: 8))
    }

    @Test func `JSON with a key that is too long for YAML is read without positions`() throws {
        let key = String(repeating: "k", count: 3_000)
        let document = try #require(try YAMLSource.documents(in: Array("{\"\(key)\": 1}".utf8)).first)
        #expect(document.value == [key: 1])
        #expect(document.mark(at: FieldPath(keys: key)) == nil)
    }

    static func path(_ text: String) -> FieldPath {
        var path = FieldPath()
        for part in text.split(separator: ".") {
            let pieces = part.split(separator: "[")
            path.append(key: String(pieces[0]))
            if pieces.count > 1, let index = Int(pieces[1].dropLast()) { path.append(index: index) }
        }
        return path
    }
}
