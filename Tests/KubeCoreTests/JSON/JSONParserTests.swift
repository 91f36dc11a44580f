// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

struct JSONParserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let value: JSONValue
        var testDescription: String { text }

        init(_ text: String, _ value: JSONValue) {
            self.text = text
            self.value = value
        }
    }

    @Test(arguments: [
        Case("null", .null), Case("true", true), Case(" false\n", false), Case("0", 0), Case("-0", 0), Case("-12", -12),
        Case("9223372036854775807", .integer(.max)), Case("-9223372036854775808", .integer(.min)),
        Case("9223372036854775808", .number(9_223_372_036_854_775_808)), Case("1.5", 1.5), Case("1e3", .number(1_000)),
        Case("1E-2", 0.01), Case("-0.0", .number(-0.0)), Case("\"\"", ""), Case("[]", []), Case("{}", [:]),
        Case("[ 1 , [ ] , { } ]", [1, [], [:]]), Case("{\"a\":{\"b\":[null]}}", ["a": ["b": [.null]]]),
        Case("\"\\u0041\\n\\t\\r\\b\\f\\\\\\/\\\"\"", "A\n\t\r\u{8}\u{c}\\/\""), Case("\"\\u00e9\"", "é"),
        Case("\"\\ud83d\\ude00\"", "😀"), Case("\"\\u0000\"", "\0"), Case("\"é😀\"", "é😀"),
        Case("\"\\uFFFF\"", "\u{FFFF}"),
        Case("{\"\":1}", ["": 1]), Case("\t\r\n [1]", [1]),
    ])
    func `what the grammar allows is read`(_ example: Case) throws {
        #expect(try JSONValue(parsing: example.text) == example.value)
    }

    @Test(arguments: [
        "", " ", "nul", "truee", "tru", "TRUE", "+1", "01", "-", "-a", "1.", ".5", "1e", "1e+", "0x1", "NaN",
        "Infinity",
        "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}",
        "{a:1}", "{\"a\" 1}", "{1:2}", "{,}", "\"", "\"a", "'a'", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\n\"",
        "\"\t\"", "\"\u{1}\"", "1 2", "{} {}", "// c\n1", "[1]x", "\u{FEFF}1", "\u{A0}1", "\"\\", "\"\\u", "1\0",
    ])
    func `what the grammar forbids is refused`(_ text: String) throws {
        let error = try #require(throws: JSONError.self) { _ = try JSONValue(parsing: text) }
        #expect(error.code == .invalidSyntax)
        #expect(error.offset <= text.utf8.count)
    }

    @Test(arguments: [
        "\"\\ud800\"", "\"\\ud800a\"", "\"\\ud800\\n\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\udc00\\ud800\"",
    ])
    func `half a surrogate pair is refused`(_ text: String) throws {
        let error = try #require(throws: JSONError.self) { _ = try JSONValue(parsing: text) }
        #expect(error.code == .invalidUnicode)
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80],
            [0xF0, 0x80, 0x80, 0xAF],
        ] as [[UInt8]]
    )
    func `strings that are not UTF-8 are refused`(_ bytes: [UInt8]) throws {
        for prefix in ["\"", "\"\\n"] {
            let text = Array(prefix.utf8) + bytes + [0x22]
            let error = try #require(throws: JSONError.self) { _ = try JSONValue(parsing: text) }
            #expect(error.code == .invalidUnicode)
        }
    }

    @Test(
        arguments: [
            [0xFF, 0xFE, 0x31, 0x00], [0x31, 0x00], [0x00, 0x00, 0x00, 0x31], [0xEF, 0xBB, 0xBF, 0x31],
        ] as [[UInt8]]
    )
    func `UTF-16, UTF-32 and byte order marks are refused`(_ bytes: [UInt8]) {
        #expect(throws: JSONError.self) { _ = try JSONValue(parsing: bytes) }
    }

    @Test func `numbers out of range are refused`() throws {
        for text in ["1e400", "-1e400", "1" + String(repeating: "0", count: 400)] {
            let error = try #require(throws: JSONError.self) { _ = try JSONValue(parsing: text) }
            #expect(error.code == .numberOutOfRange)
        }
        #expect(try JSONValue(parsing: "1e-400").double == 0)
    }

    @Test func `depth is bounded`() throws {
        let parser = JSONParser(maximumDepth: 3)
        #expect(try parser.parse("[[[1]]]".utf8) == [[[1]]])
        #expect(try parser.parse("[[[]],[[]],{\"a\":{}}]".utf8).array?.count == 3)
        let error = try #require(throws: JSONError.self) { _ = try parser.parse("[[{\"a\":[]}]]".utf8) }
        #expect(error.code == .tooDeep)
        let bomb = String(repeating: "[", count: 1_000_000)
        #expect(throws: JSONError(.tooDeep, offset: 256)) { _ = try JSONValue(parsing: bomb) }
        let objects = String(repeating: "{\"a\":", count: 100_000)
        #expect(throws: JSONError.self) { _ = try JSONValue(parsing: objects) }
    }

    @Test(arguments: ["{\"a\":1,\"a\":1}", "{\"b\":1,\"a\":1,\"b\":2}", "[{\"a\":{\"x\":1,\"\\u0078\":2}}]"])
    func `duplicate members are refused`(_ text: String) throws {
        let error = try #require(throws: JSONError.self) { _ = try JSONValue(parsing: text) }
        #expect(error.code == .duplicateMember)
    }

    @Test func `of duplicates the last is taken, and all are told, when asked for`() throws {
        let parser = JSONParser(duplicateMembers: .takeLast)
        let text = "{\"a\":1,\"a\":2,\"l\":[{\"b\":1,\"b\":2,\"b\":3}],\"c\":{\"d\":0,\"d\":1}}"
        let (value, duplicates) = try parser.parseReportingDuplicates(text.utf8)
        #expect(value == ["a": 2, "l": [["b": 3]], "c": ["d": 1]])
        #expect(duplicates.map(\.description) == ["l[0].b", "c.d", "a"])
    }

    @Test func `names that differ only in their bytes are different`() throws {
        let value = try JSONValue(parsing: "{\"\u{e9}\":1,\"e\u{301}\":2}")
        #expect(value.object?.count == 2)
        #expect(value["\u{e9}"] == 1)
        #expect(value["e\u{301}"] == 2)
    }

    @Test func `no prefix or change of a document crashes the reader`() throws {
        let text = "{\"a\":[1,-2.5e3,true,null,\"x\\u00e9\\ud83d\\ude00\"],\"b\":{\"c\":{}}}"
        let bytes = Array(text.utf8)
        for length in 0..<bytes.count {
            #expect(throws: JSONError.self) { _ = try JSONValue(parsing: bytes[..<length]) }
        }
        for index in bytes.indices {
            for byte in [0x00, 0x22, 0x2C, 0x5C, 0x5B, 0x7B, 0x7D, 0x80, 0xFF] as [UInt8] {
                var changed = bytes
                changed[index] = byte
                _ = try? JSONValue(parsing: changed)
            }
        }
    }

    @Test func `sequences without contiguous storage are read too`() throws {
        #expect(try JSONParser().parse("[1]".utf8.lazy.map(\.self)) == [1])
        #expect(try JSONParser().parse(Array("x[1]".utf8)[1...]) == [1])
    }
}
