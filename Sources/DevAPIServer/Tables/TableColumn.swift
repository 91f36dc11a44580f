// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// One column of a table: its heading, and how a cell is made from an object.
struct TableColumn: Sendable {
    /// The heading and its meaning.
    let definition: ResourceDefinition.PrinterColumn
    /// The cell of an object.
    let cell: @Sendable (_ object: JSONValue, _ now: Date) -> JSONValue

    /// Creates a column whose cell is computed.
    init(
        _ name: String,
        type: String = "string",
        format: String = "",
        description: String = "",
        priority: Int = 0,
        cell: @escaping @Sendable (_ object: JSONValue, _ now: Date) -> JSONValue
    ) {
        definition = ResourceDefinition.PrinterColumn(
            name: name,
            type: type,
            format: format,
            description: description,
            priority: priority,
            jsonPath: ""
        )
        self.cell = cell
    }

    /// Creates a column whose cell is a value of the object, as those of custom resource definitions.
    ///
    /// The types are treated as `apiextensions-apiserver/pkg/registry/customresource/tableconvertor` does.
    init(_ definition: ResourceDefinition.PrinterColumn) {
        self.definition = definition
        let path = ColumnPath(definition.jsonPath)
        let type = definition.type
        cell = { object, now in
            guard let value = path?.first(in: object) else { return .null }
            return Self.cell(value, type: type, now: now)
        }
    }

    /// The heading as tables carry it.
    var json: JSONValue {
        [
            "name": .string(definition.name),
            "type": .string(definition.type),
            "format": .string(definition.format),
            "description": .string(definition.description),
            "priority": .integer(Int64(definition.priority)),
        ]
    }

    private static func cell(_ value: JSONValue, type: String, now: Date) -> JSONValue {
        switch type {
        case "integer":
            if value.integer != nil { return value }
            return value.double.flatMap { Int64(exactly: $0.rounded(.towardZero)) }.map(JSONValue.integer) ?? .null
        case "number": return value.double == nil ? .null : value
        case "boolean": return value.bool == nil ? .null : value
        case "date": return value.string.map { .string(HumanDuration.since($0, now: now)) } ?? .null
        case "string":
            // Whatever it is, it is shown as text.
            return value.isNull ? .null : .string(value.string ?? value.jsonText)
        default: return .null
        }
    }
}
