// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// Reads `--set` and `--set-string`: `a.b=c,list[0].x=1,many={a,b}`, with `\` before what is meant literally.
///
/// The syntax is that of Helm's package `strvals`, its oddities included: `k={}` is a list of one empty string, and an
/// index without a value makes a list.
public struct SetExpression {
    /// The greatest index of a list.
    public static let maximumIndex = 65_536
    /// The greatest number of names inside each other.
    public static let maximumDepth = 30

    private let text: [Unicode.Scalar]
    private var index = 0
    private let isText: Bool

    /// Applies an expression to values.
    ///
    /// - Parameters:
    ///   - expression: What stands after `--set`.
    ///   - values: The user's values, changed in place; untouched when the expression cannot be read.
    ///   - asText: Whether all values are strings, as with `--set-string`.
    /// - Throws: `ChartError` with code `invalidExpression`; it names keys, never values.
    public static func apply(
        _ expression: String,
        to values: inout JSONObject,
        asText: Bool = false
    ) throws(ChartError) {
        var reader = SetExpression(text: Array(expression.unicodeScalars), isText: asText)
        var changed = values
        while reader.index < reader.text.count {
            guard try reader.readKey(into: &changed, depth: 0) else { break }
        }
        values = changed
    }

    private init(text: [Unicode.Scalar], isText: Bool) {
        self.text = text
        self.isText = isText
    }

    // MARK: - Names

    /// Reads one assignment; whether there may be another.
    private mutating func readKey(into data: inout JSONObject, depth: Int) throws(ChartError) -> Bool {
        guard depth <= Self.maximumDepth else {
            throw Self.failure("names are nested more than \(Self.maximumDepth) deep")
        }
        let (name, stop) = read(until: ["=", "[", ",", "."])
        switch stop {
        case nil:
            if name.isEmpty { return false }
            throw Self.failure("\(Self.shown(name)) has no value")
        case "[":
            guard let position = try readIndex() else { return false }
            var list: [JSONValue] = []
            if let present = data[name] {
                guard let elements = present.array else { throw Self.failure("\(Self.shown(name)) is no list") }
                list = elements
            }
            let goesOn = try readItem(into: &list, at: position, depth: depth)
            Self.set(.array(list), as: name, in: &data)
            return goesOn
        case "=":
            Self.set(try readValue(), as: name, in: &data)
        case ",":
            throw Self.failure("\(Self.shown(name)) has no value (a name cannot end with a comma)")
        default:
            var inner: JSONObject = [:]
            if let present = data[name] {
                guard let object = present.object else { throw Self.failure("\(Self.shown(name)) is no mapping") }
                inner = object
            }
            let goesOn = try readKey(into: &inner, depth: depth + 1)
            if inner.isEmpty, goesOn { throw Self.failure("the mapping \(Self.shown(name)) has no value") }
            if !inner.isEmpty { Self.set(.object(inner), as: name, in: &data) }
            return goesOn
        }
        return true
    }

    /// Reads what stands behind an index: a value, a name below it, or another index.
    ///
    /// Where the text ends before a value, the list stays as it is; the result is then false.
    private mutating func readItem(
        into list: inout [JSONValue],
        at position: Int,
        depth: Int
    ) throws(ChartError) -> Bool {
        let (rest, stop) = read(until: ["[", ".", "="])
        guard rest.isEmpty else { throw Self.failure("\(Self.shown(rest)) stands behind an index") }
        let present = list.indices.contains(position) ? list[position] : .null
        let value: JSONValue
        switch stop {
        case nil:
            return false
        case "=":
            value = try readValue()
        case "[":
            guard depth < Self.maximumDepth else {
                throw Self.failure("names are nested more than \(Self.maximumDepth) deep")
            }
            guard let next = try readIndex() else { return false }
            var inner = present.array ?? []
            guard try readItem(into: &inner, at: next, depth: depth + 1) else { return false }
            value = .array(inner)
        default:
            var inner = present.object ?? [:]
            guard try readKey(into: &inner, depth: depth + 1) else { return false }
            value = .object(inner)
        }
        if position >= list.count { list += repeatElement(.null, count: position - list.count + 1) }
        list[position] = value
        return true
    }

    /// Reads an index and its bracket; `nil` when the bracket is never closed.
    private mutating func readIndex() throws(ChartError) -> Int? {
        let (digits, stop) = read(until: ["]"])
        guard stop != nil else { return nil }
        guard let position = Int(digits) else { throw Self.failure("\(Self.shown(digits)) is no index") }
        guard position >= 0 else { throw Self.failure("the index \(position) is negative") }
        guard position <= Self.maximumIndex else {
            throw Self.failure("the index \(position) is greater than \(Self.maximumIndex)")
        }
        return position
    }

    // MARK: - Values

    private mutating func readValue() throws(ChartError) -> JSONValue {
        guard index < text.count, text[index] == "{" else { return typed(read(until: [","]).text) }
        index += 1
        var elements: [JSONValue] = []
        while true {
            let (element, stop) = read(until: [",", "}"])
            guard let stop else { throw Self.failure("a list must end with }") }
            elements.append(typed(element))
            if stop == "}" { break }
        }
        if index < text.count, text[index] == "," { index += 1 }
        return .array(elements)
    }

    private func typed(_ value: String) -> JSONValue {
        if isText { return .string(value) }
        switch value.lowercased() {
        case "true": return true
        case "false": return false
        case "null": return .null
        case "0": return 0
        default: break
        }
        // What begins with a zero stays text: it may be octal, or a number of an account.
        guard let first = value.utf8.first, first != UInt8(ascii: "0"), let number = Int64(value) else {
            return .string(value)
        }
        return .integer(number)
    }

    private mutating func read(until stops: Set<Unicode.Scalar>) -> (text: String, stop: Unicode.Scalar?) {
        var result = String.UnicodeScalarView()
        while index < text.count {
            let scalar = text[index]
            index += 1
            if stops.contains(scalar) { return (String(result), scalar) }
            if scalar == "\\" {
                guard index < text.count else { break }
                result.append(text[index])
                index += 1
            } else {
                result.append(scalar)
            }
        }
        return (String(result), nil)
    }

    // MARK: - Places

    private static func set(_ value: JSONValue, as name: String, in data: inout JSONObject) {
        if !name.isEmpty { data[name] = value }
    }

    private static func failure(_ detail: String) -> ChartError {
        ChartError(.invalidExpression, "cannot read --set: \(detail)")
    }

    private static func shown(_ name: String) -> String {
        JSONValue.string(String(name.prefix(64))).jsonText
    }
}
