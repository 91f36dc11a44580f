// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore
import OperatorCore

/// The webhook that judges AppInstances before they are written.
struct WebhookOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the admission webhook is served over HTTPS, as in :9443; 0 serves none.",
            valueName: "address"
        )
    )
    var webhookBindAddress = "0"

    @Option(
        help: ArgumentHelp(
            "The Service through which the API server reaches the webhook; its certificate is made for that.",
            valueName: "namespace/name"
        ),
        transform: Self.readService
    )
    var webhookService: NamespacedName?

    @Option(
        help: ArgumentHelp(
            "Another name or IPv4 address that the webhook's certificate is made for; repeat for several.",
            valueName: "host"
        )
    )
    var webhookHost: [String] = []

    @Option(
        help: ArgumentHelp(
            "The ValidatingWebhookConfiguration that is told which certificate to trust.",
            valueName: "name"
        )
    )
    var webhookConfiguration = PermissionTable.webhookConfiguration

    @Option(
        help: ArgumentHelp(
            "The Secret that replicas share the certificate in; in the namespace of the Service, else of the credentials.",
            valueName: "name"
        )
    )
    var webhookCertificateSecret = PermissionTable.webhookSecret

    @Option(help: ArgumentHelp("How long a certificate is good; renewed after two thirds.", visibility: .hidden))
    var webhookCertificateLifetime: DurationArgument?

    func validate() throws {
        guard webhookBindAddress != "0" else { return }
        guard EndpointAddress(webhookBindAddress) != nil else {
            throw ValidationError("--webhook-bind-address must be HOST:PORT, :PORT or 0.")
        }
        guard webhookService != nil || !webhookHost.isEmpty else {
            throw ValidationError("--webhook-bind-address needs --webhook-service or --webhook-host.")
        }
        guard webhookHost.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }) else {
            throw ValidationError("--webhook-host must be a DNS name or an IPv4 address.")
        }
        if let webhookCertificateLifetime, webhookCertificateLifetime.duration < .seconds(3) {
            throw ValidationError("--webhook-certificate-lifetime must be at least 3s.")
        }
    }

    /// The webhook; `nil` when there is none.
    ///
    /// - Parameters:
    ///   - namespace: The namespace of the credentials.
    ///   - clusterDomain: The DNS domain of the cluster.
    /// - Returns: What the operator is told.
    func webhook(namespace: String, clusterDomain: String) -> OperatorConfiguration.Webhook? {
        guard webhookBindAddress != "0", let address = EndpointAddress(webhookBindAddress) else { return nil }
        var hosts = webhookHost
        if let service = webhookService {
            let name = "\(service.name).\(service.namespace ?? namespace)"
            hosts += ["\(name).svc", "\(name).svc.\(clusterDomain)", name]
        }
        var webhook = OperatorConfiguration.Webhook(
            address: address,
            hosts: hosts,
            secret: NamespacedName(
                namespace: webhookService?.namespace ?? namespace,
                name: webhookCertificateSecret
            ),
            name: webhookConfiguration
        )
        if let webhookCertificateLifetime { webhook.certificateLifetime = webhookCertificateLifetime.duration }
        return webhook
    }

    private static func readService(_ text: String) throws -> NamespacedName {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError("\(text) is no Service: write it as namespace/name.")
        }
        return NamespacedName(namespace: String(parts[0]), name: String(parts[1]))
    }
}
