// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore
import NIOHTTP1

extension KubeClient {
    /// Reads one object, or one of its subresources; `nil` when there is no such object.
    ///
    /// - Throws: `KubeError` or `CancellationError`; `ResourceTypeUnknown` when it is the type that the server does not
    ///   serve.
    public func get(
        _ type: ResourceType,
        _ name: NamespacedName,
        subresource: String? = nil
    ) async throws -> JSONValue? {
        let call = try Call(.get, type, namespace: name.namespace, name: name.name, subresource: subresource)
        do {
            return try await object(of: call, Transport.Message(method: .GET))
        } catch let error as KubeError where error.code == .notFound {
            return nil
        }
    }

    /// Reads a collection, or a part of it: of one namespace, or of all when none is given.
    ///
    /// - Throws: `KubeError` or `CancellationError`; `Expired` when a continue token is too old.
    public func list(
        _ type: ResourceType,
        namespace: String? = nil,
        options: ListOptions = ListOptions()
    ) async throws -> ObjectList {
        var call = try Call(.list, type, namespace: namespace, query: options.query)
        if options.metadataOnly { call.accept = Call.metadata(list: true) }
        let answer = try await send(call, Transport.Message(method: .GET, accept: call.accept))
        guard let list = ObjectList(answer, of: type) else {
            throw KubeError(.invalidResponse, "cannot \(call): the answer is no list")
        }
        return list
    }

    /// Watches a collection; nothing is sent before the first event is asked for.
    public func watch(
        _ type: ResourceType,
        namespace: String? = nil,
        options: WatchOptions = WatchOptions()
    ) -> WatchStream {
        let call = Result { () throws(KubeError) in
            var call = try Call(.watch, type, namespace: namespace, query: options.query)
            if options.metadataOnly { call.accept = Call.metadata(list: false) }
            return call
        }
        return WatchStream(client: self, call: call, idleDeadline: options.idleDeadline)
    }

    /// Creates an object and returns what the server made of it.
    ///
    /// - Parameters:
    ///   - type: Its type.
    ///   - object: The object.
    ///   - namespace: Its namespace; `nil` means the one that its metadata name, or else the configuration's.
    ///   - options: How it is carried out.
    /// - Returns: The object as it was stored.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    public func create(
        _ type: ResourceType,
        _ object: JSONValue,
        namespace: String? = nil,
        options: WriteOptions = WriteOptions()
    ) async throws -> JSONValue {
        let call = try Call(
            .create,
            type,
            namespace: namespace ?? object["metadata"]?["namespace"]?.string ?? configuration.namespace,
            query: options.query(fieldManager: self.options.fieldManager)
        )
        return try await self.object(of: call, message(.POST, object))
    }

    /// Replaces an object, or one of its subresources, and returns what the server made of it.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    public func update(
        _ type: ResourceType,
        _ name: NamespacedName,
        _ object: JSONValue,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions()
    ) async throws -> JSONValue {
        let call = try write(.update, type, name, subresource, options)
        return try await self.object(of: call, message(.PUT, object))
    }

    /// Changes an object, or one of its subresources, and returns what the server made of it.
    ///
    /// - Throws: `KubeError` or `CancellationError`; `Conflict` when an apply without force meets another manager's
    ///   fields, or when a JSON patch carries a resource version that is not the latest.
    public func patch(
        _ type: ResourceType,
        _ name: NamespacedName,
        _ patch: Patch,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions()
    ) async throws -> JSONValue {
        let force = if case .apply(_, force: true) = patch { true } else { false }
        let call = try write(.patch, type, name, subresource, options, force: force)
        return try await object(of: call, message(.PATCH, patch.body, contentType: patch.contentType))
    }

    /// Deletes an object; whether there was one.
    ///
    /// - Throws: `KubeError` or `CancellationError`; `Conflict` when a precondition does not hold.
    @discardableResult
    public func delete(
        _ type: ResourceType,
        _ name: NamespacedName,
        options: DeleteOptions = DeleteOptions()
    ) async throws -> Bool {
        let call = try Call(.delete, type, namespace: name.namespace, name: name.name)
        let request = options.body.map { message(.DELETE, $0) } ?? Transport.Message(method: .DELETE)
        do {
            _ = try await send(call, request)
            return true
        } catch let error as KubeError where error.code == .notFound {
            return false
        }
    }

    /// The call that changes one object, or one of its subresources, under the options for writing.
    private func write(
        _ verb: Call.Verb,
        _ type: ResourceType,
        _ name: NamespacedName,
        _ subresource: String?,
        _ options: WriteOptions,
        force: Bool = false
    ) throws -> Call {
        try Call(
            verb,
            type,
            namespace: name.namespace,
            name: name.name,
            subresource: subresource,
            query: options.query(fieldManager: self.options.fieldManager, force: force)
        )
    }

    private func message(
        _ method: HTTPMethod,
        _ body: JSONValue,
        contentType: String = "application/json"
    ) -> Transport.Message {
        Transport.Message(method: method, body: (body.jsonBytes, contentType))
    }

    private func object(of call: Call, _ message: Transport.Message) async throws -> JSONValue {
        let answer = try await send(call, message)
        guard answer.object != nil else {
            throw KubeError(.invalidResponse, "cannot \(call): the answer is no object")
        }
        return answer
    }
}
