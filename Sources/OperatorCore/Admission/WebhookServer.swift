// Grantor
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import HummingbirdTLS
import KubeClient
import KubeCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Serves the webhook over HTTPS, in every replica and to the very end.
struct WebhookServer: Service {
    let address: EndpointAddress
    let responder: WebhookResponder
    let served: ServedCertificate
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
            "cannot serve the webhook on \(address): \((failure as? IOError)?.description ?? "the address cannot be had")",
            cause: failure
        )
        port.end(error)
        throw error
    }

    private func serve(_ host: String, _ started: @escaping @Sendable () -> Void) async throws {
        // What it would tell of each connection is of no use to anybody.
        var quiet = logger
        quiet.logLevel = .critical
        let application = Application(
            responder: responder,
            server: try .tls(
                .http1(configuration: .init(idleTimeout: .seconds(120))),
                tlsConfiguration: try served.tlsConfiguration()
            ),
            configuration: ApplicationConfiguration(address: .hostname(host, port: address.port)),
            onServerRunning: { channel in
                started()
                let port = channel.localAddress?.port ?? address.port
                self.port.fulfil(port)
                var bound = address
                bound.port = port
                logger.info(
                    "the webhook is served",
                    metadata: ["server.address": "\(bound)", "server.paths": "\(WebhookResponder.path)"]
                )
            },
            logger: quiet
        )
        try await application.run()
    }
}

extension WebhookServer: CustomStringConvertible {
    /// The name that the log calls it by.
    var description: String { "WebhookServer" }
}
