// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Rendering
import YAMLSource

/// Writes values as people do: with comments, blank lines, quotes, brackets and anchors at random.
struct RandomLayout {
    /// Random numbers.
    var random: SeededGenerator
    /// The comments written, each of its own.
    private(set) var comments: [String] = []

    private var output = ""
    private var step = 2
    private var dashStep = 0
    private var isTidy = false
    private var anchors: [(name: String, value: JSONValue)] = []
    private var anchorCount = 0
    private var blockScalarEnd = 0

    init(random: SeededGenerator) {
        self.random = random
    }

    /// A text whose only document means a value.
    mutating func text(_ value: JSONValue) -> String {
        output = ""
        step = [2, 2, 4, 3][random.below(4)]
        dashStep = random.oneIn(2) ? 0 : 2
        isTidy = random.oneIn(3)
        if random.oneIn(4) { comment(0) }
        if random.oneIn(5) { output += "---\n" }
        switch value {
        case .object(let object) where !object.isEmpty: block(object, column: 0, isContinued: false)
        case .array(let elements) where !elements.isEmpty: block(elements, column: 0, isContinued: false)
        default:
            if inline(value, column: 2) { output += "\n" } else { endBlockScalar() }
        }
        if random.oneIn(4) { comment(0) }
        // The last line break of a block scalar is part of its value.
        let mayLoseBreak = output.hasSuffix("\n") && !output.hasSuffix("\n\n") && output.utf8.count != blockScalarEnd
        if random.oneIn(6), mayLoseBreak { output.removeLast() }
        if random.oneIn(5) { output = output.replacing("\n", with: "\r\n") }
        if random.oneIn(6) { output = "\u{FEFF}" + output }
        return output
    }

    // MARK: - Block style

    private mutating func block(_ object: JSONObject, column: Int, isContinued: Bool) {
        var isContinued = isContinued
        for (name, value) in Array(object).shuffled(using: &random) {
            if !isContinued {
                between(column)
                pad(column)
            }
            isContinued = false
            key(name)
            output += ":"
            member(value, column: column)
        }
    }

    private mutating func member(_ value: JSONValue, column: Int) {
        if let alias = alias(for: value) {
            output += " \(alias)"
            endLine()
        } else if value.isNull, random.oneIn(2) {
            endLine()
        } else if isBlock(value) {
            anchor(value)
            endLine()
            if case .object(let object) = value { block(object, column: column + step, isContinued: false) }
            if case .array(let elements) = value { block(elements, column: column + dashStep, isContinued: false) }
        } else {
            anchor(value)
            output += random.oneIn(6) && !isTidy ? "   " : " "
            if inline(value, column: column + step) { endLine() } else { endBlockScalar() }
        }
    }

    private mutating func block(_ elements: [JSONValue], column: Int, isContinued: Bool) {
        var isContinued = isContinued
        for element in elements {
            if !isContinued {
                between(column)
                pad(column)
            }
            isContinued = false
            if let alias = alias(for: element) {
                output += "- \(alias)"
                endLine()
            } else if isBlock(element) {
                output += "- "
                if case .object(let object) = element { block(object, column: column + 2, isContinued: true) }
                if case .array(let inner) = element { block(inner, column: column + 2, isContinued: true) }
            } else if element.isNull, random.oneIn(2) {
                output += "-"
                endLine()
            } else {
                output += "- "
                if inline(element, column: column + 2) { endLine() } else { endBlockScalar() }
            }
        }
    }

    private mutating func isBlock(_ value: JSONValue) -> Bool {
        switch value {
        case .object(let object): !object.isEmpty && !random.oneIn(6)
        case .array(let elements): !elements.isEmpty && !random.oneIn(4)
        default: false
        }
    }

    // MARK: - Scalars and brackets

    /// Writes a value on the line; false when nothing may follow it there.
    @discardableResult
    private mutating func inline(_ value: JSONValue, column: Int, inBrackets: Bool = false) -> Bool {
        switch value {
        case .string(let text):
            if !inBrackets, YAMLStringStyle.isBlockSafe(text), random.oneIn(2) {
                let keeps = text.hasSuffix("\n")
                output += keeps ? "|" : "|-"
                for line in (keeps ? String(text.dropLast()) : text).split(
                    separator: "\n",
                    omittingEmptySubsequences: false
                ) {
                    output += line.isEmpty ? "\n" : "\n" + String(repeating: " ", count: column) + line
                }
                return false
            }
            quoted(text, inBrackets: inBrackets)
        case .array(let elements):
            let spread = spread(elements.count)
            output += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { output += "," }
                output += separator(spread, index, column)
                inline(element, column: column + 2, inBrackets: true)
            }
            output += spread ? "\n" + String(repeating: " ", count: column) + "]" : "]"
        case .object(let object):
            let spread = spread(object.count)
            output += "{"
            for (index, (name, value)) in Array(object).shuffled(using: &random).enumerated() {
                if index > 0 { output += "," }
                output += separator(spread, index, column)
                quoted(name, inBrackets: true)
                output += ": "
                inline(value, column: column + 2, inBrackets: true)
            }
            output += spread ? "\n" + String(repeating: " ", count: column) + "}" : "}"
        default: output += YAMLWriter.text(value).replacing("\n", with: "")
        }
        return true
    }

    private mutating func spread(_ count: Int) -> Bool {
        count > 0 && random.oneIn(3)
    }

    private func separator(_ spread: Bool, _ index: Int, _ column: Int) -> String {
        spread ? "\n" + String(repeating: " ", count: column + 2) : index > 0 ? " " : ""
    }

    private mutating func key(_ name: String) {
        quoted(name, inBrackets: false)
    }

    private mutating func quoted(_ text: String, inBrackets: Bool) {
        if YAMLStringStyle.isPlainSafe(text), !inBrackets || !text.contains(":"), !random.oneIn(4) {
            output += text
        } else if YAMLStringStyle.isSingleQuoteSafe(text), random.oneIn(2) {
            output += "'\(text.replacing("'", with: "''"))'"
        } else {
            var bytes: [UInt8] = []
            YAMLStringStyle.appendQuoted(text, to: &bytes)
            output += String(decoding: bytes, as: UTF8.self)
        }
    }

    // MARK: - What stands around values

    private mutating func anchor(_ value: JSONValue) {
        guard random.oneIn(10) else { return }
        anchorCount += 1
        output += " &a\(anchorCount)"
        // An alias may not name what it stands in, so that it is known only when the value is complete.
        if !isCollection(value) { anchors.append(("a\(anchorCount)", value)) }
    }

    private func isCollection(_ value: JSONValue) -> Bool {
        value.array != nil || value.object != nil
    }

    private mutating func alias(for value: JSONValue) -> String? {
        // Not `==`: to it, strings of different bytes and the numbers 1 and 1.0 are equal.
        guard let anchor = anchors.first(where: { $0.value.isSame(as: value) }), random.oneIn(2) else { return nil }
        return "*\(anchor.name)"
    }

    private mutating func pad(_ column: Int) {
        output += String(repeating: " ", count: column)
    }

    private mutating func between(_ column: Int) {
        guard !isTidy else { return }
        if random.oneIn(10) { output += "\n" }
        if random.oneIn(8) { comment(random.oneIn(3) ? 0 : column) }
    }

    private mutating func comment(_ column: Int) {
        pad(column)
        output += newComment() + "\n"
    }

    private mutating func endLine() {
        if random.oneIn(8) { output += " " + newComment() }
        output += "\n"
    }

    private mutating func endBlockScalar() {
        output += "\n"
        blockScalarEnd = output.utf8.count
    }

    private mutating func newComment() -> String {
        let comment = "# comment \(comments.count): it's \"so\" <<>>"
        comments.append(comment)
        return comment
    }
}
