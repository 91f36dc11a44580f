// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A condition on labels in the string form of `labelSelector=`: `a=b,c!=d,e in (x,y),f notin (z),g,!h,i>1`.
public struct LabelSelector: Sendable, Hashable {
    /// One condition; all must hold.
    public enum Requirement: Sendable, Hashable {
        /// The label is there with one of the values.
        case isIn(String, [String])
        /// The label is missing, or its value is none of these.
        case isNotIn(String, [String])
        /// The label is there.
        case exists(String)
        /// The label is missing.
        case doesNotExist(String)
        /// The label is there with a whole number greater than this one.
        case isGreater(String, Int64)
        /// The label is there with a whole number less than this one.
        case isLess(String, Int64)

        /// The label that it is about.
        public var key: String {
            switch self {
            case .isIn(let key, _), .isNotIn(let key, _), .exists(let key), .doesNotExist(let key),
                .isGreater(let key, _), .isLess(let key, _):
                key
            }
        }

        /// The values that it names.
        public var values: [String] {
            switch self {
            case .isIn(_, let values), .isNotIn(_, let values): values
            case .exists, .doesNotExist: []
            case .isGreater(_, let value), .isLess(_, let value): [String(value)]
            }
        }
    }

    /// The conditions; none matches everything.
    public let requirements: [Requirement]

    /// Creates a selector; without requirements it matches everything.
    public init(_ requirements: [Requirement] = []) {
        self.requirements = requirements
    }

    /// Reads the string form; the empty string matches everything.
    ///
    /// - Throws: `FieldError` that quotes the part that cannot be read.
    public init(parsing text: String) throws(FieldError) {
        var requirements: [Requirement] = []
        for part in Self.split(text) {
            let trimmed = part.trimmingSpaces()
            if trimmed.isEmpty {
                if text.trimmingSpaces().isEmpty { continue }
                throw Self.unreadable(text)
            }
            requirements.append(try Self.requirement(trimmed, in: text))
        }
        self.requirements = requirements
    }

    /// Whether labels satisfy every requirement.
    public func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .isIn(let key, let values): labels[key].map(values.contains) ?? false
            case .isNotIn(let key, let values): !(labels[key].map(values.contains) ?? false)
            case .exists(let key): labels[key] != nil
            case .doesNotExist(let key): labels[key] == nil
            case .isGreater(let key, let value): labels[key].flatMap { Int64($0) }.map { $0 > value } ?? false
            case .isLess(let key, let value): labels[key].flatMap { Int64($0) }.map { $0 < value } ?? false
            }
        }
    }

    /// Splits at the commas that are outside of parentheses.
    private static func split(_ text: String) -> [String] {
        var parts: [String] = []
        var current = ""
        var depth = 0
        for character in text {
            switch character {
            case "(": depth += 1
            case ")": depth -= 1
            default: break
            }
            if character == ",", depth == 0 {
                parts.append(current)
                current = ""
            } else {
                current.append(character)
            }
        }
        return parts + [current]
    }

    private static func requirement(_ text: String, in whole: String) throws(FieldError) -> Requirement {
        if text.hasPrefix("!"), !text.hasPrefix("!=") {
            return .doesNotExist(try key(String(text.dropFirst()), in: whole))
        }
        if let open = text.firstIndex(of: "("), text.hasSuffix(")") {
            let head = text[..<open].split(separator: " ").map(String.init)
            let values = text[text.index(after: open)...].dropLast().split(
                separator: ",",
                omittingEmptySubsequences: false
            )
            .map { String($0).trimmingSpaces() }
            guard head.count == 2 else { throw unreadable(whole) }
            switch head[1] {
            case "in": return .isIn(try key(head[0], in: whole), values)
            case "notin": return .isNotIn(try key(head[0], in: whole), values)
            default: throw unreadable(whole)
            }
        }
        for (sign, isEqual) in [("!=", false), ("==", true), ("=", true)] {
            guard let (left, right) = text.splitOnce(at: sign) else { continue }
            let name = try key(left, in: whole)
            let value = right.trimmingSpaces()
            guard !value.contains("="), !value.contains(" ") else { throw unreadable(whole) }
            return isEqual ? .isIn(name, [value]) : .isNotIn(name, [value])
        }
        for sign in [">", "<"] {
            guard let (left, right) = text.splitOnce(at: sign) else { continue }
            guard let value = Int64(right.trimmingSpaces()) else { throw unreadable(whole) }
            let name = try key(left, in: whole)
            return sign == ">" ? .isGreater(name, value) : .isLess(name, value)
        }
        return .exists(try key(text, in: whole))
    }

    private static func key(_ text: String, in whole: String) throws(FieldError) -> String {
        let key = text.trimmingSpaces()
        let allowed = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "/"):
                true
            default: false
            }
        }
        guard !key.isEmpty, allowed else { throw unreadable(whole) }
        return key
    }

    private static func unreadable(_ text: String) -> FieldError {
        FieldError(
            .invalid,
            FieldPath(keys: "labelSelector"),
            badValue: .string(text),
            detail: "unable to parse requirement"
        )
    }
}

extension LabelSelector: CustomStringConvertible {
    /// The string form.
    public var description: String {
        requirements.map { requirement in
            switch requirement {
            case .isIn(let key, let values):
                values.count == 1 ? "\(key)=\(values[0])" : "\(key) in (\(values.joined(separator: ",")))"
            case .isNotIn(let key, let values):
                values.count == 1 ? "\(key)!=\(values[0])" : "\(key) notin (\(values.joined(separator: ",")))"
            case .exists(let key): key
            case .doesNotExist(let key): "!\(key)"
            case .isGreater(let key, let value): "\(key)>\(value)"
            case .isLess(let key, let value): "\(key)<\(value)"
            }
        }.joined(separator: ",")
    }
}
