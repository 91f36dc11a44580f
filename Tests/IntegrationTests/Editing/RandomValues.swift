// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Random values, with a liking for strings that readers of YAML misread.
struct RandomValues {
    /// Strings that some reader takes for something else when they stand without quotes, and some that no reader does.
    static let strings = [
        "plain", "two words", "0123", "1e3", "no", "Yes", "y", "auth0|x", "~", "null", "2026-11-20", "12:30:45", "0o17",
        "0x1F", "1_000", ".inf", "-.INF", ".NaN", "@at", "*star", "&and", "!bang", "%percent", "-", "- dash", "-x", "?",
        "? q",
        ":", "a: b", "a:b", "a #b", "#hash", "trailing:", " leading", "trailing ", "", "'", "\"", "it's", "\"quoted\"",
        "`x`",
        "{a}", "[a]", "a, b", "😀", "ä ö ü", "e\u{301}", "\u{E9}", "123456789012345678901", "1.5", "+1", "0b11", "0.0",
        "<<",
        "=", "|", ">", "a\tb", "\t", "line\nbreak", "lines\nend\n", "two\n\nparts\n", "\n", "x\n ", " x\ny",
        "nel\u{85}x",
        "ls\u{2028}x", "ps\u{2029}x", "bell\u{7}", "bom\u{FEFF}x", "\u{FFFE}", "del\u{7F}", "c:\\path", "\\", "a\\nb",
        "%YAML", "---",
        "...", "--- x", "true", "False", "ON", "off", "3f0c1a52-6a7e-4a7b-9b1e-2a4f0d9a7c11", "f:1:x",
        "user@example.com",
        "1:2", "190:20:30", "1,000", "NaN", "infinity", "n", "N", "e3", "_1", "0_0", "a'b\"c", "tab\tend\t", "\r",
        "cr\r\nlf",
    ]

    private static let keys = [
        "id", "name", "email", "userGroups", "a", "b", "c", "deep", "list", "x-y", "kubernetes.io/name", "no", "1", "é",
        "a b",
    ]

    var random: SeededGenerator

    /// A string.
    mutating func string() -> String {
        random.pick(Self.strings) ?? ""
    }

    /// A scalar.
    mutating func scalar() -> JSONValue {
        switch random.below(10) {
        case 0: .integer(Int64(random.below(2_000) - 1_000))
        case 1: .bool(random.oneIn(2))
        case 2: .null
        case 3: .number(Double(random.below(1_000)) / 8 + 0.0625)
        default: .string(string())
        }
    }

    /// A value that is nested at most so deep.
    mutating func value(depth: Int) -> JSONValue {
        guard depth > 0 else { return scalar() }
        switch random.below(6) {
        case 0: return scalar()
        case 1: return users()
        case 2: return .array((0..<random.below(4)).map { _ in value(depth: depth - 1) })
        default: return object(depth: depth)
        }
    }

    /// A mapping.
    mutating func object(depth: Int) -> JSONValue {
        var object = JSONObject()
        for _ in 0..<random.below(5) + 1 {
            object[random.pick(Self.keys) ?? "k"] = value(depth: depth - 1)
        }
        return .object(object)
    }

    /// A list of mappings with ids of their own.
    mutating func users() -> JSONValue {
        .array((0..<random.below(5)).map { user(number: $0) })
    }

    /// A user.
    mutating func user(number: Int) -> JSONValue {
        var user: JSONValue = ["id": .string("\(string())\(number)"), "firstName": .string(string())]
        if random.oneIn(2) { user["email"] = .string("u\(number)@example.com") }
        if random.oneIn(3) { user["userGroups"] = ["Admin", "Auditor"] }
        return user
    }

    /// A value that differs in some place from another, or in several.
    mutating func changed(_ value: JSONValue, depth: Int) -> JSONValue {
        switch value {
        case .object(var object):
            let names = object.names
            switch random.below(6) {
            case 0: object[random.pick(Self.keys) ?? "k"] = self.value(depth: depth - 1)
            case 1: if let name = random.pick(names) { object[name] = nil }
            default:
                for _ in 0..<random.below(2) + 1 {
                    guard let name = random.pick(names), let old = object[name] else { break }
                    object[name] = changed(old, depth: depth - 1)
                }
            }
            return .object(object)
        case .array(var elements):
            switch random.below(7) {
            case 0: elements.append(random.oneIn(2) ? user(number: 90 + random.below(9)) : self.value(depth: depth - 1))
            case 1: if !elements.isEmpty { elements.remove(at: random.below(elements.count)) }
            case 2: elements.insert(self.value(depth: depth - 1), at: random.below(elements.count + 1))
            case 3: elements.shuffle(using: &random)
            default:
                if !elements.isEmpty {
                    let index = random.below(elements.count)
                    elements[index] = changed(elements[index], depth: depth - 1)
                }
            }
            return .array(elements)
        default:
            return random.oneIn(8) ? self.value(depth: max(depth, 1)) : scalar()
        }
    }
}
