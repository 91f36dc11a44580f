// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import CoreMetrics
import FoundationEssentials
import HummingbirdCore
import HummingbirdTLS
import KubeClient
import KubeController
import KubeCore
import Logging
import NIOCore
import ServiceLifecycle

/// The parts of an operator that serve the webhook.
struct AdmissionParts: Sendable {
    /// The server, which ends last.
    let server: EndpointServer<WebhookResponder>
    private let served: ServedCertificate
    /// What keeps its certificate.
    let keeper: CertificateKeeper

    /// Creates what the configuration asks for; `nil` when it asks for no webhook.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration` when the configuration cannot be used.
    init?(
        _ configuration: OperatorConfiguration,
        scopes: [OperatorScope],
        client: KubeClient,
        creator: KubeClient,
        isLeading: @escaping @Sendable () -> Bool,
        now: @escaping @Sendable () -> Date,
        timeline: Timeline,
        metrics: any MetricsFactory,
        logger: Logger
    ) throws {
        guard let webhook = configuration.webhook else { return nil }
        let served = ServedCertificate()
        keeper = CertificateKeeper(
            configuration: webhook,
            client: client,
            creator: creator,
            isLeading: isLeading,
            served: served,
            now: now,
            timeline: timeline,
            logger: logger
        )
        self.served = served
        server = EndpointServer(
            task: "serve the webhook",
            announcement: "the webhook is served",
            paths: WebhookResponder.path,
            address: webhook.address,
            responder: WebhookResponder(
                admission: AdminAdmission(rules: try Self.rules(configuration, scopes)),
                isReady: { scopes.allSatisfy(\.stores.accesses.isSynced) },
                metrics: WebhookMetrics(factory: metrics),
                logger: logger
            ),
            server: {
                try .tls(
                    .http1(configuration: .init(idleTimeout: .seconds(120))),
                    tlsConfiguration: try served.tlsConfiguration()
                )
            },
            // Handshakes that fail are the business of who calls.
            level: .critical,
            port: Pending(),
            logger: logger
        )
    }

    /// What a replica is not asked for while it does not hold.
    var readiness: HealthCheck {
        HealthCheck(name: "webhook-certificate") { [served] in
            served.isThere ? nil : "there is no certificate for the webhook yet"
        }
    }

    /// The rules for each AppInstance that the operator looks after.
    private static func rules(
        _ configuration: OperatorConfiguration,
        _ scopes: [OperatorScope]
    ) throws -> @Sendable (NamespacedName, [String: String]) -> AdminRules? {
        let selector: LabelSelector
        do throws(FieldError) {
            selector = try LabelSelector(parsing: configuration.selector)
        } catch {
            throw KubeError(.invalidConfiguration, "cannot use the selector: it is no label selector", cause: error)
        }
        return { name, labels in
            guard let scope = scopes.first(where: { $0.namespace == nil || $0.namespace == name.namespace }),
                configuration.shard?.contains(namespace: name.namespace ?? "") ?? true, selector.matches(labels)
            else { return nil }
            let access = scope.stores.accesses[name]?.spec
            return AdminRules(
                allowsInsecureEndpoint: access?.allowInsecureEndpoint ?? false || configuration.allowsInsecureEndpoints,
                clusterDomain: configuration.clusterDomain
            )
        }
    }
}
