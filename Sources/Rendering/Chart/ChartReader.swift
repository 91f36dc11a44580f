// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Reads merged values as the chart's template does, and collects what the template would stop at.
struct ChartReader {
    /// The user's values over the chart's defaults.
    let values: JSONObject
    /// What Helm would fail for, with the paths of values.
    private(set) var problems: [FieldError] = []
    /// The values that are written without quotes, as they will stand in the text.
    private(set) var bare: [(path: FieldPath, value: JSONValue, text: String)] = []

    init(values: JSONObject) {
        self.values = values
    }

    /// A value, or `nil` when it is missing or null; a problem when what should hold it is no mapping.
    mutating func value(_ names: String...) -> JSONValue? {
        value(at: names)
    }

    private mutating func value(at names: [String]) -> JSONValue? {
        var place = JSONValue.object(values)
        for (depth, name) in names.enumerated() {
            guard let object = place.object else {
                let path = FieldPath(names.prefix(depth).map(FieldPath.Element.key))
                report(.typeInvalid, path, "the chart needs a mapping here", showing: .string(place.typeName))
                return nil
            }
            guard let next = object[name] else {
                // One step further the template fails on what is not there.
                if depth + 1 < names.count {
                    let path = FieldPath(names.prefix(depth + 1).map(FieldPath.Element.key))
                    report(.required, path, "the chart needs a mapping here")
                }
                return nil
            }
            place = next
        }
        return place.isNull ? nil : place
    }

    /// A value that the chart requires: anything but null and the empty string.
    mutating func required(_ names: String...) -> JSONValue? {
        let count = problems.count
        let value = value(at: names)
        guard count == problems.count else { return nil }
        if let value, value != "" { return value }
        report(.required, FieldPath(names.map(FieldPath.Element.key)), "the chart requires a value")
        return nil
    }

    /// The members that trimming leaves of a mapping.
    mutating func trimmed(_ names: String...) -> JSONObject {
        let count = problems.count
        let value = value(at: names)
        guard count == problems.count else { return [:] }
        guard let object = value?.object else {
            let path = FieldPath(names.map(FieldPath.Element.key))
            report(.typeInvalid, path, "the chart needs a mapping here", showing: .string(value?.typeName ?? "null"))
            return [:]
        }
        return MapTrim.members(of: object)
    }

    /// The text of a value that the template writes as it is, without quotes.
    mutating func bareText(_ value: JSONValue?, _ names: String...) -> String {
        guard let value else { return Self.nothing }
        let text = Self.print(value)
        bare.append((FieldPath(names.map(FieldPath.Element.key)), value, text))
        return text
    }

    mutating func report(
        _ kind: FieldError.Kind,
        _ path: FieldPath,
        _ detail: String,
        showing value: JSONValue? = nil
    ) {
        let problem = FieldError(kind, path, badValue: value, detail: detail)
        if !problems.contains(problem) { problems.append(problem) }
    }

    /// What a Go template prints where there is nothing; Helm takes it out of what is rendered in the end.
    static let nothing = "<no value>"

    /// What a Go template prints for a value (`%v`).
    static func print(_ value: JSONValue) -> String {
        switch value {
        case .null: nothing
        case .bool(let value): value ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): HelmNumber.text(number)
        case .string(let text): text
        case .array(let elements): "[" + elements.map(printInside).joined(separator: " ") + "]"
        case .object(let object):
            "map[" + object.map { "\($0.name):\(printInside($0.value))" }.joined(separator: " ") + "]"
        }
    }

    private static func printInside(_ value: JSONValue) -> String {
        value.isNull ? "<nil>" : print(value)
    }
}
