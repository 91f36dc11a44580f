// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A structural OpenAPI v3 schema, as custom resource definitions carry it and built-in kinds are described by.
///
/// A schema is frozen when it is created: properties are sorted, patterns compiled and questions such as "is there a
/// default anywhere below" answered once, so that requests only walk. It is a reference, because it is shared by all
/// requests and a copy of thirty members a step would cost more than the work itself.
final class StructuralSchema: Sendable {
    /// The types that a schema can demand.
    enum ValueType: String, CaseIterable, Sendable {
        case object, array, string, integer, number, boolean
    }

    /// What a list is to server-side apply (`x-kubernetes-list-type`).
    enum ListType: String, CaseIterable, Sendable {
        /// Owned whole.
        case atomic
        /// Scalars, each owned alone.
        case set
        /// Objects, each owned alone and told apart by its key members.
        case map
    }

    /// What an object is to server-side apply (`x-kubernetes-map-type`).
    enum MapType: String, CaseIterable, Sendable {
        /// Members are owned one by one.
        case granular
        /// Owned whole.
        case atomic
    }

    /// A declared member.
    struct Property: Sendable {
        /// The name of the member.
        let name: String
        /// What it looks like.
        let schema: StructuralSchema
    }

    /// What was declared.
    let attributes: Attributes
    /// The declared members, sorted by the bytes of their names.
    let properties: [Property]
    /// Whether this schema or one below has a default.
    let hasDefaults: Bool
    /// Whether this schema or one below has a transition rule.
    let hasTransitionRules: Bool
    /// The compiled `pattern`.
    let pattern: Pattern?

    /// Freezes what was declared.
    ///
    /// A resource (`isResource`) gets the members `apiVersion`, `kind` and `metadata` by itself.
    init(_ attributes: Attributes) {
        var declared = attributes.properties
        if attributes.isResource {
            declared["apiVersion"] = declared["apiVersion"] ?? .typeMetaMember("APIVersion of the object.")
            declared["kind"] = declared["kind"] ?? .typeMetaMember("Kind of the object.")
            declared["metadata"] = .objectMeta
        }
        properties = declared.map { Property(name: $0.key, schema: $0.value) }
            .sorted { UTF8Order.compare($0.name, $1.name) < 0 }
        let below = properties.map(\.schema) + [attributes.items, attributes.additionalProperties].compactMap(\.self)
        hasDefaults = attributes.defaultValue != nil || below.contains(where: \.hasDefaults)
        hasTransitionRules = attributes.isImmutable || below.contains(where: \.hasTransitionRules)
        pattern = attributes.pattern.flatMap { try? Pattern($0) }
        self.attributes = attributes
    }

    /// The declared member of that name.
    func property(_ name: String) -> StructuralSchema? {
        var low = 0
        var high = properties.count
        while low < high {
            let middle = (low + high) / 2
            let order = UTF8Order.compare(properties[middle].name, name)
            if order == 0 { return properties[middle].schema }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// What the member of that name looks like: as declared, else as `additionalProperties` say; `nil` when unknown.
    func member(_ name: String) -> StructuralSchema? {
        property(name) ?? attributes.additionalProperties
    }
}
