// Grantor
// SPDX-License-Identifier: Apache-2.0

import HummingbirdCore
import HummingbirdTLS
import KubeCore
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// The socket: binds it, speaks HTTP/1.1 on it and hands each request to a responder.
struct HTTPListener: Sendable {
    /// The address to listen on.
    let host: String
    /// The port; 0 takes any.
    let port: Int
    /// The certificate to serve TLS with.
    let credentials: ServerCredentials?
    /// Where to tell what happens.
    let logger: Logger

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Throws: `DevAPIServerError` when the address cannot be listened on.
    func run(responder: HTTPResponder, listening: Pending<ListeningAddress>) async throws {
        let server = try builder().buildServer(
            configuration: ServerConfiguration(address: .hostname(host, port: port), backlog: 1_024),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger,
            responder: { request, writer, channel in
                let source = channel.remoteAddress?.ipAddress ?? ""
                try await responder.respond(to: request, from: source, with: writer)
            },
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? port
                listening.fulfil(ListeningAddress(host: host, port: port, tls: credentials != nil))
            }
        )
        do {
            try await server.run()
        } catch let error as IOError {
            throw DevAPIServerError(.cannotListen, "cannot listen on \(authority): \(Self.reason(error))", cause: error)
        } catch let error as NIOConnectionError {
            throw DevAPIServerError(.cannotListen, "cannot listen on \(authority): the host is unknown", cause: error)
        } catch let error as SocketAddressError {
            throw DevAPIServerError(.cannotListen, "cannot listen on \(authority): the host is unknown", cause: error)
        }
    }

    private var authority: String {
        ListeningAddress(host: host, port: port, tls: false).authority
    }

    private func builder() throws -> HTTPServerBuilder {
        guard let credentials else { return .http1() }
        do {
            return try .tls(.http1(), tlsConfiguration: credentials.tls)
        } catch {
            throw DevAPIServerError(.cannotMakeCertificate, "cannot use the server certificate", cause: error)
        }
    }

    private static func reason(_ error: IOError) -> String {
        switch error.errnoCode {
        case EADDRINUSE: "the port is taken"
        case EACCES: "the port is reserved for the administrator"
        case EADDRNOTAVAIL: "the address is not one of this machine"
        default: "error \(error.errnoCode)"
        }
    }
}
