// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

struct JSONWriterTests {
    @Test(
        arguments: [
            (.null, "null"), (true, "true"), (7, "7"), (-1, "-1"), (.integer(.min), "-9223372036854775808"),
            (1.5, "1.5"),
            (.number(3), "3"), (.number(1e21), "1e+21"), (.number(-0.0), "-0.0"), ("", "\"\""),
            ("a\"b\\c/d\n\r\t\u{8}\u{c}\u{1}\u{1f}\u{7f}é😀", "\"a\\\"b\\\\c/d\\n\\r\\t\\b\\f\\u0001\\u001f\u{7f}é😀\""),
            ([], "[]"), ([:], "{}"), ([1, [2]], "[1,[2]]"), (["b": 1, "a": [:]], "{\"a\":{},\"b\":1}"),
            (.number(.infinity), "null"), (.number(.nan), "null"),
        ] as [(JSONValue, String)]
    )
    func `values are written compactly`(value: JSONValue, text: String) {
        #expect(value.jsonText == text)
        #expect(String(describing: value) == text)
    }

    @Test func `the indented layout is that of kubectl`() {
        let value: JSONValue = ["b": [1, ["c": 2]], "a": [], "d": [:]]
        let text = """
            {
              "a": [],
              "b": [
                1,
                {
                  "c": 2
                }
              ],
              "d": {}
            }
            """
        #expect(String(decoding: JSONWriter.bytes(value, layout: .indented), as: UTF8.self) == text)
    }

    @Test func `writing appends to a buffer`() {
        var buffer: [UInt8] = [0x78]
        JSONWriter.append([1], to: &buffer)
        #expect(buffer == Array("x[1]".utf8))
    }

    @Test func `random values survive being written and read`() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let value = random(&generator, depth: 4)
            #expect(try JSONValue(parsing: value.jsonText) == value)
            #expect(try JSONValue(parsing: JSONWriter.bytes(value, layout: .indented)) == value)
        }
    }

    private func random(_ generator: inout SystemRandomNumberGenerator, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .integer(.random(in: .min ... .max, using: &generator))
        case 3: return .number(Double.random(in: -1e6...1e6, using: &generator) + 0.123)
        case 4: return .string(randomText(&generator))
        case 5: return .array((0..<3).map { _ in random(&generator, depth: depth - 1) })
        default:
            return .object(
                JSONObject((0..<3).map { _ in (randomText(&generator), random(&generator, depth: depth - 1)) })
            )
        }
    }

    private func randomText(_ generator: inout SystemRandomNumberGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<6, using: &generator) {
            let value = UInt32.random(in: 0..<0x11_0000, using: &generator)
            if let scalar = Unicode.Scalar(Bool.random(using: &generator) ? value : value % 0x80) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
