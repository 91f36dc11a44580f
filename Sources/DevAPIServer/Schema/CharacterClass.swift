// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A set of Unicode scalars, as in `[a-z\d]`.
struct CharacterClass: Sendable {
    /// A general category by the beginning of its two-letter name, as in `L` or `Lu`.
    struct Category: Sendable {
        /// `L`, `Lu`, ...; `Any` is everything.
        var name: String
        /// Whether what lies outside is meant.
        var isNegated: Bool
    }

    /// Ranges of scalars.
    var ranges: [ClosedRange<UInt32>] = []
    /// General categories.
    var categories: [Category] = []
    /// Whole classes inside this one, as `\D` in `[\D]`.
    var negatedRanges: [[ClosedRange<UInt32>]] = []
    /// Whether the set is what is not listed.
    var isNegated = false

    /// Whether a scalar belongs to the set.
    func contains(_ scalar: UInt32) -> Bool {
        let listed =
            ranges.contains { $0.contains(scalar) }
            || negatedRanges.contains { ranges in !ranges.contains { $0.contains(scalar) } }
            || categories.contains { Self.isMember(scalar, of: $0.name) != $0.isNegated }
        return listed != isNegated
    }

    /// Adds the other case of every letter, as the flag `i` asks; beyond ASCII for single letters only.
    mutating func foldCase() {
        for range in ranges {
            if range.count == 1, let scalar = Unicode.Scalar(range.lowerBound) {
                for variant in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
                    if let only = variant.unicodeScalars.first, variant.unicodeScalars.count == 1 {
                        ranges.append(only.value...only.value)
                    }
                }
            } else {
                Self.shift(range.clamped(to: 0x41...0x5A), of: range, by: 0x20, into: &ranges)
                Self.shift(range.clamped(to: 0x61...0x7A), of: range, by: -0x20, into: &ranges)
            }
        }
    }

    private static func shift(
        _ part: ClosedRange<UInt32>,
        of whole: ClosedRange<UInt32>,
        by offset: Int32,
        into ranges: inout [ClosedRange<UInt32>]
    ) {
        guard whole.contains(part.lowerBound), whole.contains(part.upperBound) else { return }
        let low = UInt32(Int32(part.lowerBound) + offset)
        let high = UInt32(Int32(part.upperBound) + offset)
        ranges.append(low...high)
    }

    /// `\d`.
    static let digits = CharacterClass(ranges: [0x30...0x39])
    /// `\w`.
    static let word = CharacterClass(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    /// `\s`.
    static let space = CharacterClass(ranges: [0x09...0x0A, 0x0C...0x0D, 0x20...0x20])
    /// `.` without the flag `s`.
    static let anyButNewline = CharacterClass(ranges: [0x0A...0x0A], isNegated: true)
    /// `.` with the flag `s`.
    static let anything = CharacterClass(ranges: [0...0x10FFFF])

    /// The ranges of a POSIX class, as in `[[:alpha:]]`.
    static func posix(_ name: String) -> [ClosedRange<UInt32>]? {
        switch name {
        case "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A]
        case "alpha": [0x41...0x5A, 0x61...0x7A]
        case "ascii": [0...0x7F]
        case "blank": [0x09...0x09, 0x20...0x20]
        case "cntrl": [0...0x1F, 0x7F...0x7F]
        case "digit": [0x30...0x39]
        case "graph": [0x21...0x7E]
        case "lower": [0x61...0x7A]
        case "print": [0x20...0x7E]
        case "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]
        case "space": [0x09...0x0D, 0x20...0x20]
        case "upper": [0x41...0x5A]
        case "word": word.ranges
        case "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66]
        default: nil
        }
    }

    /// Whether a category of that name exists.
    static func isCategory(_ name: String) -> Bool {
        name == "Any" || categoryNames.contains { $0.hasPrefix(name) }
    }

    private static let categoryNames: [String] = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm",
        "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
    ]

    private static func isMember(_ value: UInt32, of category: String) -> Bool {
        guard category != "Any", let scalar = Unicode.Scalar(value) else { return category == "Any" }
        return shortName(scalar.properties.generalCategory).hasPrefix(category)
    }

    private static func shortName(_ category: Unicode.GeneralCategory) -> String {
        switch category {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
