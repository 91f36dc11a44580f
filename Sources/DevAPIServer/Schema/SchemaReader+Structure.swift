// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What makes a schema structural, beyond the words it is written in (`structural/validation.go` and `validation.go` of
/// apiextensions-apiserver).
extension SchemaReader {
    /// Refuses a schema whose parts do not fit together.
    func checkStructure(
        _ attributes: StructuralSchema.Attributes,
        place: Place
    ) throws(FieldError) {
        let typePath = path.appending(key: "type")
        let typeName = JSONValue.string(attributes.type?.rawValue ?? "")
        if attributes.type == nil, !attributes.isIntOrString, !attributes.preservesUnknownFields || place == .root {
            let detail =
                switch place {
                case .root: "must not be empty at the root"
                case .item: "must not be empty for specified array items"
                default: "must not be empty for specified object fields"
                }
            throw FieldError(.required, typePath, detail: detail)
        }
        if attributes.isIntOrString, attributes.type != nil {
            throw FieldError(
                .invalid,
                typePath,
                badValue: typeName,
                detail: "must be empty if x-kubernetes-int-or-string is true"
            )
        }
        if attributes.isResource, attributes.type != .object {
            throw FieldError(
                .invalid,
                typePath,
                badValue: typeName,
                detail: "must be object if x-kubernetes-embedded-resource is true"
            )
        }
        if attributes.type == .array, attributes.items == nil {
            throw FieldError(.required, path.appending(key: "items"), detail: "must be specified")
        }
        try checkLists(attributes)
        try checkDefault(attributes)
    }

    private func checkLists(_ attributes: StructuralSchema.Attributes) throws(FieldError) {
        let typeName = JSONValue.string(attributes.type?.rawValue ?? "")
        if attributes.listType != nil, attributes.type != .array {
            throw FieldError(
                .invalid,
                path.appending(key: "type"),
                badValue: typeName,
                detail: "must be array if x-kubernetes-list-type is specified"
            )
        }
        if attributes.mapType != nil, attributes.type != .object {
            throw FieldError(
                .invalid,
                path.appending(key: "type"),
                badValue: typeName,
                detail: "must be object if x-kubernetes-map-type is specified"
            )
        }
        guard attributes.listType == .map else { return }
        let keysPath = path.appending(key: "x-kubernetes-list-map-keys")
        if attributes.listMapKeys.isEmpty {
            throw FieldError(.required, keysPath, detail: "must not be empty if x-kubernetes-list-type is map")
        }
        guard let items = attributes.items, items.attributes.type == .object else {
            throw FieldError(
                .invalid,
                path.appending(key: "items").appending(key: "type"),
                badValue: .string(attributes.items?.attributes.type?.rawValue ?? ""),
                detail: "must be object if parent array's x-kubernetes-list-type is map"
            )
        }
        for (index, key) in attributes.listMapKeys.enumerated() where items.property(key) == nil {
            throw FieldError(
                .invalid,
                keysPath.appending(index: index),
                badValue: .string(key),
                detail: "entries must all be names of item properties"
            )
        }
    }

    private func checkDefault(_ attributes: StructuralSchema.Attributes) throws(FieldError) {
        guard let value = attributes.defaultValue else { return }
        let schema = StructuralSchema(attributes)
        let place = path.appending(key: "default")
        var pruned = value
        if let unknown = schema.prune(&pruned).first {
            throw FieldError(
                .invalid,
                FieldPath(place.elements + unknown.elements),
                badValue: value,
                detail: "must not have unknown fields"
            )
        }
        if let problem = schema.validate(value, at: place).first { throw problem }
    }
}
