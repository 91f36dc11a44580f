// Grantor
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import KubeCore
import NIOCore
import NIOHTTP1
import NIOSSL

/// Gets one document, over as many redirects as allowed, each hop under the full policy.
struct DocumentLoader: Sendable {
    /// What a server answered.
    struct Answer: Sendable {
        /// The document; `nil` when the server says that it has not changed.
        let body: [UInt8]?
        /// The entity tag of the document, by the URL that it was got from.
        let entityTags: [String: String]
        /// How long it may be cached.
        let maxAge: Duration?
    }

    /// How a server is reached.
    enum Way: Sendable {
        /// At an address that was checked.
        case direct(IPAddress)
        /// By a proxy, which looks the address up itself.
        case proxy(ProxyServer)
    }

    private enum Hop {
        case answer(Answer)
        case redirect(HTTPURL)
    }

    let configuration: HTTPKeySetFetcher.Configuration
    let group: any EventLoopGroup
    let resolver: any HostResolver
    var observer: FetchObserver?
    let trustRoots = SystemTrustRoots()

    func load(_ url: HTTPURL, for endpoint: Endpoint, entityTags: [String: String]) async throws -> Answer {
        var url = url
        for redirects in 0...configuration.maximumRedirects {
            // Of a redirect to an address that is never dialled that is said, and not that it is plain http.
            if redirects > 0, let address = url.address, configuration.addressPolicy.refusal(of: address) != nil {
                _ = try await checkedAddresses(of: url)
            }
            let result: Hop
            do {
                try check(url, for: endpoint)
                if let proxy = try proxy(for: url) {
                    try await checkBehindProxy(url)
                    result = try await request(url, .proxy(proxy), for: endpoint, entityTag: entityTags[url.text])
                } else {
                    let addresses = try await checkedAddresses(of: url)
                    result = try await hop(url, addresses: addresses, for: endpoint, entityTag: entityTags[url.text])
                }
            } catch let error as KeySetError {
                throw redirects > 0 ? error.followingAnswer : error
            }
            switch result {
            case .answer(let answer): return answer
            case .redirect(let next): url = next
            }
        }
        throw KeySetError(
            .tooManyRedirects,
            "cannot fetch the keys: the server redirects more than \(configuration.maximumRedirects) times"
        )
    }

    static func badStatus(_ status: Int) -> KeySetError {
        KeySetError(
            .badStatus,
            "cannot fetch the keys: the server answers with status \(status)",
            status: status
        )
    }

    /// Refuses plain `http` but for the machine itself, services of the cluster, and endpoints that allow it.
    func check(_ url: HTTPURL, for endpoint: Endpoint) throws(KeySetError) {
        // Where loopback is not allowed the address is what is refused, a little later.
        if endpoint.allowsInsecure || url.isSecure(clusterDomain: configuration.clusterDomain) { return }
        throw KeySetError(.insecureEndpoint, "cannot fetch the keys: plain http is not allowed for this host")
    }

    func checkedAddresses(of url: HTTPURL) async throws -> [IPAddress] {
        let candidates: [IPAddress]
        if let address = url.address {
            candidates = [address]
        } else {
            let found = try await resolver.addresses(of: url.host)
            // The name is what plain http was permitted for; a resolver that knows no better must not send it elsewhere.
            candidates = url.isLoopback ? found.filter(\.isLoopback) : found
        }
        let allowed = candidates.filter { configuration.addressPolicy.refusal(of: $0) == nil }
        guard !allowed.isEmpty else {
            let kind = candidates.lazy.compactMap { configuration.addressPolicy.refusal(of: $0) }.first
            throw KeySetError(
                .addressRefused,
                "cannot fetch the keys: the host's address must not be dialled (\(kind?.rawValue ?? "not of this machine"))"
            )
        }
        return allowed
    }

    /// Tries the addresses one after the other until one takes the connection.
    private func hop(
        _ url: HTTPURL,
        addresses: [IPAddress],
        for endpoint: Endpoint,
        entityTag: String?
    ) async throws -> Hop {
        var failure: any Error = CancellationError()
        for address in addresses {
            do {
                return try await request(url, .direct(address), for: endpoint, entityTag: entityTag)
            } catch let error as KeySetError where error.code == .unreachable || error.code == .timedOut {
                failure = error
            }
            try Task.checkCancellation()
        }
        throw failure
    }

    /// Makes one request over one connection, to one address or through a proxy.
    ///
    /// The client maps names to addresses for its whole life, so each request has its own; they share the threads.
    private func request(
        _ url: HTTPURL,
        _ way: Way,
        for endpoint: Endpoint,
        entityTag: String?
    ) async throws -> Hop {
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(group),
            configuration: clientConfiguration(url, way, caBundle: endpoint.caBundle)
        )
        let result: Result<Hop, any Error>
        do {
            result = .success(try await exchange(client, url, entityTag: entityTag))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        do {
            return try result.get()
        } catch {
            try Task.checkCancellation()
            throw TransportFailure.failure(for: error)
        }
    }

    func clientConfiguration(
        _ url: HTTPURL,
        _ way: Way,
        caBundle: CABundle?
    ) -> HTTPClient.Configuration {
        var result = HTTPClient.Configuration()
        result.redirectConfiguration = .disallow
        result.decompression = .disabled
        result.httpVersion = .http1Only
        result.timeout.connect = TimeAmount(configuration.connectTimeout)
        result.timeout.read = TimeAmount(configuration.totalTimeout)
        result.connectionPool.retryConnectionEstablishment = false
        switch way {
        case .direct(let address) where url.address == nil: result.dnsOverride = [url.host: address.description]
        case .direct: break
        case .proxy(let proxy): result.proxy = .init(proxy)
        }
        if url.scheme == .https {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = caBundle.map { .certificates($0.certificates) } ?? trustRoots.get()
            if caBundle == nil, let additional = configuration.additionalAuthorities {
                tls.additionalTrustRoots = [.certificates(additional.certificates)]
            }
            tls.minimumTLSVersion = .tlsv12
            result.tlsConfiguration = tls
        }
        return result
    }

    private func exchange(_ client: HTTPClient, _ url: HTTPURL, entityTag: String?) async throws -> Hop {
        var request = HTTPClientRequest(url: url.text)
        request.headers.add(name: "Accept", value: "application/jwk-set+json, application/json")
        request.headers.add(name: "User-Agent", value: configuration.userAgent)
        request.headers.add(name: "Connection", value: "close")
        if let entityTag { request.headers.add(name: "If-None-Match", value: entityTag) }
        let sent = observer?.now()
        let response = try await client.execute(request, timeout: TimeAmount(configuration.totalTimeout))
        if let sent { observer?.tell(response.status, response.headers, from: url, sent: sent) }
        let maxAge = CacheControl.maxAge(
            cacheControl: response.headers["Cache-Control"],
            age: response.headers.first(name: "Age")
        )
        let tag = response.headers.first(name: "ETag").flatMap { $0.utf8.count <= 256 ? $0 : nil }
        switch response.status.code {
        case 200:
            let body = try await read(response)
            return .answer(Answer(body: body, entityTags: tag.map { [url.text: $0] } ?? [:], maxAge: maxAge))
        case 304 where entityTag != nil:
            let tags = (tag ?? entityTag).map { [url.text: $0] } ?? [:]
            return .answer(Answer(body: nil, entityTags: tags, maxAge: maxAge))
        case 301, 302, 303, 307, 308:
            return .redirect(try redirect(from: url, to: response.headers.first(name: "Location")))
        case let code:
            throw Self.badStatus(Int(code))
        }
    }

    private func redirect(from url: HTTPURL, to location: String?) throws(KeySetError) -> HTTPURL {
        guard let location, let target = try? url.resolving(location), !location.isEmpty else {
            throw KeySetError(.redirectRefused, "cannot fetch the keys: the server redirects to no usable URL")
        }
        guard target.scheme == url.scheme else {
            throw KeySetError(.redirectRefused, "cannot fetch the keys: the server redirects to another scheme")
        }
        return target
    }

    func read(_ response: HTTPClientResponse) async throws -> [UInt8] {
        let limit = configuration.limits.bytes
        let tooLarge = KeySetError(.tooLarge, "cannot use the document: it is larger than \(limit) bytes")
        if let length = response.headers.first(name: "Content-Length").flatMap({ Int($0) }), length > limit {
            throw tooLarge
        }
        var body: [UInt8] = []
        for try await chunk in response.body {
            guard body.count + chunk.readableBytes <= limit else { throw tooLarge }
            body.append(contentsOf: chunk.readableBytesView)
        }
        return body
    }
}
