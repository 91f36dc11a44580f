// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension StructuralSchema {
    /// Why a body cannot be decoded as a built-in kind; `nil` when it can.
    ///
    /// The text is that of `encoding/json` about the first wrong type, as in `json: cannot unmarshal number into Go
    /// struct field ConfigMap.data of type string`. A real server answers 400 `ConfigMap in version "v1" cannot be handled
    /// as a ConfigMap: ` and this text.
    func decodingProblem(of value: JSONValue, kind: String) -> String? {
        var steps: [String] = []
        return decodingProblem(of: value, structName: kind, steps: &steps)
    }

    private func decodingProblem(of value: JSONValue, structName: String, steps: inout [String]) -> String? {
        if value.isNull { return nil }
        let accepted =
            if attributes.isIntOrString { value.string != nil || value.integer != nil } else {
                attributes.type?.accepts(value) ?? true
            }
        guard accepted, isInRange(value) else {
            let place = steps.isEmpty ? "value" : "struct field \(structName).\(steps.joined(separator: "."))"
            let name = accepted ? "number \(value.jsonText)" : Self.goName(of: value)
            return "json: cannot unmarshal \(name) into Go \(place) of type \(goType)"
        }
        switch value {
        case .string(let text) where attributes.format == "byte":
            guard let position = StringFormat.base64Problem(Array(text.utf8)) else { return nil }
            return "illegal base64 data at input byte \(position)"
        case .string(let text)
        where attributes.format == "date-time" && !StringFormat.accepts(text, format: "date-time"):
            let quoted = JSONValue.string(text).jsonText
            return "parsing time \(quoted) as \"2006-01-02T15:04:05Z07:00\": cannot parse \(quoted) as \"2006\""
        case .object(let object):
            let name = attributes.goTypeName ?? structName
            for (memberName, member) in object {
                guard let schema = self.member(memberName) else { continue }
                // Keys of maps are no struct fields, so that they do not show.
                let isField = property(memberName) != nil
                if isField { steps.append(memberName) }
                if let problem = schema.decodingProblem(of: member, structName: name, steps: &steps) { return problem }
                if isField { steps.removeLast() }
            }
        case .array(let array):
            guard let items = attributes.items else { return nil }
            for element in array {
                if let problem = items.decodingProblem(of: element, structName: structName, steps: &steps) {
                    return problem
                }
            }
        default: break
        }
        return nil
    }

    private func isInRange(_ value: JSONValue) -> Bool {
        guard attributes.type == .integer, attributes.format == "int32", let integer = value.integer else {
            return true
        }
        return Int32(exactly: integer) != nil
    }

    private static func goName(of value: JSONValue) -> String {
        switch value {
        case .integer, .number: "number"
        case .bool: "bool"
        default: value.typeName
        }
    }

    private var goType: String {
        switch attributes.type {
        case .string: attributes.format == "date-time" ? "v1.Time" : attributes.format == "byte" ? "[]uint8" : "string"
        case .boolean: "bool"
        case .integer: attributes.format ?? "int64"
        case .number: "float64"
        case .array: "[]" + (attributes.items?.goType ?? "interface {}")
        case .object:
            attributes.additionalProperties.map { "map[string]" + $0.goType }
                ?? "v1.\(attributes.goTypeName ?? "Object")"
        case nil: attributes.isIntOrString ? "intstr.IntOrString" : "interface {}"
        }
    }
}
