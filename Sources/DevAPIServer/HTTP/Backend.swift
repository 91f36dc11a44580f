// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What answers behind HTTP, with the handler's type taken off it.
struct Backend: Sendable {
    /// Answers a request to a resource.
    let handle: @Sendable (APIRequest) async -> APIResponse
    /// The kinds served now.
    let catalog: @Sendable () -> ResourceRegistry.Catalog
}

extension Backend {
    /// Takes a handler, and where the rule beside its own is found when there is one.
    init(_ handler: APIHandler, rule: @escaping @Sendable () -> RequestAttempt.Rule? = { nil }) {
        handle = { request in
            if let rule = rule(), let refusal = await rule(RequestAttempt(request)) {
                return .status(refusal, warnings: [])
            }
            return await handler.handle(request)
        }
        catalog = { handler.registry.catalog }
    }

    /// Creates an object of any served kind.
    ///
    /// - Throws: `DevAPIServerError` when the kind is not served or the object is refused.
    func create(_ manifest: JSONValue) async throws {
        let apiVersion = manifest["apiVersion"]?.string ?? ""
        let kind = manifest["kind"]?.string ?? ""
        let name = manifest["metadata"]?["name"]?.string ?? ""
        let what = "\(kind.isEmpty ? "an object" : kind) \"\(name)\""
        guard
            let definition = catalog().definitions.first(where: {
                $0.type.apiVersion == apiVersion && $0.type.kind == kind
            })
        else {
            throw DevAPIServerError(.manifestRefused, "cannot create \(what): no kind \"\(kind)\" in \"\(apiVersion)\"")
        }
        let namespace = manifest["metadata"]?["namespace"]?.string ?? "default"
        let answer = await handle(
            APIRequest(
                verb: .create,
                group: definition.type.group,
                version: definition.type.version,
                resource: definition.type.plural,
                namespace: definition.type.isNamespaced ? namespace : nil,
                body: JSONWriter.bytes(manifest),
                userAgent: "grantor"
            )
        )
        if case .status(let status, _) = answer, status.code >= 400 {
            throw DevAPIServerError(.manifestRefused, "cannot create \(what): \(status.message)", cause: status)
        }
    }
}
