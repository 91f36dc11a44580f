// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import KubeClient

extension OperatorConfiguration {
    /// The scopes to watch: one for all namespaces, or one for each that is named.
    var scopes: [String?] {
        namespaces.isEmpty ? [nil] : namespaces.map(Optional.some)
    }

    /// The API server and who asks; the server's log tells which of several operators wrote.
    var identifiedKubernetes: KubeConfiguration {
        var kubernetes = kubernetes
        if election != nil { kubernetes.userAgent += " (\(identity))" }
        return kubernetes
    }

    /// How keys are fetched.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration` when a denied address is not in CIDR notation.
    var fetcherConfiguration: HTTPKeySetFetcher.Configuration {
        get throws {
            var policy = AddressPolicy()
            policy.allowsLoopback = allowsLoopback
            policy.deniedRanges = try deniedAddresses.map { text throws(KubeError) in
                guard let range = AddressRange(text) else {
                    throw KubeError(.invalidConfiguration, "cannot deny \(text): write it as in 10.0.0.0/8")
                }
                return range
            }
            var fetching = HTTPKeySetFetcher.Configuration(addressPolicy: policy)
            fetching.clusterDomain = clusterDomain
            fetching.totalTimeout = fetchTimeout
            fetching.additionalAuthorities = additionalAuthorities
            return fetching
        }
    }
}
