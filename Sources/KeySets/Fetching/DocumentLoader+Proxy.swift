// Grantor
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import KubeCore

extension DocumentLoader {
    /// How long the names behind a proxy are looked up here: often nobody here knows them.
    private static let lookupLimit = Duration.seconds(1)

    /// Names of metadata services of clouds, which some proxies could reach.
    private static let metadataHosts: Set<String> = [
        "metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal",
        "metadata.azure.internal", "metadata.tencentyun.com", "metadata.platformequinix.com",
    ]

    /// The proxy for a URL; `nil` when the server is reached directly.
    ///
    /// - Throws: `KeySetError` with `unreachable` when there is one that cannot be used.
    func proxy(for url: HTTPURL) throws(KeySetError) -> ProxyServer? {
        do throws(ProxySettings.Invalid) {
            return try configuration.proxy?.proxy(isSecure: url.scheme == .https, host: url.host, port: url.port)
        } catch {
            throw KeySetError(
                .unreachable,
                "cannot fetch the keys: cannot use the proxy of \(error.source): \(error.problem.rawValue)"
            )
        }
    }

    /// Refuses hosts that a proxy must not be asked for, as far as it can be seen from here.
    ///
    /// The proxy looks the address up itself, and nobody can tell here which one it dials. So addresses are held to the
    /// policy, names of metadata services are refused, and a name that is known here must have no address that the
    /// policy refuses; what else the proxy can reach, its own rules must say.
    ///
    /// - Throws: `KeySetError` with `addressRefused`, or `CancellationError`.
    func checkBehindProxy(_ url: HTTPURL) async throws {
        func refused(_ kind: AddressPolicy.Refusal) -> KeySetError {
            KeySetError(
                .addressRefused,
                "cannot fetch the keys: the proxy must not be asked for the host's address (\(kind.rawValue))"
            )
        }
        if Self.metadataHosts.contains(url.host) { throw refused(.metadata) }
        let addresses = if let address = url.address { [address] } else { try await known(url.host) }
        if let kind = addresses.lazy.compactMap({ configuration.addressPolicy.refusal(of: $0) }).first {
            throw refused(kind)
        }
    }

    /// The addresses that a name has here; none when nobody here knows it, or not soon.
    private func known(_ host: String) async throws -> [IPAddress] {
        let resolver = resolver
        let addresses = try await withThrowingTaskGroup(of: [IPAddress].self) { group in
            group.addTask { (try? await resolver.addresses(of: host)) ?? [] }
            group.addTask {
                try await Task.sleep(for: Self.lookupLimit)
                return []
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
        try Task.checkCancellation()
        return addresses
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
