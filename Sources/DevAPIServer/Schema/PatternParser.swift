// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Reads the syntax of RE2 (https://github.com/google/re2/wiki/Syntax).
struct PatternParser {
    private typealias Node = PatternCompiler.Node

    /// What `(?ism)` switches on.
    private struct Flags {
        var ignoresCase = false
        var dotTakesNewline = false
        var isMultiline = false
    }

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var flags = Flags()
    private var depth = 0
    private static let maximumDepth = 200
    private static let maximumRepeat = 1_000

    /// Takes an expression.
    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// The tree of the whole expression.
    ///
    /// - Throws: `Pattern.Failure` in the words of Go.
    mutating func parse() throws(Pattern.Failure) -> PatternCompiler.Node {
        let node = try parseChoice()
        guard index == scalars.count else { throw failure("unexpected )", scalars.indices) }
        return node
    }

    private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        index += 1
        return true
    }

    private func failure(_ message: String, _ range: Range<Int>) -> Pattern.Failure {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[range.clamped(to: scalars.indices)])
        return Pattern.Failure(message: "error parsing regexp: \(message): `\(text)`")
    }

    private mutating func parseChoice() throws(Pattern.Failure) -> PatternCompiler.Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw failure("expression nests too deeply", scalars.indices) }
        var choices = [try parseSequence()]
        while take("|") { choices.append(try parseSequence()) }
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func parseSequence() throws(Pattern.Failure) -> PatternCompiler.Node {
        var nodes: [Node] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            let start = index
            guard let atom = try parseAtom() else { continue }
            nodes.append(try parseRepetition(of: atom, from: start))
        }
        return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
    }

    private mutating func parseRepetition(of atom: Node, from start: Int) throws(Pattern.Failure) -> Node {
        var node = atom
        var isRepeated = false
        while let scalar = current {
            let operatorStart = index
            let bounds: (least: Int, most: Int?)
            switch scalar {
            case "*": bounds = (0, nil)
            case "+": bounds = (1, nil)
            case "?": bounds = (0, 1)
            case "{":
                guard let counted = try parseBounds() else { return node }
                bounds = counted
            default: return node
            }
            if scalar != "{" { index += 1 }
            guard !isRepeated else { throw failure("invalid nested repetition operator", operatorStart..<index) }
            isRepeated = true
            _ = take("?")
            node = .repeated(node, least: bounds.least, most: bounds.most)
        }
        return node
    }

    /// `{n}`, `{n,}`, `{n,m}`; anything else in braces is literal text.
    private mutating func parseBounds() throws(Pattern.Failure) -> (least: Int, most: Int?)? {
        let start = index
        index += 1
        guard let least = parseNumber() else {
            index = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = parseNumber() }
        guard take("}") else {
            index = start
            return nil
        }
        guard least <= Self.maximumRepeat, (most ?? least) <= Self.maximumRepeat, (most ?? least) >= least else {
            throw failure("invalid repeat count", start..<index)
        }
        return (least, most)
    }

    private mutating func parseNumber() -> Int? {
        var value: Int?
        while let scalar = current, ("0"..."9").contains(scalar) {
            value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), 100_000)
            index += 1
        }
        return value
    }

    /// One atom; `nil` for what only sets flags.
    private mutating func parseAtom() throws(Pattern.Failure) -> Node? {
        guard let scalar = current else { return nil }
        let start = index
        switch scalar {
        case "(": return try parseGroup()
        case "[": return .take(try parseClass())
        case "\\": return try parseEscape()
        case ".":
            index += 1
            return .take(flags.dotTakesNewline ? .anything : .anyButNewline)
        case "^":
            index += 1
            return .check(flags.isMultiline ? .lineStart : .textStart)
        case "$":
            index += 1
            return .check(flags.isMultiline ? .lineEnd : .textEnd)
        case "*", "+", "?": throw failure("missing argument to repetition operator", start..<start + 1)
        case "{":
            if try parseBounds() != nil { throw failure("missing argument to repetition operator", start..<index) }
            index += 1
            return literal(scalar)
        default:
            index += 1
            return literal(scalar)
        }
    }

    private func literal(_ scalar: Unicode.Scalar) -> Node {
        guard flags.ignoresCase else { return .scalar(scalar.value) }
        var characters = CharacterClass(ranges: [scalar.value...scalar.value])
        characters.foldCase()
        return .take(characters)
    }

    private mutating func parseGroup() throws(Pattern.Failure) -> Node? {
        let start = index
        index += 1
        let outer = flags
        if take("?") {
            let isNamed =
                current == "P"
                || (current == "<" && index + 1 < scalars.count
                    && scalars[index + 1] != "=" && scalars[index + 1] != "!")
            if isNamed {
                _ = take("P")
                guard take("<") else { throw failure("invalid or unsupported Perl syntax", start..<index + 1) }
                while let scalar = current, scalar != ">" {
                    guard CharacterClass.word.contains(scalar.value) else {
                        throw failure("invalid named capture", start..<index + 1)
                    }
                    index += 1
                }
                guard take(">") else { throw failure("invalid named capture", start..<scalars.count) }
            } else if try parseFlags(from: start) {
                return nil
            }
        }
        let node = try parseChoice()
        guard take(")") else { throw failure("missing closing )", scalars.indices) }
        flags = outer
        return node
    }

    /// Reads flags up to `:` or `)`; tells whether the group ends here, so that they hold for what follows.
    private mutating func parseFlags(from start: Int) throws(Pattern.Failure) -> Bool {
        var isOn = true
        while let scalar = current {
            index += 1
            switch scalar {
            case "i": flags.ignoresCase = isOn
            case "s": flags.dotTakesNewline = isOn
            case "m": flags.isMultiline = isOn
            case "U": break
            case "-": isOn = false
            case ":": return false
            case ")": return true
            default: throw failure("invalid or unsupported Perl syntax", start..<index)
            }
        }
        throw failure("missing closing )", scalars.indices)
    }

    private mutating func parseEscape() throws(Pattern.Failure) -> Node {
        let start = index
        index += 1
        guard let scalar = current else {
            throw Pattern.Failure(message: "error parsing regexp: trailing backslash at end of expression: ``")
        }
        switch scalar {
        case "A":
            index += 1
            return .check(.textStart)
        case "z":
            index += 1
            return .check(.textEnd)
        case "b":
            index += 1
            return .check(.wordBoundary)
        case "B":
            index += 1
            return .check(.noWordBoundary)
        default:
            if let characters = try parseNamedClass(from: start) { return .take(characters) }
            return literal(try parseEscapedScalar(from: start))
        }
    }

    /// `\d`, `\pL` and their like, the cursor standing after the backslash; `nil` when it is something else.
    private mutating func parseNamedClass(from start: Int) throws(Pattern.Failure) -> CharacterClass? {
        guard let scalar = current else { return nil }
        var characters: CharacterClass
        switch scalar {
        case "d", "D": characters = .digits
        case "w", "W": characters = .word
        case "s", "S": characters = .space
        case "p", "P": return try parseCategory(isNegated: scalar == "P", from: start)
        default: return nil
        }
        index += 1
        characters.isNegated = ("A"..."Z").contains(scalar)
        return characters
    }

    private mutating func parseCategory(isNegated: Bool, from start: Int) throws(Pattern.Failure) -> CharacterClass {
        index += 1
        var isNegated = isNegated
        var name = ""
        if take("{") {
            if take("^") { isNegated.toggle() }
            while let scalar = current, scalar != "}" {
                name.unicodeScalars.append(scalar)
                index += 1
            }
            _ = take("}")
        } else if let scalar = current {
            name.unicodeScalars.append(scalar)
            index += 1
        }
        guard !name.isEmpty, CharacterClass.isCategory(name) else {
            throw failure("invalid character class range", start..<index)
        }
        return CharacterClass(categories: [CharacterClass.Category(name: name, isNegated: isNegated)])
    }

    /// An escaped single character, the cursor standing after the backslash.
    private mutating func parseEscapedScalar(from start: Int) throws(Pattern.Failure) -> Unicode.Scalar {
        guard let scalar = current else {
            throw Pattern.Failure(message: "error parsing regexp: trailing backslash at end of expression: ``")
        }
        index += 1
        switch scalar {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "a": return "\u{07}"
        case "x": return try parseHex(from: start)
        case "0":
            var value: UInt32 = 0
            for _ in 0..<2 {
                guard let digit = current, ("0"..."7").contains(digit) else { break }
                value = value * 8 + digit.value - 0x30
                index += 1
            }
            return Unicode.Scalar(value) ?? "\0"
        default:
            // Punctuation may be escaped; letters and digits are reserved.
            guard scalar.isASCII, !CharacterClass.word.contains(scalar.value) || scalar == "_" else {
                throw failure("invalid escape sequence", start..<index)
            }
            return scalar
        }
    }

    private mutating func parseHex(from start: Int) throws(Pattern.Failure) -> Unicode.Scalar {
        var digits = ""
        if take("{") {
            while let scalar = current, scalar != "}", digits.utf8.count < 8 {
                digits.unicodeScalars.append(scalar)
                index += 1
            }
            guard take("}") else { throw failure("invalid escape sequence", start..<index) }
        } else {
            for _ in 0..<2 {
                guard let scalar = current else { break }
                digits.unicodeScalars.append(scalar)
                index += 1
            }
        }
        guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw failure("invalid escape sequence", start..<index)
        }
        return scalar
    }

    private mutating func parseClass() throws(Pattern.Failure) -> CharacterClass {
        let start = index
        index += 1
        var characters = CharacterClass()
        let isNegated = take("^")
        var isFirst = true
        while let scalar = current, scalar != "]" || isFirst {
            isFirst = false
            if scalar == "[", index + 1 < scalars.count, scalars[index + 1] == ":" {
                try parsePOSIX(into: &characters)
                continue
            }
            let itemStart = index
            if scalar == "\\" {
                index += 1
                if let named = try parseNamedClass(from: itemStart) {
                    if named.isNegated {
                        characters.negatedRanges.append(named.ranges)
                    } else {
                        characters.ranges += named.ranges
                        characters.categories += named.categories
                    }
                    continue
                }
                index = itemStart
            }
            let low = try parseClassScalar()
            var high = low
            if current == "-", index + 1 < scalars.count, scalars[index + 1] != "]" {
                index += 1
                high = try parseClassScalar()
            }
            guard low <= high else { throw failure("invalid character class range", itemStart..<index) }
            characters.ranges.append(low.value...high.value)
        }
        guard take("]") else { throw failure("missing closing ]", start..<scalars.count) }
        if flags.ignoresCase { characters.foldCase() }
        characters.isNegated = isNegated
        return characters
    }

    private mutating func parseClassScalar() throws(Pattern.Failure) -> Unicode.Scalar {
        let start = index
        if take("\\") { return try parseEscapedScalar(from: start) }
        guard let scalar = current else { throw failure("missing closing ]", start..<scalars.count) }
        index += 1
        return scalar
    }

    private mutating func parsePOSIX(into characters: inout CharacterClass) throws(Pattern.Failure) {
        let start = index
        index += 2
        let isNegated = take("^")
        var name = ""
        while let scalar = current, scalar != ":" {
            name.unicodeScalars.append(scalar)
            index += 1
        }
        guard take(":"), take("]"), let ranges = CharacterClass.posix(name) else {
            throw failure("invalid character class range", start..<index)
        }
        if isNegated { characters.negatedRanges.append(ranges) } else { characters.ranges += ranges }
    }
}
