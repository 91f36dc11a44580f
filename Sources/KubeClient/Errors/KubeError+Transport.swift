// Grantor
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import KubeCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// What the transport's errors mean.
enum TransportFailure {
    /// Turns an error of the HTTP client into ours.
    ///
    /// - Parameters:
    ///   - error: The error of a request.
    ///   - call: What was asked.
    ///   - server: The server's address, for the message.
    /// - Returns: A `KubeError`, or a `CancellationError` when the task was cancelled.
    static func translate(_ error: any Error, to call: Call, server: String) -> any Error {
        switch error {
        case is CancellationError, is KubeError:
            return error
        case let error as HTTPClientError:
            return translate(error, to: call, server: server)
        case let error as ResponseAccumulator.ResponseTooBigError:
            return KubeError(.tooLarge, "cannot \(call): the answer is larger than \(error.maxBodySize) bytes")
        case HTTPParserError.invalidEOFState:
            return lost(call, server, error)
        case is HTTPParserError:
            return KubeError(.invalidResponse, "cannot \(call): \(server) does not answer in HTTP", cause: error)
        case NIOSSLError.uncleanShutdown:
            return lost(call, server, error)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return KubeError(.tlsFailed, "cannot \(call): no trusted connection to \(server): \(error)", cause: error)
        case let error as NIOConnectionError:
            return KubeError(
                .unreachable,
                "cannot \(call): cannot connect to \(server): \(reason(error))",
                cause: error
            )
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return KubeError(.unreachable, "cannot \(call): nothing listens at \(server)", cause: error)
        case ChannelError.connectTimeout:
            return KubeError(.unreachable, "cannot \(call): cannot connect to \(server) in time", cause: error)
        default:
            return lost(call, server, error)
        }
    }

    /// Whether a connection that worked broke off, so that asking again may find a better one.
    static func isConnectionLoss(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError: error == .remoteConnectionClosed
        case NIOSSLError.uncleanShutdown, HTTPParserError.invalidEOFState: true
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError, is NIOConnectionError, is HTTPParserError,
            is CancellationError, is KubeError, is ResponseAccumulator.ResponseTooBigError:
            false
        case ChannelError.connectTimeout: false
        default: true
        }
    }

    private static func translate(_ error: HTTPClientError, to call: Call, server: String) -> any Error {
        switch error {
        case .cancelled:
            if Task.isCancelled { return CancellationError() }
            return KubeError(.shutDown, "cannot \(call): the client was shut down")
        case .alreadyShutdown:
            return KubeError(.shutDown, "cannot \(call): the client was shut down")
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            return KubeError(.timeout, "cannot \(call): no full answer from \(server) in time", cause: error)
        case .getConnectionFromPoolTimeout:
            return KubeError(.timeout, "cannot \(call): no connection to \(server) came free in time", cause: error)
        case .connectTimeout, .socksHandshakeTimeout, .httpProxyHandshakeTimeout:
            return KubeError(.unreachable, "cannot \(call): cannot connect to \(server) in time", cause: error)
        case .tlsHandshakeTimeout:
            return KubeError(.tlsFailed, "cannot \(call): \(server) does not answer in TLS in time", cause: error)
        case .proxyAuthenticationRequired:
            return KubeError(.unreachable, "cannot \(call): the proxy asks for another user or password", cause: error)
        case .invalidProxyResponse:
            return KubeError(.unreachable, "cannot \(call): the proxy does not let us through", cause: error)
        case .remoteConnectionClosed:
            return lost(call, server, error)
        default:
            return KubeError(.unknown, "cannot \(call): \(error.shortDescription)", cause: error)
        }
    }

    private static func lost(_ call: Call, _ server: String, _ error: any Error) -> KubeError {
        KubeError(.unreachable, "cannot \(call): the connection to \(server) was lost", cause: error)
    }

    private static func reason(_ error: NIOConnectionError) -> String {
        if error.dnsAError != nil, error.dnsAAAAError != nil, error.connectionErrors.isEmpty {
            return "\(error.host) cannot be resolved"
        }
        if let failure = error.connectionErrors.last?.error as? IOError { return failure.description }
        return "\(error)"
    }
}
