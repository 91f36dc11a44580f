// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The OpenAPI 3 document of one group and version: enough for `kubectl explain`, and for clients to find out which
/// query parameters writes take (`kubectl apply` validates on the server only if it sees `fieldValidation`).
enum OpenAPIDocument {
    /// The document of definitions that share group and version.
    static func json(_ definitions: [ResourceDefinition], version: String) -> JSONValue {
        var paths = JSONObject()
        var schemas: JSONObject = [
            StructuralSchema.objectMetaName: StructuralSchema.objectMeta.openAPI
        ]
        for definition in definitions {
            schemas[componentName(definition)] = schema(of: definition)
            for (path, item) in OpenAPIPaths.paths(of: definition, component: componentName(definition)) {
                paths[path] = item
            }
        }
        return [
            "openapi": "3.0.0",
            "info": ["title": "Kubernetes", "version": .string(version)],
            "paths": .object(paths),
            "components": ["schemas": .object(schemas)],
        ]
    }

    /// The name of the component: the group's name backwards, version and kind, as in `dev.grantor.v1alpha1.AdminGrant`.
    ///
    /// Clients find components by kind, not by name; the real server names built-in kinds by their Go package.
    static func componentName(_ definition: ResourceDefinition) -> String {
        let group = definition.type.group.isEmpty ? "core.api.k8s.io" : definition.type.group
        let parts = group.split(separator: ".").reversed() + [definition.type.version[...], definition.type.kind[...]]
        return parts.joined(separator: ".")
    }

    /// Group, version and kind as extensions carry them.
    static func groupVersionKind(_ type: ResourceType) -> JSONValue {
        ["group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind)]
    }

    private static func schema(of definition: ResourceDefinition) -> JSONValue {
        var schema: JSONValue =
            definition.schema?.openAPI ?? ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
        schema["x-kubernetes-group-version-kind"] = [groupVersionKind(definition.type)]
        return schema
    }
}
