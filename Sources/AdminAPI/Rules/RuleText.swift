// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What a rule says, with a gap `{}` for each thing that differs from block to block.
struct RuleText: Sendable, Hashable, ExpressibleByStringLiteral {
    /// What stands before, between and after the gaps; one more than there are gaps.
    let parts: [String]

    init(stringLiteral value: String) {
        self.init(value)
    }

    init(_ text: String) {
        var parts: [String] = []
        var rest = text[...]
        while let gap = rest.utf8.firstIndex(of: UInt8(ascii: "{")), rest[gap...].hasPrefix("{}") {
            parts.append(String(rest[..<gap]))
            rest = rest[gap...].dropFirst(2)
        }
        self.parts = parts + [String(rest)]
    }

    /// The text with its gaps filled, in order; a gap without a filling stays empty.
    func filled(_ fillings: [String] = []) -> String {
        var text = parts.first ?? ""
        for (index, part) in parts.dropFirst().enumerated() {
            if fillings.indices.contains(index) { text += fillings[index] }
            text += part
        }
        return text
    }
}
