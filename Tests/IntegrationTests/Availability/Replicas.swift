// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import DevIdentityProvider
import FoundationEssentials
import KubeClient
import KubeCore
import Synchronization
import TestKit
import Testing

/// An API server with several operators of which one leads.
struct Replicas: Sendable {
    /// The times of the tests' leases.
    static let leaseDuration: Duration = .seconds(4)

    let cluster: Cluster
    let client: KubeClient
    let log: WriteLog
    let names: [String]
    let processes: [ProcessControl]
    let endpoint: String
    let grants: GrantHistory

    /// The number of the operator that holds the lease; waits for one other than those that are passed over.
    func leader(
        otherThan passed: Set<Int> = [],
        within limit: Duration = .seconds(40)
    ) async throws -> Int {
        let (log, names) = (log, names)
        return try await withDeadline(limit, "a leader") {
            while true {
                let holder = try await log.holder()
                if let index = names.firstIndex(of: holder), !passed.contains(index) { return index }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    /// Creates an AppInstance with so many admins.
    func create(_ name: String, admins count: Int) async throws {
        let users = (0..<count).map { number -> JSONValue in
            [
                "id": .string("user-\(number)"), "firstName": "A", "lastName": "B",
                "email": .string("user-\(number)@example.com"),
            ]
        }
        let admin: JSONValue = [
            "identityProvider": "keycloak", "jwksEndpoint": .string(endpoint), "users": .array(users),
            "dsn": ["value": "postgres://hunter2@catalog"],
        ]
        _ = try await client.create(
            .appInstances,
            [
                "apiVersion": "kubecfg.dev/v1alpha1", "kind": "AppInstance",
                "metadata": ["name": .string(name), "namespace": "default"],
                "spec": ["package": ["image": "x", "apiVersion": "influxdata.com/v1alpha1", "spec": ["admin": admin]]],
            ]
        )
    }

    /// Waits until an AppInstance is ready.
    func settle(_ name: String, within limit: Duration = .seconds(60)) async throws {
        let client = client
        try await withDeadline(limit, "\(name) to be ready") {
            while true {
                let access = try await client.get(.adminAccesses, NamespacedName(namespace: "default", name: name))
                let conditions = access?["status"]?["conditions"]?.array ?? []
                if conditions.contains(where: { $0["type"] == "Ready" && $0["status"] == "True" }) { return }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// Waits until so many grants were written.
    func grants(_ count: Int, within limit: Duration = .seconds(60)) async throws {
        let grants = grants
        try await withDeadline(limit, "\(count) grants") {
            while grants.created < count { try await Task.sleep(for: .milliseconds(2)) }
        }
    }

    /// Looks at all that was written.
    func verify(admins: Int) async throws {
        let strays = log.entries.filter { $0.writer != $0.holder }
        #expect(strays.isEmpty, "who did not hold the lease wrote: \(strays.prefix(5))")
        #expect(grants.created == admins, "a grant was lost, or made twice")
        #expect(grants.deleted == 0, "a grant was taken back")
        let present = try await client.list(.adminGrants, namespace: "default").items.count
        #expect(present == admins)
    }
}

/// What happened to grants, as a watch tells it.
final class GrantHistory: Sendable {
    private let counts = Mutex((created: 0, deleted: 0))

    /// How many were created.
    var created: Int { counts.withLock { $0.created } }
    /// How many were deleted.
    var deleted: Int { counts.withLock { $0.deleted } }

    /// Watches until it is cancelled.
    func follow(_ client: KubeClient) async throws {
        var options = WatchOptions()
        options.resourceVersion = try await client.list(.adminGrants).resourceVersion
        while !Task.isCancelled {
            // The server ends watches when a test tells it to.
            for try await event in client.watch(.adminGrants, options: options) {
                options.resourceVersion =
                    event.object["metadata"]?["resourceVersion"]?.string ?? options.resourceVersion
                counts.withLock { counts in
                    if event.kind == .added { counts.created += 1 }
                    if event.kind == .deleted { counts.deleted += 1 }
                }
            }
        }
    }
}

/// Runs operators side by side against one API server; the first to stand for election is the first to lead.
func withReplicas(
    _ count: Int,
    options: [String] = [],
    lease name: String = "grantor",
    _ body: @escaping @Sendable (Replicas) async throws -> Void
) async throws {
    try await withRealm { realm in
        let endpoint = try await realm.keysURL
        try await withCluster(manifests: CustomResourceDefinitions.all + [CustomResourceDefinitions.appInstance]) {
            cluster in
            let kubernetes = KubeConfiguration(server: try await cluster.server.address.url)
            try await withTestClient(kubernetes) { client in
                let names = (0..<count).map { "replica-\($0)" }
                let log = WriteLog(
                    writers: names,
                    client: client,
                    lease: NamespacedName(namespace: "default", name: name)
                )
                cluster.server.obey(log.judge)
                defer { cluster.server.obey(nil) }
                let grants = GrantHistory()
                let workspace = Workspace(home: cluster.home)
                let commands = try names.map { name in
                    try workspace.grantor(
                        [
                            "operator", "--allow-loopback", "--leader-elect", "--leader-elect-identity", name,
                            "--leader-elect-lease-duration", "4s", "--leader-elect-renew-deadline", "2500ms",
                            "--leader-elect-retry-period", "500ms",
                        ] + options
                    )
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await grants.follow(client) }
                    try await Command.controlled(commands) { processes in
                        for process in processes {
                            try await process.lines.wait("the start", within: .seconds(60)) {
                                $0.contains { $0.contains("controller starts") }
                            }
                        }
                        try await body(
                            Replicas(
                                cluster: cluster,
                                client: client,
                                log: log,
                                names: names,
                                processes: processes,
                                endpoint: endpoint,
                                grants: grants
                            )
                        )
                    }
                    group.cancelAll()
                }
            }
        }
    }
}
