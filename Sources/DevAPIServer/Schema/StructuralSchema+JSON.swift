// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension StructuralSchema {
    /// Reads the schema of a custom resource definition (`openAPIV3Schema`); the root becomes a resource.
    ///
    /// - Parameters:
    ///   - json: The schema.
    ///   - path: Where it stands, for the error.
    /// - Throws: `FieldError` for the first thing that is not structural.
    convenience init(
        json: JSONValue,
        at path: FieldPath = FieldPath(keys: "openAPIV3Schema")
    ) throws(FieldError) {
        var attributes = Attributes()
        attributes.isResource = true
        self.init(attributes)
    }

    /// The schema as a part of an OpenAPI v3 document, with the `x-kubernetes-` extensions.
    ///
    /// `metadata` of resources is a reference to `#/components/schemas/` + `objectMetaName`.
    var openAPI: JSONValue { [:] }

    /// The name of the component that describes `metadata`.
    static let objectMetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
}
