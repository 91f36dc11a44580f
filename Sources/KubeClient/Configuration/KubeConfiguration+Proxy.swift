// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension KubeConfiguration {
    /// The proxy for a server: that of the kubeconfig, else that of the environment, as client-go has it.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration`.
    func proxy(for address: ServerAddress) throws(KubeError) -> ProxyServer? {
        if let proxyURL { return try ProxyServer(proxyURL: proxyURL, origin: origin) }
        do throws(ProxySettings.Invalid) {
            return try environmentProxy?.proxy(isSecure: address.isSecure, host: address.host, port: address.port)
        } catch {
            throw KubeError(
                .invalidConfiguration,
                "cannot use the proxy of the variable \(error.source): \(error.problem.rawValue)"
            )
        }
    }
}

extension ProxyServer {
    /// Reads the `proxy-url` of a kubeconfig.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration`; the address, which may hold a password, is not in it.
    init(proxyURL: Secret, origin: String) throws(KubeError) {
        do throws(Problem) {
            self = try ProxyServer(proxyURL.reveal())
        } catch {
            throw KubeError(.invalidConfiguration, "cannot use the proxy-url of \(origin): \(error.rawValue)")
        }
    }
}
