// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The chart's trimming of maps: `null` and empty values go, at every depth of maps; lists are kept as they are.
///
/// The chart writes each inner map as text and reads it again, which costs the last text in it a line break at its end;
/// so it does here.
enum MapTrim {
    /// The members that are left, before the outermost text is cut or read again.
    static func members(of object: JSONObject) -> JSONObject {
        var left: JSONObject = [:]
        for (name, value) in object {
            if let inner = value.object {
                let trimmed = reread(members(of: inner))
                if !trimmed.isEmpty { left[name] = .object(trimmed) }
            } else if !isEmpty(value), isWritable(value), isWritable(.string(name)) {
                left[name] = value
            }
        }
        return left
    }

    /// What the text of members becomes when it is read again.
    static func reread(_ members: JSONObject) -> JSONObject {
        var members = members
        if let last = members.names.last, let value = members[last] {
            members[last] = changingLastText(of: value) { String($0.unicodeScalars.dropLast()) }
        }
        return members.mapValues { HelmNumber.fromFile($0) }
    }

    /// What is left of members whose text is cut at its end: one line break at most ends the last text.
    static func cut(_ members: JSONObject) -> JSONObject {
        guard let last = members.names.last, let value = members[last] else { return members }
        var members = members
        members[last] = cut(value)
        return members
    }

    /// As above, for text that comes from a value as a whole, with the order of Go's writer throughout.
    static func cut(_ value: JSONValue) -> JSONValue {
        changingLastText(of: value) { text in
            let body = text.unicodeScalars.reversed().drop { $0 == "\n" }
            guard !body.isEmpty else { return "" }
            return String(String.UnicodeScalarView(body.reversed())) + "\n"
        }
    }

    /// Whether Go's templates take a value for false, and the chart's trimming for nothing.
    static func isEmpty(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null?, false?: true
        case .integer(let number)?: number == 0
        case .number(let number)?: number == 0
        case .string(let text)?: text.isEmpty
        case .array(let elements)?: elements.isEmpty
        case .object(let object)?: object.isEmpty
        case .bool?: false
        }
    }

    /// Whether Go's YAML writer gives the value back; of one that holds certain control characters it writes nothing.
    static func isWritable(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text):
            text.unicodeScalars.allSatisfy { scalar in
                switch scalar.value {
                case 0x7F...0x84, 0x86...0x9F, 0xFFFE, 0xFFFF: false
                default: true
                }
            }
        case .array(let elements): elements.allSatisfy(isWritable)
        case .object(let object): object.allSatisfy { isWritable(.string($0.name)) && isWritable($0.value) }
        default: true
        }
    }

    // MARK: - The last text

    private static func changingLastText(of value: JSONValue, _ change: (String) -> String) -> JSONValue {
        switch value {
        case .string(let text):
            return endsBlock(text) ? .string(change(text)) : value
        case .array(var elements):
            guard let last = elements.popLast() else { return value }
            return .array(elements + [changingLastText(of: last, change)])
        case .object(var object):
            guard let last = object.names.max(by: precedes), let inner = object[last] else { return value }
            object[last] = changingLastText(of: inner, change)
            return .object(object)
        default:
            return value
        }
    }

    /// Whether Go's writer makes a literal block of a text, and line breaks end it.
    private static func endsBlock(_ text: String) -> Bool {
        text.utf8.last == 0x0A
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar.value {
                case 0x0A, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
                default: false
                }
            }
    }

    /// The order in which Go's YAML writer puts keys: letters after everything else, numbers by their size.
    static func precedes(_ lhs: String, _ rhs: String) -> Bool {
        let left = Array(lhs.unicodeScalars)
        let right = Array(rhs.unicodeScalars)
        guard let place = zip(left, right).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
            return left.count < right.count
        }
        let isLeftLetter = left[place].properties.isAlphabetic
        let isRightLetter = right[place].properties.isAlphabetic
        if isLeftLetter && isRightLetter { return left[place].value < right[place].value }
        if isLeftLetter || isRightLetter {
            let isBehindDigit = place > 0 && isDigit(left[place - 1])
            return isBehindDigit ? isLeftLetter : isRightLetter
        }
        return precedesInNumber(left, right, place)
    }

    private static func precedesInNumber(
        _ left: [Unicode.Scalar],
        _ right: [Unicode.Scalar],
        _ place: Int
    ) -> Bool {
        // A zero that differs behind other digits counts as much as they do.
        var leading: UInt64 = 0
        if left[place] == "0" || right[place] == "0",
            left[..<place].reversed().prefix(while: isDigit).contains(where: { $0 != "0" })
        {
            leading = 1
        }
        let leftDigits = left[place...].prefix(while: isDigit)
        let rightDigits = right[place...].prefix(while: isDigit)
        let leftNumber = leftDigits.reduce(leading) { $0 &* 10 &+ UInt64($1.value &- 48) }
        let rightNumber = rightDigits.reduce(leading) { $0 &* 10 &+ UInt64($1.value &- 48) }
        if leftNumber != rightNumber { return leftNumber < rightNumber }
        if leftDigits.count != rightDigits.count { return leftDigits.count < rightDigits.count }
        return left[place].value < right[place].value
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        (48...57).contains(scalar.value)
    }
}
