// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminGrants
public import KeySets
import KubeClient
import KubeController
import KubeCore

extension OperatorConfiguration {
    /// Refuses ConfigMaps without a namespace.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration`.
    func checkForms() throws(KubeError) {
        guard namespaces.isEmpty, source == .configMaps || store == .configMaps else { return }
        throw KubeError(
            .invalidConfiguration,
            "cannot keep anything in ConfigMaps of all namespaces: name those to look after"
        )
    }

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

    /// The habits of the controller: where another process waits to go on, an end takes no longer than that is worth.
    var controllerConfiguration: ControllerConfiguration {
        var controller = ControllerConfiguration()
        controller.workers = workers
        if election != nil { controller.drainDeadline = .milliseconds(1_500) }
        return controller
    }

    /// What reconciles are told.
    var reconcilerConfiguration: InstanceReconciler.Configuration {
        .init(clusterDomain: clusterDomain, allowsInsecureEndpoints: allowsInsecureEndpoints)
    }

    /// The habits of the recorder of Events, which writes before the lease is given back.
    var eventConfiguration: EventRecorderConfiguration {
        var events = EventRecorderConfiguration(
            reportingController: "grantor.dev/operator",
            reportingInstance: identity
        )
        if election != nil { events.flushDeadline = .seconds(1) }
        return events
    }

    /// How keys are fetched.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration` when a denied address is not in CIDR notation.
    public var fetcherConfiguration: HTTPKeySetFetcher.Configuration {
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
            fetching.proxy = keyProxy
            return fetching
        }
    }
}
