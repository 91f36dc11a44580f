// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing
import YAMLSource

struct YAMLWriterTests {
    @Test func `an object of Kubernetes begins with what it is and ends with its status`() {
        let value: JSONValue = [
            "status": ["ready": true], "spec": ["b": [1, ["x": "y", "z": []]], "a": [:]], "kind": "Thing",
            "metadata": ["name": "n"], "apiVersion": "v1", "data": ["k": "line\nline\n"],
        ]
        #expect(
            YAMLWriter.text(value) == """
                apiVersion: v1
                kind: Thing
                metadata:
                  name: "n"
                spec:
                  a: {}
                  b:
                  - 1
                  - x: "y"
                    z: []
                data:
                  k: |
                    line
                    line
                status:
                  ready: true

                """
        )
    }

    static let strings = [
        "", " ", "a", "no", "No", "y", "~", "null", "true", "0123", "1e3", "1_000", ".5", "-1", "+1", "0x1F",
        "12:30:45",
        "2026-11-20", "@x", "*x", "&x", "!x", "%x", "|", ">", "-", "- a", "?", "? a", ":", "a: b", "a:", "a #b", "#a",
        "[a]",
        "{a}", "a, b", "'a'", "\"a\"", "`a`", "<<", "=", "a b", " a", "a ", "a\tb", "\ta", "a\nb", "a\n", "\na",
        "a\n\nb",
        "a\n\n", "a \nb", "a\n  b", "  a\nb", "a\r\nb", "---", "...", "a\n---\nb", "\u{0}", "\u{7}", "\u{7F}", "\u{85}",
        "\u{A0}",
        "\u{2028}", "\u{FEFF}", "caf\u{E9}", "cafe\u{301}", "😀", "auth0|x", "a\\b", "\\n", "nan", "inf", ".inf", "NaN",
        "Infinity",
        "https://example.com/a?b=c#d", "off", "é\nno", "true\n", "a\u{85}b\nc", "%YAML 1.2", "key: |\n  x", "!!str x",
        "0o17", "0b1",
        "1.", "1e400", "_", "/", "a\u{2029}\nb", "\u{FFFE}", "\u{E000}", "a:b", "::", "a::b c", "null ", "on\n",
    ]

    @Test(arguments: strings)
    func `every string comes back as it was, as a value, as a key and in a list`(_ text: String) throws {
        let value: JSONValue = ["v": .string(text), "l": [.string(text), [.string(text)]], "k": [text: .string(text)]]
        #expect(try YAMLSource.value(in: YAMLWriter.bytes(value)) == value)
        #expect(try YAMLSource.value(in: YAMLWriter.bytes(.string(text))) == .string(text))
    }

    @Test func `random values come back as they were`() throws {
        var generator = SplitMix(state: 42)
        for _ in 0..<2_000 {
            let value = Self.value(depth: 4, using: &generator)
            #expect(try YAMLSource.value(in: YAMLWriter.bytes(value)) == value)
        }
    }

    @Test func `documents are apart by markers`() throws {
        let text = YAMLWriter.text(documents: [["a": 1], "x", ["b": 2]])
        #expect(text == "a: 1\n---\nx\n---\nb: 2\n")
    }

    @Test func `numbers are written so that every reader takes them for numbers`() throws {
        #expect(
            YAMLWriter.text([1e21, 5e-300, 0.5, -3, 1.5e300]) == "- 1.0e+21\n- 5.0e-300\n- 0.5\n- -3\n- 1.5e+300\n"
        )
    }

    private static func value(depth: Int, using generator: inout SplitMix) -> JSONValue {
        switch Int.random(in: 0..<(depth == 0 ? 5 : 8), using: &generator) {
        case 0: .null
        case 1: .bool(.random(using: &generator))
        case 2: .integer(.random(in: -1_000_000...1_000_000, using: &generator))
        case 3: .number(Double(Int.random(in: -1_000...1_000, using: &generator)) + 0.25)
        case 4: .string(text(using: &generator))
        case 5:
            .array(
                (0..<Int.random(in: 0..<4, using: &generator)).map { _ in value(depth: depth - 1, using: &generator) }
            )
        default:
            .object(
                JSONObject(
                    (0..<Int.random(in: 0..<4, using: &generator)).map { _ in
                        (text(using: &generator), value(depth: depth - 1, using: &generator))
                    }
                )
            )
        }
    }

    private static func text(using generator: inout SplitMix) -> String {
        let alphabet = Array("ab01yn \n:#-'\"|>{}[],&*!%@`~.\\\t\r=?_/+é\u{85}\u{2028}😀")
        return String(
            (0..<Int.random(in: 0..<8, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
        )
    }
}

/// A generator whose sequence is the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
