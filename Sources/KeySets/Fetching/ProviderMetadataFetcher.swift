// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
public import NIOCore
public import NIOPosix

/// Fetches a provider's metadata, under the same conditions as keys.
public struct ProviderMetadataFetcher: Sendable {
    private static let suffix = "/.well-known/openid-configuration"

    private let configuration: HTTPKeySetFetcher.Configuration
    private let loader: DocumentLoader

    /// Creates a fetcher.
    ///
    /// - Parameters:
    ///   - configuration: The knobs.
    ///   - eventLoopGroup: The threads that do the I/O; shared, never shut down here.
    ///   - resolver: What finds the addresses of hosts.
    public init(
        configuration: HTTPKeySetFetcher.Configuration = .init(),
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        resolver: any HostResolver = SystemHostResolver()
    ) {
        self.configuration = configuration
        self.loader = DocumentLoader(configuration: configuration, group: eventLoopGroup, resolver: resolver)
    }

    /// The URL of an issuer's metadata (OpenID Connect Discovery 1.0, 4.1); a URL that has the suffix stays as it is.
    public static func documentURL(of issuer: String) -> String {
        if issuer.hasSuffix(suffix) { return issuer }
        return (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + suffix
    }

    /// Fetches once, within the total time-out.
    ///
    /// - Parameter endpoint: The issuer or the metadata's own URL, and how to reach it.
    /// - Returns: The metadata; whether its issuer is the expected one is the caller's to judge.
    /// - Throws: `KeySetError`, or `CancellationError` when the task is cancelled.
    public func fetch(_ endpoint: Endpoint) async throws -> ProviderMetadata {
        let document = Endpoint(
            url: Self.documentURL(of: endpoint.url),
            caBundle: endpoint.caBundle,
            allowsInsecure: endpoint.allowsInsecure
        )
        let url = try document.parsedURL()
        let limit = configuration.totalTimeout
        return try await withThrowingTaskGroup(of: ProviderMetadata.self) { group in
            group.addTask { try await load(url, document) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw KeySetError(.timedOut, "cannot fetch the discovery document: no complete answer in time")
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    private func load(_ url: HTTPURL, _ endpoint: Endpoint) async throws -> ProviderMetadata {
        let answer = try await loader.load(url, for: endpoint, entityTags: [:])
        guard let body = answer.body else { throw DocumentLoader.badStatus(304) }
        guard let metadata = ProviderMetadata(try KeySet.document(body, limits: configuration.limits)) else {
            throw KeySetError(.invalidResponse, "cannot use the discovery document: it names no issuer")
        }
        // What is asked over TLS must not send passwords and codes elsewhere without.
        let urls = [metadata.deviceAuthorizationEndpoint, metadata.tokenEndpoint].compactMap { $0 }
        guard url.scheme == .http || urls.allSatisfy({ (try? HTTPURL($0))?.scheme == .https }) else {
            throw KeySetError(
                .insecureEndpoint,
                "cannot use the discovery document: it names plain http while it is https itself"
            )
        }
        return metadata
    }
}
