// Grantor
// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
import KubeCore
public import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// A client of one API server.
///
/// Objects come and go as `JSONValue`. All requests throw `KubeError` or `CancellationError`. The client owns its
/// connections: whoever creates one calls `shutdown()`, or uses `withKubeClient`.
///
/// A request is sent again when the server refused the credential and there is a newer one (once); when the server
/// said `Retry-After` (with 429 and 503, reads with any 5xx); and, reads alone, when the connection was lost (once).
public final class KubeClient: Sendable {
    /// The limits and habits of a client.
    public struct Options: Sendable {
        /// Who owns the fields that are written.
        public var fieldManager: String
        /// How long a connection may take to be made.
        public var connectTimeout: Duration = .seconds(10)
        /// How long a request may take, from the first byte sent to the last one received; a watch's answer head too.
        public var requestTimeout: Duration = .seconds(30)
        /// The same for lists, which may be long.
        public var listTimeout: Duration = .seconds(60)
        /// The greatest number of bytes in an answer.
        public var maximumResponseBytes = 64 << 20
        /// The greatest number of bytes in one line of a watch.
        public var maximumEventBytes = 8 << 20
        /// The greatest number of connections at a time, watches not counted; as many again for writes with a limit.
        public var maximumConnections = 32
        /// How often a request is sent again because the server said `Retry-After`.
        public var maximumRetries = 5
        /// The longest wait that `Retry-After` may cause.
        public var maximumRetryDelay: Duration = .seconds(60)
        /// Asked right before each request that changes something, also before it is sent again: how long it may take;
        /// `nil` refuses it, with `NotLeading`.
        public var writeLimit: (@Sendable () -> Duration?)?

        /// Creates options.
        public init(fieldManager: String) {
            self.fieldManager = fieldManager
        }
    }

    /// What the client was made from.
    public let configuration: KubeConfiguration
    /// Its limits and habits.
    public let options: Options

    /// The connections.
    let transport: Transport
    private let credentials: CredentialSource
    private let tls: TLSSource?
    private let timing: Timing
    private let metrics: RequestMetrics

    /// Creates a client; nothing is sent yet, but every credential and certificate that can be checked is.
    ///
    /// - Throws: `KubeError` when the configuration or a credential cannot be used.
    public init(
        _ configuration: KubeConfiguration,
        options: Options,
        host: HostEnvironment,
        timing: Timing = .live,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger
    ) throws(KubeError) {
        guard let address = ServerAddress(configuration.server, prefersTLS: configuration.prefersTLS) else {
            throw KubeError(
                .invalidConfiguration,
                "cannot use the server of \(configuration.origin): it is no http or https address"
            )
        }
        if configuration.skipsTLSVerification, configuration.certificateAuthority != nil {
            throw KubeError(
                .invalidConfiguration,
                "cannot use \(configuration.origin): a certificate authority and no verification exclude each other"
            )
        }
        self.configuration = configuration
        self.options = options
        self.timing = timing
        credentials = try CredentialSource(configuration, host: host, timing: timing)
        tls = address.isSecure ? try TLSSource(configuration, host: host, now: timing.now) : nil
        self.metrics = RequestMetrics(host: address.authority, factory: metrics)
        transport = try Transport(configuration, address: address, tls: tls?.initial, options: options)
        if let proxy = transport.proxy {
            logger.info("the API server is reached through a proxy", metadata: ["proxy.address": "\(proxy)"])
        }
        for warning in configuration.warnings { logger.warning("\(warning)") }
        if configuration.skipsTLSVerification, address.isSecure {
            logger.warning(
                "the API server's certificate is not verified (insecure-skip-tls-verify)",
                metadata: ["server.address": "\(address.authority)"]
            )
        }
    }

    /// Ends all requests and closes all connections; further requests fail with `ShutDown`.
    public func shutdown() async {
        await transport.shutdown()
    }

    /// Sends a request and returns the body of a successful answer.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    func send(_ call: Call, _ message: Transport.Message) async throws -> JSONValue {
        let usual = call.verb == .list ? options.listTimeout : options.requestTimeout
        let answer = try await exchange(call, message) { credential, settings, limit in
            try await transport.send(
                message,
                to: call.target,
                credential: credential,
                tls: settings,
                timeout: limit.map { min(usual, $0) } ?? usual
            )
        } answer: {
            $0
        }
        do throws(JSONError) {
            return try JSONParser().parse(answer.body.readableBytesView)
        } catch {
            throw KubeError(.invalidResponse, "cannot \(call): the answer is not readable: \(error)", cause: error)
        }
    }

    /// Sends a watch request and returns the connection of a successful answer.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    func open(_ call: Call, idleDeadline: Duration?) async throws -> WatchConnection {
        let message = Transport.Message(method: .GET, accept: call.accept)
        let opened = try await exchange(call, message) { credential, settings, _ in
            do {
                return try await transport.open(
                    message,
                    to: call.target,
                    credential: credential,
                    tls: settings,
                    timeout: options.requestTimeout
                )
            } catch is ResponseStreamStateMachine.DeadlinePassed {
                throw KubeError(.timeout, "cannot \(call): no answer from \(transport.server) in time")
            }
        } answer: {
            $0.answer
        }
        guard let stream = opened.stream else {
            throw KubeError(.invalidResponse, "cannot \(call): the answer is no stream")
        }
        return WatchConnection(
            stream,
            call: call,
            server: transport.server,
            idleDeadline: idleDeadline,
            maximumEventBytes: options.maximumEventBytes
        )
    }

    private func exchange<Response>(
        _ call: Call,
        _ message: Transport.Message,
        attempt: (Credential, TLSConfiguration?, Duration?) async throws -> Response,
        answer: (Response) -> Transport.Answer
    ) async throws -> Response {
        var mayReconnect = call.verb.isRead
        var mayReauthenticate = true
        var retries = 0
        var credential = try await credentials.current()
        while true {
            let settings = try tls?.settings(for: credential)
            // The last thing before each attempt, since credentials and waits take time.
            let limit = try writeLimit(of: call)
            let started = ContinuousClock.now
            let response: Response
            do {
                response = try await attempt(credential, settings, limit)
            } catch {
                metrics.record(call, method: message.method.rawValue, code: nil, elapsed: .now - started)
                let translated = TransportFailure.translate(error, to: call, server: transport.server)
                if (translated as? KubeError)?.code == .tlsFailed { tls?.expire() }
                guard mayReconnect, TransportFailure.isConnectionLoss(error), !(translated is CancellationError),
                    (translated as? KubeError)?.code == .unreachable
                else { throw translated }
                mayReconnect = false
                continue
            }
            let head = answer(response)
            metrics.record(call, method: message.method.rawValue, code: head.code, elapsed: .now - started)
            if (200..<300).contains(head.code) { return response }
            let refusal = Refusal(
                httpCode: head.code,
                retryAfter: head.headers.first(name: "Retry-After"),
                body: head.body.readableBytesView
            )
            let failure = KubeError(refusal, to: call)
            if head.code == 401, mayReauthenticate {
                mayReauthenticate = false
                tls?.expire()
                guard let fresh = try await credentials.replacement(for: credential) else { throw failure }
                credential = fresh
                continue
            }
            guard retries < options.maximumRetries, let delay = retryDelay(refusal, failure, call: call) else {
                throw failure
            }
            retries += 1
            try await timing.sleep(delay)
            credential = try await credentials.current()
        }
    }

    /// How long a request may take that is sent now; `nil` when that does not depend on who leads.
    ///
    /// - Throws: `KubeError` with code `NotLeading` when it may not be sent at all.
    private func writeLimit(of call: Call) throws(KubeError) -> Duration? {
        guard let writeLimit = options.writeLimit, !call.verb.isRead else { return nil }
        guard let limit = writeLimit() else {
            throw KubeError(.notLeading, "cannot \(call): this process does not lead")
        }
        return limit
    }

    /// How long to wait before asking again; `nil` when that is up to the caller.
    private func retryDelay(_ refusal: Refusal, _ failure: KubeError, call: Call) -> Duration? {
        guard let seconds = refusal.retryAfter else { return nil }
        switch refusal.httpCode {
        case 429, 503: break
        // A write may have happened although the server failed.
        case 500..<600 where call.verb.isRead: break
        default: return nil
        }
        // Waiting does not help as soon as it helps to ask for another version.
        guard failure.code != .resourceVersionTooLarge else { return nil }
        let wished = Duration.seconds(min(seconds, 86_400))
        let spread = max(wished, .milliseconds(100)) * (timing.jitter() * 0.25)
        return min(wished + spread, options.maximumRetryDelay)
    }
}
