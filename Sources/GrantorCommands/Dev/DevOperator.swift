// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevAPIServer
import KubeClient
import Logging
import OperatorCore
import ServiceLifecycle
import YAMLSource

/// The operator beside the embedded API server; it begins when that listens.
struct DevOperator: Service {
    let server: DevAPIServer
    let logger: Logger

    /// Runs the operator until graceful shutdown or cancellation.
    func run() async throws {
        guard let kubernetes = try await DevCluster.configuration(of: server) else { return }
        var configuration = OperatorConfiguration(kubernetes: kubernetes)
        configuration.allowsLoopback = true
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
