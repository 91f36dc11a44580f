// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A proxy's address (`proxy-url` of a kubeconfig).
struct ProxyAddress: Sendable {
    /// The proxy.
    let server: ProxyServer
    /// How to speak with the proxy.
    var kind: ProxyServer.Kind { server.kind }
    /// The host.
    var host: String { server.host }
    /// The port.
    var port: Int { server.port }
    /// Who asks, when the proxy wants to know.
    var credentials: (username: String, password: Secret)? {
        server.user.map { ($0, Secret(server.password)) }
    }

    /// Reads an address.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration`; the address, which may hold a password, is not in it.
    init(_ url: Secret, origin: String) throws(KubeError) {
        do throws(ProxyServer.Problem) {
            server = try ProxyServer(url.reveal())
        } catch {
            throw KubeError(.invalidConfiguration, "cannot use the proxy-url of \(origin): \(error.rawValue)")
        }
    }

    /// The proxy for a server: that of the kubeconfig, else that of the environment, as client-go has it.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration`.
    init?(_ configuration: KubeConfiguration, for address: ServerAddress) throws(KubeError) {
        if let url = configuration.proxyURL {
            self = try ProxyAddress(url, origin: configuration.origin)
            return
        }
        guard let settings = configuration.environmentProxy else { return nil }
        do throws(ProxySettings.Invalid) {
            guard
                let server = try settings.proxy(isSecure: address.isSecure, host: address.host, port: address.port)
            else { return nil }
            self.server = server
        } catch {
            throw KubeError(
                .invalidConfiguration,
                "cannot use the proxy of the variable \(error.source): \(error.problem.rawValue)"
            )
        }
    }
}
