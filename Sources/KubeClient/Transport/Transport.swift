// Grantor
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Dispatch
import KubeCore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// The connections to one API server.
///
/// Watches have connections of their own, so that however many there are, requests find one free.
///
/// All of them, and the handling of each request, are on one event loop. AsyncHTTPClient (1.37) writes the end of a
/// request whose answer is already there on the connection's loop, and hears that it is written by way of the request's
/// loop. When these are two, the server can close the connection in between, and the pool, told of the release of a
/// connection that it has forgotten, stops the process. On one loop the end is written and heard of in one step.
final class Transport: Sendable {
    /// What is sent besides the address.
    struct Message: Sendable {
        /// The HTTP method.
        var method: HTTPMethod
        /// The body and its media type.
        var body: (bytes: [UInt8], contentType: String)?
        /// The form of the answer.
        var accept = "application/json"
    }

    /// A whole response.
    struct Answer: Sendable {
        /// The HTTP status code.
        var code: Int
        /// The headers.
        var headers: HTTPHeaders
        /// The body.
        var body: ByteBuffer
    }

    /// The greatest number of bytes of an error that is read from the answer to a watch.
    private static let maximumRefusalBytes = 1 << 20
    private static let maximumWatches = 4_096

    /// The server's address as messages name it.
    let server: String
    /// The proxy on the way; `nil` when there is none.
    let proxy: ProxyServer?
    private let base: String
    private let headers: HTTPHeaders
    private let requests: HTTPClient
    /// The connections for what changes something, where that may not be at any time.
    private let writes: HTTPClient?
    private let watches: HTTPClient
    private let maximumResponseBytes: Int

    /// Creates a transport without connections.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration`.
    init(
        _ configuration: KubeConfiguration,
        address: ServerAddress,
        tls: TLSConfiguration?,
        options: KubeClient.Options
    ) throws(KubeError) {
        let serverName = address.isSecure ? configuration.tlsServerName?.lowercased() : nil
        server = address.url()
        base = address.url(host: serverName) + address.pathPrefix
        headers = Self.headers(configuration, address: address, serverName: serverName)
        maximumResponseBytes = min(max(options.maximumResponseBytes, 1), Int(UInt32.max))

        var settings = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(options.connectTimeout), read: nil)
        )
        // No tracing system is ever installed; to look for one takes a thirtieth of a request's processor time.
        settings.tracing.tracer = nil
        settings.connectionPool.retryConnectionEstablishment = false
        // NIOHTTP2 gathers all that a socket has for it before it hands on the first frame, up to the whole of a list.
        settings.httpVersion = .http1Only
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(options.maximumConnections, 1)
        if let serverName { settings.dnsOverride = [serverName: address.host] }
        proxy = try configuration.proxy(for: address)
        if let proxy { settings.proxy = HTTPClient.Configuration.Proxy(proxy) }
        let loop = HTTPClient.defaultEventLoopGroup.any()
        requests = HTTPClient(eventLoopGroupProvider: .shared(loop), configuration: settings)
        if let writeLimit = options.writeLimit {
            let server = server
            var settings = settings
            let install: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
                WriteFence.install(on: channel, server: server) { writeLimit() != nil }
            }
            settings.http1_1ConnectionDebugInitializer = install
            writes = HTTPClient(eventLoopGroupProvider: .shared(loop), configuration: settings)
        } else {
            writes = nil
        }
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.maximumWatches
        watches = HTTPClient(eventLoopGroupProvider: .shared(loop), configuration: settings)
    }

    deinit {
        // Whoever forgot to shut down, or failed half-way, leaves no connection behind.
        requests.shutdown { _ in }
        writes?.shutdown { _ in }
        watches.shutdown { _ in }
    }

    /// Ends all requests and closes all connections.
    func shutdown() async {
        // The only error is that it was done before.
        try? await requests.shutdown()
        try? await writes?.shutdown()
        try? await watches.shutdown()
    }

    /// Sends a request and reads the whole answer.
    ///
    /// - Throws: An error of the transport, or `CancellationError`.
    func send(
        _ message: Message,
        to target: String,
        credential: Credential,
        tls: TLSConfiguration?,
        timeout: Duration
    ) async throws -> Answer {
        let request = try request(message, to: target, credential: credential, tls: tls)
        let client = message.method == .GET ? requests : writes ?? requests
        let task = client.execute(
            request: request,
            delegate: ResponseAccumulator(request: request, maxBodySize: maximumResponseBytes),
            deadline: .now() + TimeAmount(timeout)
        )
        let response = try await withTaskCancellationHandler {
            try await task.get()
        } onCancel: {
            task.cancel()
        }
        return Answer(
            code: Int(response.status.code),
            headers: response.headers,
            body: response.body ?? ByteBuffer()
        )
    }

    /// Sends a request and reads the head of the answer.
    ///
    /// - Returns: The stream of the body when the answer is a success, else the whole answer.
    ///
    /// - Throws: An error of the transport, `DeadlinePassed` or `CancellationError`.
    func open(
        _ message: Message,
        to target: String,
        credential: Credential,
        tls: TLSConfiguration?,
        timeout: Duration
    ) async throws -> (answer: Answer, stream: ResponseStream?) {
        let request = try request(message, to: target, credential: credential, tls: tls)
        let loop = watches.eventLoopGroup.any()
        let stream = ResponseStream(on: loop)
        stream.attach(watches.execute(request: request, delegate: stream, eventLoop: .delegate(on: loop)))
        let limit = TimeAmount(timeout)
        guard case .head(let head) = try await stream.next(within: limit) else {
            throw HTTPClientError.remoteConnectionClosed
        }
        var answer = Answer(code: Int(head.status.code), headers: head.headers, body: ByteBuffer())
        if (200..<300).contains(answer.code) { return (answer, stream) }
        while case .bytes(let bytes) = try await stream.next(within: limit) {
            answer.body.writeImmutableBuffer(bytes)
            guard answer.body.readableBytes <= Self.maximumRefusalBytes else {
                stream.abort(HTTPClientError.cancelled)
                break
            }
        }
        return (answer, nil)
    }

    private func request(
        _ message: Message,
        to target: String,
        credential: Credential,
        tls: TLSConfiguration?
    ) throws -> HTTPClient.Request {
        var headers = headers
        if let authorization = credential.authorization {
            headers.add(name: "Authorization", value: authorization.reveal())
        }
        headers.add(name: "Accept", value: message.accept)
        var body: HTTPClient.Body?
        if let (bytes, contentType) = message.body {
            headers.add(name: "Content-Type", value: contentType)
            body = .byteBuffer(ByteBuffer(bytes: bytes))
        }
        return try HTTPClient.Request(
            url: base + target,
            method: message.method,
            headers: headers,
            body: body,
            tlsConfiguration: tls
        )
    }

    private static func headers(
        _ configuration: KubeConfiguration,
        address: ServerAddress,
        serverName: String?
    ) -> HTTPHeaders {
        var headers = HTTPHeaders()
        // With another name in the URL for the sake of the certificate, the server still hears its own.
        if serverName != nil { headers.add(name: "Host", value: address.authority) }
        headers.add(name: "User-Agent", value: configuration.userAgent)
        guard let impersonation = configuration.impersonation else { return headers }
        headers.add(name: "Impersonate-User", value: impersonation.user)
        if let uid = impersonation.uid { headers.add(name: "Impersonate-Uid", value: uid) }
        for group in impersonation.groups { headers.add(name: "Impersonate-Group", value: group) }
        for (name, values) in impersonation.extra.sorted(by: { $0.key < $1.key }) {
            var encoded = ""
            PercentEncoding.append(name.lowercased(), to: &encoded)
            for value in values { headers.add(name: "Impersonate-Extra-\(encoded)", value: value) }
        }
        return headers
    }
}

extension TimeAmount {
    /// As many nanoseconds as a duration has, bounded by what fits.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let bounded = min(max(seconds, 0), 1_000_000_000)
        self = .nanoseconds(bounded * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

extension HTTPClient.Configuration.Proxy {
    /// The proxy at an address.
    init(_ proxy: ProxyServer) {
        switch proxy.kind {
        case .socks: self = .socksServer(host: proxy.host, port: proxy.port)
        case .http:
            let authorization = proxy.user.map {
                HTTPClient.Authorization.basic(username: $0, password: proxy.password)
            }
            self = .server(host: proxy.host, port: proxy.port, authorization: authorization)
        }
    }
}
