// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KeySets

/// Key ids are bytes, and are shown without doing harm.
struct KeyIDTests {
    @Test func `ids that look the same and are other bytes are other ids`() {
        let composed = KeyID("caf\u{E9}")
        let decomposed = KeyID("cafe\u{301}")
        #expect(composed.text == decomposed.text, "this is what String makes of them")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect((composed < decomposed) != (decomposed < composed))
        let table = [composed: 1, decomposed: 2]
        #expect(table[KeyID("caf\u{E9}")] == 1)
        #expect(table[KeyID("cafe\u{301}")] == 2)
    }

    @Test func `ids are in the order of their bytes`() {
        let ids: [KeyID] = ["b", "", "a", "\u{E9}", "A", "aa", "z"]
        #expect(ids.sorted().map(\.text) == ["", "A", "a", "aa", "b", "z", "\u{E9}"])
    }

    @Test(arguments: [
        ("plain-1_2.3", "plain-1_2.3"), ("two words", "two words"), ("a\nb", "a\\nb"), ("tab\t", "tab\\t"),
        ("nul\0", "nul\\0"), ("\u{1B}[31m", "\\u{1B}[31m"), ("\u{E9}", "\\u{00E9}"), ("\u{202E}", "\\u{202E}"),
        ("\u{7F}", "\\u{7F}"), ("\u{1F511}", "\\u{0001F511}"), ("", ""),
    ])
    func `whatever could confuse a reader is escaped`(id: String, shown: String) {
        #expect(KeyID(id).description == shown)
        #expect("\(KeyID(id))".utf8.allSatisfy { (0x20..<0x7F).contains($0) })
    }
}
