// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminGrants
import DevAPIServer
import KubeClient
import KubeCore
import Logging
import OperatorCore
import ServiceLifecycle
import YAMLSource

/// The operator beside the embedded API server; it begins when that listens.
struct DevOperator: Service {
    let server: DevAPIServer
    /// Whether it works without CRDs, on the namespace `default` alone.
    var withoutCRDs = false
    let logger: Logger

    /// Who the operator is where roles are obeyed.
    static let account = NamespacedName(namespace: "grantor", name: "grantor")

    /// What it needs there: a namespace, a service account and the roles of `grantor rbac`.
    static func installation(withoutCRDs: Bool) -> [JSONValue] {
        let namespace = account.namespace ?? "default"
        return [
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]],
            [
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": ["name": .string(account.name), "namespace": .string(namespace)],
            ],
        ] + roles(withoutCRDs).objects
    }

    private static func roles(_ withoutCRDs: Bool) -> PermissionManifests {
        guard withoutCRDs else { return PermissionManifests(serviceAccount: account) }
        return PermissionManifests(
            serviceAccount: account,
            namespaces: ["default"],
            source: .configMaps,
            store: .configMaps
        )
    }

    /// Runs the operator until graceful shutdown or cancellation.
    func run() async throws {
        guard var kubernetes = try await DevCluster.configuration(of: server) else { return }
        if server.configuration.enforcesRoles {
            // The longest that there is: nobody renews it.
            let token = try server.token(for: Self.account, lifetime: .seconds(1 << 32))
            kubernetes.authorization = .token(Secret(token))
            kubernetes.namespace = Self.account.namespace ?? "default"
        }
        var configuration = OperatorConfiguration(kubernetes: kubernetes)
        configuration.allowsLoopback = true
        if withoutCRDs {
            configuration.namespaces = ["default"]
            configuration.source = .configMaps
            configuration.store = .configMaps
        }
        try await Operator(configuration, host: .live, logger: logger).run()
    }
}

/// How clients in this process reach the embedded API server.
enum DevCluster {
    /// The configuration of a client; `nil` when a shutdown began before the server listened.
    ///
    /// - Throws: `DevAPIServerError` when the server cannot listen.
    static func configuration(of server: DevAPIServer) async throws -> KubeConfiguration? {
        let address: ListeningAddress
        do {
            address = try await cancelWhenGracefulShutdown { try await server.address }
        } catch is CancellationError {
            return nil
        }
        return KubeConfiguration(
            server: address.url,
            certificateAuthority: server.certificateAuthority.map { .data(Secret($0)) },
            authorization: server.token.map { .token(Secret($0)) } ?? .none,
            origin: "the embedded API server"
        )
    }
}
