// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeClient
public import KubeCore

/// Where an event recorder writes.
public protocol EventSink: Sendable {
    /// Creates an event.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    func create(_ event: JSONValue, in namespace: String) async throws

    /// Changes an event by a merge patch.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    func patch(_ name: NamespacedName, _ patch: JSONValue) async throws
}

/// The events of an API server.
public struct KubeEventSink: EventSink {
    private let client: KubeClient

    /// Creates a sink.
    public init(client: KubeClient) {
        self.client = client
    }

    /// Creates an event.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    public func create(_ event: JSONValue, in namespace: String) async throws {
        _ = try await client.create(.events, event, namespace: namespace)
    }

    /// Changes an event by a merge patch.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    public func patch(_ name: NamespacedName, _ patch: JSONValue) async throws {
        _ = try await client.patch(.events, name, .merge(patch))
    }
}
