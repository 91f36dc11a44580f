// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The kinds that this server serves without any custom resource definition.
///
/// Columns of their tables are not written here: most are computed.
enum BuiltInResources {
    /// Every served version of every built-in kind, in the order of discovery.
    static let definitions: [ResourceDefinition] =
        core + events + workloads + access + coordination + policies + admission
        + admissionPolicies + extensions

    /// Makes a definition of the usual kind.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - plural: The name in paths.
    ///   - group: The API group.
    ///   - isNamespaced: Whether objects live in a namespace.
    ///   - shortNames: Short names.
    ///   - categories: Groups of resources that it belongs to.
    ///   - hasStatus: Whether `status` is a subresource.
    ///   - selectableFields: Fields that field selectors may name.
    ///   - description: What it is, for people.
    ///   - required: Members that must be there.
    ///   - properties: The members beside `apiVersion`, `kind` and `metadata`.
    /// - Returns: The definition.
    static func define(
        _ kind: String,
        _ plural: String,
        group: String = "",
        isNamespaced: Bool = true,
        shortNames: [String] = [],
        categories: [String] = [],
        hasStatus: Bool = false,
        selectableFields: [String] = [],
        _ description: String,
        required: [String] = [],
        _ properties: KeyValuePairs<String, StructuralSchema>
    ) -> ResourceDefinition {
        let type = ResourceType(group: group, version: "v1", kind: kind, plural: plural, isNamespaced: isNamespaced)
        return ResourceDefinition(
            type: type,
            singular: kind.lowercased(),
            shortNames: shortNames,
            categories: categories,
            listKind: kind + "List",
            schema: .goStruct(kind, description, required: required, properties) { $0.isResource = true },
            hasStatus: hasStatus,
            selectableFields: selectableFields,
            storageKey: type.qualifiedName
        )
    }

    /// What is common to `status.conditions` of built-in kinds.
    static func conditions(_ kind: String, _ extra: KeyValuePairs<String, StructuralSchema> = [:]) -> StructuralSchema {
        let condition = StructuralSchema.goStruct(
            kind,
            "One aspect of the state.",
            required: ["type", "status"],
            [
                "type": .text("Name of the condition."),
                "status": .text("True, False or Unknown."),
                "reason": .text("One word for programs."),
                "message": .text("A sentence for people."),
                "lastTransitionTime": .time("When the status last changed."),
            ]
        ) { attributes in
            for (name, schema) in extra { attributes.properties[name] = schema }
        }
        return .list(of: condition, "Aspects of the state.", keys: ["type"])
    }

    /// A selector of objects by labels.
    static let labelSelector: StructuralSchema = .goStruct(
        "LabelSelector",
        "Selects objects by their labels.",
        [
            "matchLabels": .map(of: .text(""), "Labels that must be there with these values."),
            "matchExpressions": .list(
                of: .goStruct(
                    "LabelSelectorRequirement",
                    "A requirement on one label.",
                    required: ["key", "operator"],
                    [
                        "key": .text("The label."),
                        "operator": .text("In, NotIn, Exists or DoesNotExist."),
                        "values": .list(of: .text(""), "The values."),
                    ]
                ),
                "Requirements; all must hold."
            ),
        ]
    ) { $0.mapType = .atomic }

    /// A pointer to an object of any kind.
    static func objectReference(_ description: String) -> StructuralSchema {
        .goStruct(
            "ObjectReference",
            description,
            [
                "apiVersion": .text("API version of the object."),
                "kind": .text("Kind of the object."),
                "namespace": .text("Namespace of the object."),
                "name": .text("Name of the object."),
                "uid": .text("Identity of the object."),
                "resourceVersion": .text("Version of the object."),
                "fieldPath": .text("A part of the object."),
            ]
        ) { $0.mapType = .atomic }
    }

    /// A list of objects by name alone.
    static func localReferences(_ description: String) -> StructuralSchema {
        .list(
            of: .goStruct("LocalObjectReference", "An object of this namespace.", ["name": .text("Its name.")]) {
                $0.mapType = .atomic
            },
            description,
            keys: ["name"]
        )
    }
}
