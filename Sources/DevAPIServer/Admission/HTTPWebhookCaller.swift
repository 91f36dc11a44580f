// Grantor
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import KubeCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Reaches webhooks over HTTPS.
///
/// Every review gets a connection of its own: what a webhook serves is then seen at once, and none is asked over a
/// connection that it closed meanwhile.
struct HTTPWebhookCaller: WebhookCaller {
    /// The longest answer that is read, in bytes.
    private static let answerLimit = 3 << 20

    /// One client for the process, as `HTTPClient.shared` is, but one that gives up when nobody listens.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }()

    /// Sends a review and returns what comes back.
    func send(
        _ body: [UInt8],
        to url: String,
        trusting authorities: [UInt8]?,
        timeout: Duration
    ) async throws -> WebhookAnswer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = [
            "Content-Type": "application/json", "Accept": "application/json, */*", "Connection": "close",
            "User-Agent": "kube-apiserver-admission",
        ]
        request.body = .bytes(ByteBuffer(bytes: body))
        if let authorities {
            var tls = TLSConfiguration.makeClientConfiguration()
            guard let roots = try? NIOSSLCertificate.fromPEMBytes(authorities), !roots.isEmpty else {
                throw WebhookFailure("unable to load root certificates: unable to parse bytes as PEM block")
            }
            tls.trustRoots = .certificates(roots)
            request.tlsConfiguration = tls
        }
        do {
            let limit = TimeAmount.nanoseconds(Int64(timeout / .nanoseconds(1)))
            let response = try await Self.client.execute(request, timeout: limit)
            let bytes = try await response.body.collect(upTo: Self.answerLimit)
            return WebhookAnswer(code: Int(response.status.code), body: Array(bytes.readableBytesView))
        } catch let error as CancellationError {
            throw error
        } catch {
            throw WebhookFailure(Self.words(error, Self.authority(of: url)))
        }
    }

    /// What Go's client says of the same.
    private static func words(_ error: any Error, _ authority: String) -> String {
        switch error {
        case let error as HTTPClientError:
            switch error {
            case .deadlineExceeded, .connectTimeout, .readTimeout, .tlsHandshakeTimeout:
                return "context deadline exceeded"
            case .remoteConnectionClosed: return "EOF"
            default: return "cannot send the request"
            }
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first else {
                return "dial tcp: lookup \(error.host): no such host"
            }
            return words(first.error, authority)
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return "dial tcp \(authority): connect: connection refused"
        case is IOError: return "read: connection reset by peer"
        case let error as NIOSSLError:
            guard case .handshakeFailed = error else { return "tls: the connection was closed" }
            return "tls: failed to verify certificate: x509: certificate signed by unknown authority"
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return "tls: failed to verify certificate: x509: certificate is not valid for the name asked for"
        case is BoringSSLError: return "tls: handshake failure"
        default: return "cannot send the request"
        }
    }

    /// Host and port of a URL.
    private static func authority(of url: String) -> String {
        guard let start = url.firstRange(of: "://")?.upperBound else { return url }
        let authority = url[start...].prefix { $0 != "/" && $0 != "?" }
        let hasPort = authority.last != "]" && authority.contains(":")
        return hasPort ? String(authority) : "\(authority):443"
    }
}
