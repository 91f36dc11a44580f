// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
public import NIOCore
public import NIOPosix

/// Fetches a provider's metadata, under the policy that keys are fetched with.
public struct MetadataFetcher: Sendable {
    private let configuration: HTTPKeySetFetcher.Configuration
    private let loader: DocumentLoader

    /// Creates a fetcher.
    public init(
        configuration: HTTPKeySetFetcher.Configuration = .init(),
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        resolver: any HostResolver = SystemHostResolver()
    ) {
        self.configuration = configuration
        loader = DocumentLoader(configuration: configuration, group: eventLoopGroup, resolver: resolver)
    }

    /// Fetches a discovery document, within the total time-out.
    ///
    /// - Parameters:
    ///   - endpoint: Where it is.
    ///   - issuer: The issuer that it must name (OpenID Connect Discovery 1.0, 4.3); `nil` when none is known yet.
    /// - Returns: What the document says.
    /// - Throws: `DeviceGrantError`, or `CancellationError`.
    public func fetch(_ endpoint: Endpoint, issuer: String? = nil) async throws -> ProviderMetadata {
        let body: [UInt8]?
        do {
            body = try await load(endpoint)
        } catch let error as KeySetError {
            let reason = error.message.firstRange(of: ": ").map { String(error.message[$0.upperBound...]) }
            throw DeviceGrantError(
                .unreachable,
                "cannot fetch the discovery document: \(reason ?? error.message)",
                cause: error
            )
        }
        guard let body, let document = try? JSONParser(maximumDepth: configuration.limits.depth).parse(body),
            let metadata = ProviderMetadata(document)
        else {
            throw DeviceGrantError(.invalidAnswer, "cannot use the discovery document: it is none")
        }
        if let issuer, !UTF8Order.equal(metadata.issuer ?? "", issuer) {
            throw DeviceGrantError(.invalidAnswer, "cannot use the discovery document: it names another issuer")
        }
        return metadata
    }

    private func load(_ endpoint: Endpoint) async throws -> [UInt8]? {
        let url = try endpoint.parsedURL()
        let limit = configuration.totalTimeout
        return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            group.addTask { try await loader.load(url, for: endpoint, entityTags: [:]).body }
            group.addTask {
                try await Task.sleep(for: limit)
                throw KeySetError(.timedOut, "no complete answer in time")
            }
            defer { group.cancelAll() }
            guard let body = try await group.next() else { throw CancellationError() }
            return body
        }
    }
}
