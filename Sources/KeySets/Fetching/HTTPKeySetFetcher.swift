// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore
public import NIOCore
public import NIOPosix

/// Fetches keys over HTTP, careful about where the connection goes and what comes back.
///
/// The host is resolved here, every address is checked, and exactly a checked address is dialled, at each redirect
/// again; TLS speaks to the host by name. There is no proxy unless one is configured, no compression and no cookie, and
/// nothing that the server sends appears in an error.
public struct HTTPKeySetFetcher: KeySetFetcher {
    /// The knobs.
    public struct Configuration: Sendable {
        /// How long a connection may take to be made.
        public var connectTimeout: Duration = .seconds(5)
        /// How long everything may take, with lookups, redirects and a discovery document.
        public var totalTimeout: Duration = .seconds(10)
        /// The greatest number of redirects to follow.
        public var maximumRedirects = 3
        /// How much is read.
        public var limits = KeySet.Limits()
        /// Which addresses may be dialled.
        public var addressPolicy: AddressPolicy
        /// The domain of the cluster's services.
        public var clusterDomain = "cluster.local"
        /// Certification authorities that are trusted beside the system's; a bundle of an endpoint replaces both.
        public var additionalAuthorities: CABundle?
        /// What is sent as `User-Agent`.
        public var userAgent = "grantor"
        /// The proxies to go through; `nil` means none, whatever the environment says.
        ///
        /// Behind a proxy nobody sees which address is dialled: only hosts are checked, and the addresses that they have
        /// here, if any. So it must be asked for.
        public var proxy: ProxySettings?

        /// Creates a configuration with the defaults of production.
        public init(addressPolicy: AddressPolicy = AddressPolicy()) {
            self.addressPolicy = addressPolicy
        }
    }

    private let configuration: Configuration
    private let loader: DocumentLoader

    /// Creates a fetcher.
    ///
    /// - Parameters:
    ///   - configuration: The knobs.
    ///   - eventLoopGroup: The threads that do the I/O; shared, never shut down here.
    ///   - resolver: What finds the addresses of hosts.
    public init(
        configuration: Configuration = Configuration(),
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        resolver: any HostResolver = SystemHostResolver()
    ) {
        self.init(configuration: configuration, eventLoopGroup: eventLoopGroup, resolver: resolver, observer: nil)
    }

    /// Creates a fetcher that tells of each answer.
    init(
        configuration: Configuration,
        eventLoopGroup: any EventLoopGroup,
        resolver: any HostResolver,
        observer: FetchObserver?
    ) {
        self.configuration = configuration
        loader = DocumentLoader(
            configuration: configuration,
            group: eventLoopGroup,
            resolver: resolver,
            observer: observer
        )
    }

    /// Fetches once, within the total time-out.
    ///
    /// - Throws: `KeySetError`, or `CancellationError` when the task is cancelled.
    public func fetch(_ endpoint: Endpoint, previous: FetchedKeySet? = nil) async throws -> FetchedKeySet {
        let url = try endpoint.parsedURL()
        let limit = configuration.totalTimeout
        return try await withThrowingTaskGroup(of: FetchedKeySet.self) { group in
            group.addTask { try await fetch(url, endpoint: endpoint, previous: previous) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw KeySetError(.timedOut, "cannot fetch the keys: no complete answer in time")
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    private func fetch(
        _ url: HTTPURL,
        endpoint: Endpoint,
        previous: FetchedKeySet?
    ) async throws -> FetchedKeySet {
        let first = try await loader.load(url, for: endpoint, entityTags: previous?.entityTags ?? [:])
        let discovery: DiscoveryDocument
        if let body = first.body {
            let document = try KeySet.document(body, limits: configuration.limits)
            guard let found = DiscoveryDocument(document) else {
                return FetchedKeySet(
                    keySet: try KeySet.parse(document, limits: configuration.limits),
                    keySetURI: endpoint.url,
                    maxAge: first.maxAge,
                    entityTags: first.entityTags
                )
            }
            discovery = found
        } else if let previous, previous.document == .keySet {
            return previous.unmodified(maxAge: first.maxAge, entityTags: first.entityTags)
        } else if let previous {
            discovery = DiscoveryDocument(keySetURI: previous.keySetURI, issuer: previous.issuer)
        } else {
            throw DocumentLoader.badStatus(304)
        }
        do {
            return try await follow(discovery, from: url, first, endpoint: endpoint, previous: previous)
        } catch let error as KeySetError {
            throw error.followingAnswer
        }
    }

    /// Fetches the keys that a discovery document names; that document must be a key set.
    private func follow(
        _ discovery: DiscoveryDocument,
        from url: HTTPURL,
        _ first: DocumentLoader.Answer,
        endpoint: Endpoint,
        previous: FetchedKeySet?
    ) async throws -> FetchedKeySet {
        let target: HTTPURL
        do throws(HTTPURL.Problem) {
            target = try HTTPURL(discovery.keySetURI)
        } catch {
            throw KeySetError(.invalidURL, "cannot use the discovery document: its \"jwks_uri\" is no usable URL")
        }
        guard target.scheme == .https || url.scheme == .http else {
            throw KeySetError(
                .insecureEndpoint,
                "cannot use the discovery document: its \"jwks_uri\" is plain http while it is https itself"
            )
        }
        let same = previous?.keySetURI == discovery.keySetURI ? previous : nil
        let answer = try await loader.load(target, for: endpoint, entityTags: same?.entityTags ?? [:])
        let tags = first.entityTags.merging(answer.entityTags) { $1 }
        let keySet: KeySet
        if let body = answer.body {
            keySet = try KeySet.parse(body, limits: configuration.limits)
        } else if let same {
            if first.body == nil { return same.unmodified(maxAge: answer.maxAge, entityTags: tags) }
            keySet = same.keySet
        } else {
            throw DocumentLoader.badStatus(304)
        }
        return FetchedKeySet(
            keySet: keySet,
            document: .discovery,
            issuer: discovery.issuer,
            keySetURI: discovery.keySetURI,
            maxAge: answer.maxAge,
            entityTags: tags
        )
    }
}
