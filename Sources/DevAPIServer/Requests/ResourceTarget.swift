// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What a request is about: the definition it names, and the object or collection in it.
struct ResourceTarget: Sendable {
    /// The definition at the address.
    let definition: ResourceDefinition
    /// The definition in whose shape objects are stored.
    let stored: ResourceDefinition
    /// The namespace; `nil` for objects of the whole cluster, or for all namespaces.
    let namespace: String?
    /// The name; `nil` for collections.
    let name: String?
    /// Whether the status subresource is meant.
    let isStatus: Bool

    /// Resolves the address of a request.
    ///
    /// - Throws: `Status` 404 when nothing is served there, 405 when the verb does not go with it.
    init(_ request: APIRequest, catalog: ResourceRegistry.Catalog) throws(Status) {
        guard
            let definition = catalog.definition(
                group: request.group,
                version: request.version,
                resource: request.resource
            )
        else { throw .unknownResource }
        let type = definition.type
        if request.namespace != nil, !type.isNamespaced { throw .unknownResource }
        isStatus = request.subresource == "status"
        if request.subresource != nil, !(isStatus && definition.hasStatus) { throw .unknownResource }
        switch request.verb {
        case .get, .update, .patch, .delete:
            guard request.name != nil else { throw .methodNotAllowed(type) }
            if type.isNamespaced, request.namespace == nil { throw .unknownResource }
        case .create, .deletecollection:
            guard request.name == nil else { throw .methodNotAllowed(type) }
            // The real server routes neither without a namespace.
            if type.isNamespaced, request.namespace == nil { throw .methodNotAllowed(type) }
        case .list, .watch: break
        }
        if isStatus, request.verb != .get, request.verb != .update, request.verb != .patch {
            throw .methodNotAllowed(type)
        }
        self.definition = definition
        stored = catalog.stored(definition)
        namespace = request.namespace
        name = request.name
    }

    /// A target of the server itself.
    init(definition: ResourceDefinition, stored: ResourceDefinition, namespace: String?, name: String?) {
        self.definition = definition
        self.stored = stored
        self.namespace = namespace
        self.name = name
        isStatus = false
    }

    /// The address and kind.
    var type: ResourceType { definition.type }

    /// The key of an object of that name.
    func key(_ name: String) -> ObjectKey {
        ObjectKey(storageKey: definition.storageKey, namespace: namespace ?? "", name: name)
    }

    /// A stored object in the version asked for.
    func shown(_ object: StoredObject) -> JSONValue {
        VersionConversion.convert(object.value, to: definition)
    }

    /// Who writes through this target.
    func writer(_ manager: String) -> FieldWriter {
        FieldWriter(
            manager: manager,
            apiVersion: type.apiVersion,
            subresource: isStatus ? "status" : nil,
            hasStatus: definition.hasStatus
        )
    }
}
