// Grantor
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// What the errors of the HTTP client mean for a fetch.
enum TransportFailure {
    static func failure(for error: any Error) -> any Error {
        switch error {
        case is KeySetError, is CancellationError:
            return error
        case let error as HTTPClientError:
            return failure(for: error)
        case let error as NIOSSLError:
            if case .uncleanShutdown = error { return unreachable(error) }
            return tls(error)
        case is NIOSSLExtraError, is BoringSSLError:
            return tls(error)
        case is HTTPParserError:
            return KeySetError(.invalidResponse, "cannot fetch the keys: the answer is not HTTP", cause: error)
        case ChannelError.connectTimeout(_):
            return KeySetError(.timedOut, "cannot fetch the keys: no connection in time", cause: error)
        default:
            return unreachable(error)
        }
    }

    private static func failure(for error: HTTPClientError) -> any Error {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
            KeySetError(.timedOut, "cannot fetch the keys: no connection in time", cause: error)
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            KeySetError(.timedOut, "cannot fetch the keys: no complete answer in time", cause: error)
        case .proxyAuthenticationRequired:
            KeySetError(
                .unreachable,
                "cannot fetch the keys: the proxy asks for another user or password",
                cause: error
            )
        case .invalidProxyResponse:
            KeySetError(.unreachable, "cannot fetch the keys: the proxy does not let us through", cause: error)
        case .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            KeySetError(.timedOut, "cannot fetch the keys: the proxy does not answer in time", cause: error)
        case .cancelled:
            CancellationError()
        case .invalidURL, .emptyHost, .emptyScheme:
            KeySetError(.invalidURL, "cannot use the URL", cause: error)
        default:
            unreachable(error)
        }
    }

    private static func unreachable(_ cause: any Error) -> KeySetError {
        KeySetError(.unreachable, "cannot fetch the keys: no connection could be made, or it broke", cause: cause)
    }

    private static func tls(_ cause: any Error) -> KeySetError {
        KeySetError(
            .tlsFailed,
            "cannot fetch the keys: the TLS handshake failed; the server's certificate may not be trusted",
            cause: cause
        )
    }
}
