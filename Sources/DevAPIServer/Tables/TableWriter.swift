// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// Shows objects of one kind as a `Table` of `meta.k8s.io`.
struct TableWriter: Sendable {
    /// What of the object goes along with its row.
    enum IncludedObject: String, Sendable {
        /// Nothing.
        case none = "None"
        /// Its metadata.
        case metadata = "Metadata"
        /// All of it.
        case object = "Object"
    }

    private let columns: [TableColumn]
    private let version: String
    private let included: IncludedObject

    /// Creates a writer.
    ///
    /// - Parameters:
    ///   - definition: The kind.
    ///   - version: The version of `meta.k8s.io`.
    ///   - includeObject: The query parameter of that name.
    init(definition: ResourceDefinition, version: String, includeObject: String?) {
        self.version = version
        included = includeObject.flatMap(IncludedObject.init) ?? .metadata
        columns = Self.columns(of: definition)
    }

    /// The table of one object, or of the items of a list.
    func table(of value: JSONValue, isList: Bool, includesColumns: Bool, now: Date) -> JSONValue {
        let objects = isList ? value["items"]?.array ?? [] : [value]
        return [
            "kind": "Table",
            "apiVersion": .string("meta.k8s.io/\(version)"),
            "metadata": isList ? value["metadata"] ?? [:] : Self.listMetadata(of: value),
            "columnDefinitions": .array(includesColumns ? columns.map(\.json) : []),
            "rows": .array(objects.map { row(of: $0, now: now) }),
        ]
    }

    private func row(of object: JSONValue, now: Date) -> JSONValue {
        let companion: JSONValue? =
            switch included {
            case .none: nil
            case .metadata: PartialObjectMetadata.object(object, version: version)
            case .object: object
            }
        return .members(["cells": .array(columns.map { $0.cell(object, now) }), "object": companion])
    }

    private static func listMetadata(of object: JSONValue) -> JSONValue {
        .members(["resourceVersion": object["metadata"]?["resourceVersion"]])
    }

    private static func columns(of definition: ResourceDefinition) -> [TableColumn] {
        if let own = BuiltInColumns.columns(of: definition.type) {
            return own.contains { $0.definition.format == "name" } ? own : [name] + own
        }
        if !definition.printerColumns.isEmpty { return [name] + definition.printerColumns.map(TableColumn.init) }
        if case .custom = definition.origin { return [name, customAge] }
        return [name, BuiltInColumns.createdAt]
    }

    private static let name = TableColumn(
        "Name",
        format: "name",
        description: "Name must be unique within a namespace. Is required when creating resources, although some "
            + "resources may allow a client to request the generation of an appropriate name automatically."
    ) { object, _ in
        .string(BuiltInColumns.string(object, "metadata", "name"))
    }

    /// The column of custom resources whose definition names none.
    private static let customAge = TableColumn(
        ResourceDefinition.PrinterColumn(
            name: "Age",
            type: "date",
            description: BuiltInColumns.age.definition.description,
            jsonPath: ".metadata.creationTimestamp"
        )
    )
}
