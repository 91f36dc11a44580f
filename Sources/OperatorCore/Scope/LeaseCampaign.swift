// Grantor
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import FoundationEssentials
import KubeClient
import KubeController
import KubeCore
import Logging

/// The election of an operator, with a client of its own: a renewal must not wait behind other requests.
struct LeaseCampaign: Sendable {
    /// The elector.
    let elector: LeaderElector
    /// Its client, which somebody has to shut down.
    let client: KubeClient

    /// Creates what the configuration asks for; `nil` when it asks for no election.
    ///
    /// - Throws: `KubeError` when the configuration cannot be used.
    init?(
        _ configuration: OperatorConfiguration,
        host: HostEnvironment,
        now: @escaping @Sendable () -> Date,
        metrics: any MetricsFactory,
        logger: Logger
    ) throws {
        guard let election = configuration.election else { return nil }
        var options = KubeClient.Options(fieldManager: "grantor")
        // As controller-runtime has it: two attempts must fit into the deadline.
        options.requestTimeout = election.renewDeadline / 2
        options.connectTimeout = min(options.connectTimeout, election.renewDeadline / 2)
        options.maximumRetries = 0
        options.maximumConnections = 2
        client = try KubeClient(
            configuration.identifiedKubernetes,
            options: options,
            host: host,
            metrics: metrics,
            // What there is to say of the configuration, the other client says.
            logger: Logger(label: logger.label) { _ in SwiftLogNoOpLogHandler() }
        )
        let name = election.name ?? configuration.leaseName
        let namespace = election.namespace ?? configuration.kubernetes.namespace
        elector = try LeaderElector(
            name: name,
            configuration: ElectionConfiguration(
                identity: configuration.identity,
                leaseDuration: election.leaseDuration,
                renewDeadline: election.renewDeadline,
                retryPeriod: election.retryPeriod
            ),
            lock: KubeLeaseLock(
                client: client,
                name: NamespacedName(namespace: namespace, name: name),
                logger: logger
            ),
            date: now,
            metrics: metrics,
            logger: logger
        )
    }
}
