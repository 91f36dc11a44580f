// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension StructuralSchema {
    /// The name of the component that describes `metadata`.
    static let objectMetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

    /// Anything at all (`additionalProperties: true`).
    static let anything: StructuralSchema = {
        var attributes = Attributes()
        attributes.preservesUnknownFields = true
        return StructuralSchema(attributes)
    }()

    /// Any object with `apiVersion`, `kind` and `metadata`.
    static let anyResource: StructuralSchema = {
        var attributes = Attributes()
        attributes.type = .object
        attributes.preservesUnknownFields = true
        attributes.isResource = true
        return StructuralSchema(attributes)
    }()

    /// Reads the schema of a custom resource definition (`openAPIV3Schema`); the root becomes a resource.
    ///
    /// - Parameters:
    ///   - json: The schema.
    ///   - path: Where it stands, for the error.
    /// - Throws: `FieldError` for the first thing that is not structural, in the words of apiextensions.
    convenience init(
        json: JSONValue,
        at path: FieldPath = FieldPath(keys: "openAPIV3Schema")
    ) throws(FieldError) {
        var reader = SchemaReader(path: path)
        var attributes = try reader.attributes(json, place: .root)
        guard attributes.type == .object else {
            throw FieldError(
                .invalid,
                path.appending(key: "type"),
                badValue: .string(attributes.type?.rawValue ?? ""),
                detail: "must be object at the root"
            )
        }
        attributes.isResource = true
        attributes.metadataRestriction = attributes.properties["metadata"]
        self.init(attributes)
    }
}
