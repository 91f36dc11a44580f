// Grantor
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import HummingbirdCore
import KubeClient
import KubeCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Serves one responder on one address, to the very end: it is asked while everything else shuts down, too.
struct EndpointServer<Responder: HTTPResponder>: Service where Responder.Context == EndpointContext {
    /// What errors say that it cannot do, as in "listen".
    var task = "listen"
    /// What the log says once it does it.
    var announcement: Logger.Message = "endpoints are served"
    /// What is served, for the log.
    let paths: String
    let address: EndpointAddress
    let responder: Responder
    /// What is spoken there.
    var server: @Sendable () throws -> HTTPServerBuilder = { .http1() }
    /// The level from which on the HTTP server's own lines are of use to somebody.
    var level = Logger.Level.error
    /// The port once it is known.
    let port: Pending<Int>
    let logger: Logger

    /// Listens until graceful shutdown or cancellation.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration` when it cannot listen.
    func run() async throws {
        var failure: (any Error)?
        for host in address.hosts {
            let hasStarted = Mutex(false)
            do {
                return try await serve(host) { hasStarted.withLock { $0 = true } }
            } catch {
                if hasStarted.withLock({ $0 }) || error is CancellationError { throw error }
                failure = error
            }
        }
        let error = KubeError(
            .invalidConfiguration,
            "cannot \(task) on \(address): \((failure as? IOError)?.description ?? "the address cannot be had")",
            cause: failure
        )
        port.end(error)
        throw error
    }

    private func serve(_ host: String, _ started: @escaping @Sendable () -> Void) async throws {
        // What it would tell of each connection is of no use to anybody.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, level)
        let application = Application(
            responder: responder,
            server: try server(),
            configuration: ApplicationConfiguration(address: .hostname(host, port: address.port)),
            onServerRunning: { channel in
                started()
                let port = channel.localAddress?.port ?? address.port
                self.port.fulfil(port)
                var bound = address
                bound.port = port
                logger.info(announcement, metadata: ["server.address": "\(bound)", "server.paths": "\(paths)"])
            },
            logger: quiet
        )
        try await application.run()
    }
}

extension EndpointResponder {
    /// What is served, for the log.
    var paths: String {
        let names = probes.keys.sorted() + (registry == nil ? [] : ["metrics"])
        return names.map { "/\($0)" }.joined(separator: " ")
    }
}

extension EndpointServer: CustomStringConvertible {
    /// The name that the log calls it by.
    var description: String { "EndpointServer (\(paths))" }
}
