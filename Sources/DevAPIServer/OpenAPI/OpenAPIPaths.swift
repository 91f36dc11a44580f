// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The paths of a resource in an OpenAPI 3 document.
enum OpenAPIPaths {
    /// The paths and what can be done there.
    static func paths(of definition: ResourceDefinition, component: String) -> [(String, JSONValue)] {
        let type = definition.type
        let base = type.group.isEmpty ? "/api/\(type.version)" : "/apis/\(type.group)/\(type.version)"
        let scope = type.isNamespaced ? "\(base)/namespaces/{namespace}" : base
        let collection = "\(scope)/\(type.plural)"
        let writer = Operations(definition: definition, component: component)
        var paths = [
            (collection, writer.collection),
            ("\(collection)/{name}", writer.object),
        ]
        if type.isNamespaced { paths.append(("\(base)/\(type.plural)", writer.everywhere)) }
        if definition.hasStatus { paths.append(("\(collection)/{name}/status", writer.status)) }
        return paths
    }

    private struct Operations {
        let definition: ResourceDefinition
        let component: String

        var everywhere: JSONValue { ["get": operation("list", parameters: OpenAPIPaths.reading)] }

        var collection: JSONValue {
            [
                "get": operation("list", parameters: OpenAPIPaths.reading),
                "post": operation("post", parameters: OpenAPIPaths.writing, media: ["application/json"]),
                "delete": operation("deletecollection", parameters: OpenAPIPaths.reading),
                "parameters": .array(scopeParameters),
            ]
        }

        var object: JSONValue {
            [
                "get": operation("get"),
                "put": operation("put", parameters: OpenAPIPaths.writing, media: ["application/json"]),
                "patch": operation("patch", parameters: OpenAPIPaths.patching, media: OpenAPIPaths.patchMedia),
                "delete": operation("delete", parameters: [OpenAPIPaths.dryRun]),
                "parameters": .array(nameParameters),
            ]
        }

        var status: JSONValue {
            [
                "get": operation("get"),
                "put": operation("put", parameters: OpenAPIPaths.writing, media: ["application/json"]),
                "patch": operation("patch", parameters: OpenAPIPaths.patching, media: OpenAPIPaths.patchMedia),
                "parameters": .array(nameParameters),
            ]
        }

        private var scopeParameters: [JSONValue] {
            definition.type.isNamespaced ? [OpenAPIPaths.pathParameter("namespace")] : []
        }

        private var nameParameters: [JSONValue] { [OpenAPIPaths.pathParameter("name")] + scopeParameters }

        private func operation(_ action: String, parameters: [JSONValue] = [], media: [String] = []) -> JSONValue {
            let reference: JSONValue = ["schema": ["$ref": .string("#/components/schemas/\(component)")]]
            let answer: JSONValue = ["description": "OK", "content": ["application/json": reference]]
            // Patches are partial, so they have no schema.
            let content = media.map { ($0, action == "patch" ? ["schema": ["type": "object"]] : reference) }
            return .members([
                "x-kubernetes-action": .string(action),
                "x-kubernetes-group-version-kind": OpenAPIDocument.groupVersionKind(definition.type),
                "parameters": parameters.isEmpty ? nil : .array(parameters),
                "requestBody": media.isEmpty ? nil : ["content": .object(JSONObject(content))],
                "responses": ["200": answer],
            ])
        }
    }

    private static func pathParameter(_ name: String) -> JSONValue {
        ["name": .string(name), "in": "path", "required": true, "schema": ["type": "string", "uniqueItems": true]]
    }

    private static func query(_ name: String, _ type: String, _ description: String) -> JSONValue {
        [
            "name": .string(name), "in": "query", "description": .string(description),
            "schema": ["type": .string(type), "uniqueItems": true],
        ]
    }

    // Strategic merge patches are left out on purpose: kubectl would take merge keys from these schemas, and knows
    // those of the built-in kinds better by itself.
    private static let patchMedia = [
        "application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml",
    ]

    private static let dryRun = query("dryRun", "string", "When present, indicates that nothing is to be persisted.")

    private static let writing = [
        dryRun,
        query("fieldManager", "string", "The actor that makes these changes."),
        query("fieldValidation", "string", "What to do with unknown or repeated fields: Ignore, Warn or Strict."),
    ]

    private static let patching =
        writing + [query("force", "boolean", "Take fields from other managers; for apply patches alone.")]

    private static let reading = [
        query("allowWatchBookmarks", "boolean", "Ask for events of type BOOKMARK."),
        query("continue", "string", "Where the last answer broke off."),
        query("fieldSelector", "string", "Fields that objects must have."),
        query("labelSelector", "string", "Labels that objects must have."),
        query("limit", "integer", "The greatest number of objects in one answer."),
        query("resourceVersion", "string", "How fresh the answer must be."),
        query("resourceVersionMatch", "string", "How resourceVersion is meant."),
        query("sendInitialEvents", "boolean", "Begin a watch with what is there."),
        query("timeoutSeconds", "integer", "When to end the call."),
        query("watch", "boolean", "Watch for changes."),
    ]
}
