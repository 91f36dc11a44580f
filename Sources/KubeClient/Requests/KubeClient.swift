// Grantor
// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
public import KubeCore
public import Logging

/// A client of one API server.
///
/// Objects come and go as `JSONValue`. All requests throw `KubeError` or `CancellationError`. The client owns its
/// connections: whoever creates one calls `shutdown()`, or uses `withKubeClient`.
public final class KubeClient: Sendable {
    /// The limits and habits of a client.
    public struct Options: Sendable {
        /// Who owns the fields that are written.
        public var fieldManager: String
        /// How long a connection may take to be made.
        public var connectTimeout: Duration = .seconds(10)
        /// How long a request may take, from the first byte sent to the last one received; a watch's answer head too.
        public var requestTimeout: Duration = .seconds(30)
        /// The same for lists, which may be long.
        public var listTimeout: Duration = .seconds(60)
        /// The greatest number of bytes in an answer.
        public var maximumResponseBytes = 64 << 20
        /// The greatest number of bytes in one line of a watch.
        public var maximumEventBytes = 8 << 20
        /// The greatest number of HTTP/1.1 connections at a time, watches not counted.
        public var maximumConnections = 32
        /// How often a request is sent again because the server said `Retry-After`.
        public var maximumRetries = 5
        /// The longest wait that `Retry-After` may cause.
        public var maximumRetryDelay: Duration = .seconds(60)

        /// Creates options.
        public init(fieldManager: String) {
            self.fieldManager = fieldManager
        }
    }

    /// What the client was made from.
    public let configuration: KubeConfiguration
    /// Its limits and habits.
    public let options: Options

    /// Creates a client; nothing is sent yet, but every credential and certificate that can be checked is.
    ///
    /// - Throws: `KubeError` when the configuration or a credential cannot be used.
    public init(
        _ configuration: KubeConfiguration,
        options: Options,
        host: HostEnvironment,
        timing: Timing = .live,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger
    ) throws(KubeError) {
        self.configuration = configuration
        self.options = options
    }

    /// Ends all requests and closes all connections; further requests fail with `ShutDown`.
    public func shutdown() async {
    }

    /// Reads one object, or one of its subresources; `nil` when there is no such object.
    public func get(
        _ type: ResourceType,
        _ name: NamespacedName,
        subresource: String? = nil
    ) async throws -> JSONValue? {
        throw KubeError(.unknown, "cannot get: not yet written")
    }

    /// Reads a collection, or a part of it: of one namespace, or of all when none is given.
    public func list(
        _ type: ResourceType,
        namespace: String? = nil,
        options: ListOptions = ListOptions()
    ) async throws -> ObjectList {
        throw KubeError(.unknown, "cannot list: not yet written")
    }

    /// Watches a collection; nothing is sent before the first event is asked for.
    public func watch(
        _ type: ResourceType,
        namespace: String? = nil,
        options: WatchOptions = WatchOptions()
    ) -> WatchStream {
        WatchStream()
    }

    /// Creates an object in the namespace that its metadata name, and returns what the server made of it.
    public func create(
        _ type: ResourceType,
        _ object: JSONValue,
        namespace: String? = nil,
        options: WriteOptions = WriteOptions()
    ) async throws -> JSONValue {
        throw KubeError(.unknown, "cannot create: not yet written")
    }

    /// Replaces an object, or one of its subresources, and returns what the server made of it.
    public func update(
        _ type: ResourceType,
        _ name: NamespacedName,
        _ object: JSONValue,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions()
    ) async throws -> JSONValue {
        throw KubeError(.unknown, "cannot update: not yet written")
    }

    /// Changes an object, or one of its subresources, and returns what the server made of it.
    public func patch(
        _ type: ResourceType,
        _ name: NamespacedName,
        _ patch: Patch,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions()
    ) async throws -> JSONValue {
        throw KubeError(.unknown, "cannot patch: not yet written")
    }

    /// Deletes an object; whether there was one.
    @discardableResult
    public func delete(
        _ type: ResourceType,
        _ name: NamespacedName,
        options: DeleteOptions = DeleteOptions()
    ) async throws -> Bool {
        throw KubeError(.unknown, "cannot delete: not yet written")
    }

    /// Reads a path as it stands, for discovery and health; `nil` on 404.
    public func getRaw(_ path: String) async throws -> JSONValue? {
        throw KubeError(.unknown, "cannot get: not yet written")
    }

    /// Whether the server serves a resource type.
    public func serves(_ type: ResourceType) async throws -> Bool {
        throw KubeError(.unknown, "cannot get: not yet written")
    }

    /// The server's version.
    public func serverVersion() async throws -> ServerVersion {
        throw KubeError(.unknown, "cannot get: not yet written")
    }
}
