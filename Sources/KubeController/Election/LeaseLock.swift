// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeClient
public import KubeCore
public import Logging

/// Where an election keeps its lease.
public protocol LeaseLock: Sendable {
    /// Reads the lease as it is now; `nil` when there is none.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    func read() async throws -> Lease?

    /// Creates the lease.
    ///
    /// - Throws: `KubeError` or `CancellationError`; `AlreadyExists` when somebody was faster.
    func create(_ record: LeaseRecord) async throws -> Lease

    /// Writes a record into a lease that was read.
    ///
    /// - Throws: `KubeError` or `CancellationError`; `Conflict` when it changed in between.
    func update(_ lease: Lease, to record: LeaseRecord) async throws -> Lease

    /// Tells of changes of the lease as they happen, until the task is cancelled; `nil` stands for its deletion.
    ///
    /// It only makes an election quicker: whoever may not watch leases reads them now and then.
    func follow(_ receive: @escaping @Sendable (Lease?) async -> Void) async
}

/// A Lease of an API server.
public struct KubeLeaseLock: LeaseLock {
    private let client: KubeClient
    private let name: NamespacedName
    private let logger: Logger

    /// Creates a lock.
    ///
    /// - Parameters:
    ///   - client: A client that nothing else uses, so that a renewal never waits behind other requests.
    ///   - name: Namespace and name of the Lease.
    ///   - logger: Where the watch tells of its health.
    public init(client: KubeClient, name: NamespacedName, logger: Logger) {
        self.client = client
        self.name = name
        self.logger = logger
    }

    /// Reads the lease as it is now; `nil` when there is none.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    public func read() async throws -> Lease? {
        try await client.get(.leases, name).map { try Lease(json: $0) }
    }

    /// Creates the lease.
    ///
    /// - Throws: `KubeError` or `CancellationError`; `AlreadyExists` when somebody was faster.
    public func create(_ record: LeaseRecord) async throws -> Lease {
        try Lease(json: try await client.create(.leases, Lease.object(name, record)))
    }

    /// Writes a record into a lease that was read.
    ///
    /// - Throws: `KubeError` or `CancellationError`; `Conflict` when it changed in between.
    public func update(_ lease: Lease, to record: LeaseRecord) async throws -> Lease {
        try Lease(json: try await client.update(.leases, name, lease.object(with: record)))
    }

    /// Tells of changes of the lease as they happen, until the task is cancelled.
    public func follow(_ receive: @escaping @Sendable (Lease?) async -> Void) async {
        let source = KubeListWatch<Lease>(
            client: client,
            type: .leases,
            namespace: name.namespace,
            fieldSelector: "metadata.name=\(name.name)"
        )
        var logger = logger
        // Without permission to watch, the election goes on by reading: that is no reason to alarm anybody.
        logger.logLevel = max(logger.logLevel, .error)
        try? await Watcher(source, logger: logger).run { event in
            switch event {
            case .listed(let leases):
                for lease in leases { await receive(try? lease.content.get()) }
            case .applied(let lease): await receive(try? lease.content.get())
            case .deleted: await receive(nil)
            case .restarted, .synced: break
            }
        }
    }
}
