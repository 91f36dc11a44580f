// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import FoundationEssentials
import KubeClient
import KubeCore
import Logging

/// An API server, with a client, for one measurement: a process of its own, or one that is there already.
struct World: Sendable {
    /// The programs and places that measurements use.
    struct Site: Sendable {
        /// The `grantor` binary under measurement.
        var binary: String
        /// A directory for kubeconfigs and logs.
        var directory: String
        /// Where the identity provider serves a key set.
        var keysURL: String
        /// How to reach an API server that is there already, with the CRDs; `nil` for one of its own each time.
        var kubeconfig: String?
    }

    /// What all worlds share.
    let site: Site
    /// The API server; `nil` when it is not ours.
    let server: Child?
    /// A client of it.
    let client: KubeClient
    private let kubeconfig: String

    /// Starts an API server, hands it to a closure, and ends it.
    ///
    /// - Throws: What the closure throws, or `Child.Failure` when the server does not start.
    static func with<Result: Sendable>(
        _ site: Site,
        placement: Child.Placement = .anywhere,
        _ body: (World) async throws -> Result
    ) async throws -> Result {
        if let kubeconfig = site.kubeconfig {
            return try await with(site, nil, kubeconfig) { world in
                try await world.empty()
                return try await body(world)
            }
        }
        let name = "\(site.directory)/world-\(UInt32.random(in: 0 ... .max))"
        let kubeconfig = "\(name).kubeconfig"
        let server = try Child(
            site.binary,
            [
                "dev", "--no-operator", "--listen", "127.0.0.1:0", "--kubeconfig-out", kubeconfig, "--log-level",
                "warning",
            ],
            log: "\(name).server.log",
            placement: placement
        )
        do {
            try await wait(for: kubeconfig, of: server)
            let result = try await with(site, server, kubeconfig, body)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    private static func with<Result: Sendable>(
        _ site: Site,
        _ server: Child?,
        _ kubeconfig: String,
        _ body: (World) async throws -> Result
    ) async throws -> Result {
        var options = KubeClient.Options(fieldManager: "benchmark")
        options.maximumConnections = 64
        let client = try KubeClient(
            try KubeConfigurationLoader(host: .live).load(kubeconfig: kubeconfig),
            options: options,
            host: .live,
            logger: Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        )
        do {
            let result = try await body(World(site: site, server: server, client: client, kubeconfig: kubeconfig))
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Deletes what an earlier measurement left behind.
    private func empty() async throws {
        let selector = ListOptions(labelSelector: "app.kubernetes.io/managed-by=grantor")
        for type in [ResourceType.appInstances, .adminGrants, .adminAccesses, .configMaps, .events] {
            let options = type == .configMaps ? selector : ListOptions()
            let items = try await client.list(type, options: options).items
            try await ParallelWriter.run(count: items.count) { index in
                let metadata = items[index]["metadata"]
                let name = NamespacedName(
                    namespace: metadata?["namespace"]?.string,
                    name: metadata?["name"]?.string ?? ""
                )
                _ = try await client.delete(type, name)
            }
        }
    }

    private static func wait(for path: String, of server: Child) async throws {
        for _ in 0..<3_000 {
            if FileManager.default.fileExists(atPath: path) { return }
            _ = try server.usage()
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Child.Failure(description: "cannot go on: the API server did not start within 30 s")
    }

    /// Starts the operator, hands it to a closure, and ends it.
    ///
    /// - Throws: What the closure throws, or `Child.Failure` when the operator cannot be started.
    func withOperator<Result: Sendable>(_ body: (Child) async throws -> Result) async throws -> Result {
        let log = "\(site.directory)/operator-\(UInt32.random(in: 0 ... .max)).log"
        let child = try Child(
            site.binary,
            ["operator", "--kubeconfig", kubeconfig, "--allow-loopback", "--log-level", "warning"],
            log: log
        )
        do {
            let result = try await body(child)
            await child.stop()
            return result
        } catch {
            await child.stop()
            throw error
        }
    }

    /// The processor time that the server used so far; zero when it is not ours.
    func serverTime() throws -> Duration {
        try server?.usage().processorTime ?? .zero
    }

    /// The server's resource version: every write, of anything, raises it by one.
    func resourceVersion() async throws -> Int64 {
        let list = try await client.list(.namespaces, options: ListOptions(limit: 1))
        return Int64(list.resourceVersion) ?? 0
    }
}
