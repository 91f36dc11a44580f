// Grantor
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

@testable import KeySets

/// What the errors of the HTTP client mean: the reason of a condition hangs on it.
struct TransportFailureTests {
    /// An error and what it is reported as.
    struct Row: Sendable, CustomTestStringConvertible {
        let error: any Error
        let code: KeySetError.Code
        var testDescription: String { "\(error) is \(code.rawValue)" }
    }

    private struct Stranger: Error {
        let secret = "https://user:password@idp.example"
    }

    static let rows = [
        Row(error: HTTPClientError.connectTimeout, code: .timedOut),
        Row(error: HTTPClientError.getConnectionFromPoolTimeout, code: .timedOut),
        Row(error: HTTPClientError.tlsHandshakeTimeout, code: .timedOut),
        Row(error: HTTPClientError.deadlineExceeded, code: .timedOut),
        Row(error: HTTPClientError.readTimeout, code: .timedOut),
        Row(error: HTTPClientError.writeTimeout, code: .timedOut),
        Row(error: HTTPClientError.invalidURL, code: .invalidURL),
        Row(error: HTTPClientError.emptyHost, code: .invalidURL),
        Row(error: HTTPClientError.remoteConnectionClosed, code: .unreachable),
        Row(error: HTTPClientError.alreadyShutdown, code: .unreachable),
        Row(error: NIOSSLError.uncleanShutdown, code: .unreachable),
        Row(error: NIOSSLError.handshakeFailed(.sslError([])), code: .tlsFailed),
        Row(error: NIOSSLError.unableToValidateCertificate, code: .tlsFailed),
        Row(error: NIOSSLExtraError.failedToValidateHostname, code: .tlsFailed),
        Row(error: BoringSSLError.sslError([]), code: .tlsFailed),
        Row(error: HTTPParserError.invalidHeaderToken, code: .invalidResponse),
        Row(error: HTTPParserError.unknown, code: .invalidResponse),
        Row(error: ChannelError.connectTimeout(.seconds(1)), code: .timedOut),
        Row(error: ChannelError.ioOnClosedChannel, code: .unreachable),
        Row(error: IOError(errnoCode: 111, reason: "connect"), code: .unreachable),
        Row(error: Stranger(), code: .unreachable),
    ]

    @Test(arguments: rows)
    func `each error has its code, and a message that quotes nothing`(_ row: Row) throws {
        let error = try #require(TransportFailure.failure(for: row.error) as? KeySetError)
        #expect(error.code == row.code)
        #expect(error.message.hasPrefix("cannot "))
        #expect(!error.message.contains("password"))
        #expect(error.cause != nil)
    }

    @Test func `cancellation stays cancellation, and what is known stays as it is`() {
        #expect(TransportFailure.failure(for: CancellationError()) is CancellationError)
        #expect(TransportFailure.failure(for: HTTPClientError.cancelled) is CancellationError)
        let known = KeySetError(.tooLarge, "cannot use the document")
        #expect((TransportFailure.failure(for: known) as? KeySetError)?.code == .tooLarge)
    }
}
