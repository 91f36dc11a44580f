// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import OperatorCore

/// What the operator that is examined looks after, and how it was started.
struct DoctorScope: Sendable {
    /// How the operator reaches identity providers, and what it looks after.
    var configuration: OperatorConfiguration
    /// Whether it elects a leader; `nil` means that nobody said.
    var elects: Bool?
    /// The namespace that it runs in; `nil` means that of the service account that asks.
    var home: String?
    /// The objects of the webhook; `nil` when none is served.
    var webhook: Webhook?
    /// Whose permissions are asked for; `nil` means those of who asks.
    var serviceAccount: NamespacedName?

    /// What the webhook's own objects are called.
    struct Webhook: Sendable {
        /// The ValidatingWebhookConfiguration.
        let configuration: String
        /// The Secret with its certificate.
        let secret: String
    }

    /// The rules of the table that hold in this mode.
    var rules: [PermissionRule] {
        let (source, store) = (configuration.source, configuration.store)
        let needed = PermissionTable.rules.filter { rule in
            rule.isNeeded(source: source, store: store) && (rule.place != .home || elects != false)
        }
        return needed + (webhook == nil ? [] : PermissionTable.webhookRules)
    }

    /// The namespaces that are looked after; `nil` stands for all.
    var namespaces: [String?] {
        configuration.namespaces.isEmpty ? [nil] : configuration.namespaces.map(Optional.some)
    }

    /// Whether an object of a namespace is looked after.
    func contains(namespace: String?) -> Bool {
        configuration.shard?.contains(namespace: namespace ?? "") ?? true
    }
}
