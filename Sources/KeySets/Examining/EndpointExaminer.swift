// Grantor
// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials
import KubeCore
public import NIOCore
public import NIOPosix
import Synchronization

/// Looks at an endpoint as the operator would, and at what the servers on the way say of themselves.
///
/// The fetch is the operator's own. Beside it one handshake is made with each server, under the same rules for addresses,
/// to see its certificates also where they are not accepted; it ends before anything else is sent.
public struct EndpointExaminer: Sendable {
    /// The greatest number of servers whose certificates are looked at.
    private static let maximumServers = 4

    private let configuration: HTTPKeySetFetcher.Configuration
    private let group: any EventLoopGroup
    private let resolver: any HostResolver
    private let now: @Sendable () -> Date

    /// Creates an examiner.
    ///
    /// - Parameters:
    ///   - configuration: The knobs of the fetcher.
    ///   - eventLoopGroup: The threads that do the I/O; shared, never shut down here.
    ///   - resolver: What finds the addresses of hosts.
    ///   - now: The time of day, which the servers' clocks are compared with.
    public init(
        configuration: HTTPKeySetFetcher.Configuration = .init(),
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        resolver: any HostResolver = SystemHostResolver(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.configuration = configuration
        group = eventLoopGroup
        self.resolver = resolver
        self.now = now
    }

    /// Fetches once and looks at the certificates, within the total time-out of the fetcher and that of a connection.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func examine(_ endpoint: Endpoint) async throws -> EndpointExamination {
        let seen = Seen()
        let fetcher = HTTPKeySetFetcher(
            configuration: configuration,
            eventLoopGroup: group,
            resolver: resolver,
            observer: .init(now: now) { seen.add($0, $1) }
        )
        let result: Result<FetchedKeySet, KeySetError>
        do {
            result = .success(try await fetcher.fetch(endpoint))
        } catch let error as KeySetError {
            result = .failure(error)
        }
        let (exchanges, urls) = seen.all
        return EndpointExamination(
            endpoint: endpoint,
            result: result,
            exchanges: exchanges,
            chains: try await chains(of: servers(endpoint, urls, result))
        )
    }

    /// The servers that speak TLS, each once, the endpoint's own first.
    private func servers(
        _ endpoint: Endpoint,
        _ urls: [HTTPURL],
        _ result: Result<FetchedKeySet, KeySetError>
    ) -> [HTTPURL] {
        if case .failure(let error) = result, error.isPermanent { return [] }
        var origins: Set<String> = []
        return ([try? endpoint.parsedURL()].compactMap(\.self) + urls)
            .filter { $0.scheme == .https && !isProxied($0) && origins.insert($0.origin).inserted }
            .prefix(Self.maximumServers).map(\.self)
    }

    /// Whether a proxy stands in between, which no look at certificates goes through.
    private func isProxied(_ url: HTTPURL) -> Bool {
        (try? configuration.proxy?.proxy(isSecure: true, host: url.host, port: url.port)) != nil
    }

    private func chains(of servers: [HTTPURL]) async throws -> [EndpointExamination.Chain] {
        let look = CertificateLook(
            loader: DocumentLoader(configuration: configuration, group: group, resolver: resolver),
            group: group
        )
        var chains: [EndpointExamination.Chain] = []
        for server in servers {
            chains.append(try await look.chain(of: server))
        }
        return chains
    }

    /// What the fetcher told of, in order.
    private final class Seen: Sendable {
        private let state = Mutex<(exchanges: [EndpointExamination.Exchange], urls: [HTTPURL])>(([], []))

        var all: (exchanges: [EndpointExamination.Exchange], urls: [HTTPURL]) { state.withLock(\.self) }

        func add(_ url: HTTPURL, _ exchange: EndpointExamination.Exchange) {
            state.withLock {
                $0.exchanges.append(exchange)
                $0.urls.append(url)
            }
        }
    }
}
