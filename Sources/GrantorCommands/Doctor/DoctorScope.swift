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
    /// Whose permissions are asked for; `nil` means those of who asks.
    var serviceAccount: NamespacedName?

    /// The namespaces that are looked after; `nil` stands for all.
    var namespaces: [String?] {
        configuration.namespaces.isEmpty ? [nil] : configuration.namespaces.map(Optional.some)
    }

    /// Whether an object of a namespace is looked after.
    func contains(namespace: String?) -> Bool {
        configuration.shard?.contains(namespace: namespace ?? "") ?? true
    }
}
