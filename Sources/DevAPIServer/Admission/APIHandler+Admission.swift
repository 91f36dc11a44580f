// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension APIHandler {
    /// Where the configurations of validating webhooks are stored.
    private static let webhooksKey = "validatingwebhookconfigurations.\(BuiltInResources.admissionGroup)"

    /// Asks the webhooks that want to be asked about a write, right before it would happen.
    ///
    /// - Parameters:
    ///   - operation: What is about to happen.
    ///   - name: The name of the object.
    ///   - object: The object as it would be stored.
    ///   - old: The object as it is.
    ///   - context: The write; what webhooks want to tell the client is added to its warnings.
    /// - Throws: `Status` when one denies, or fails and must not.
    func admit(
        _ operation: AdmissionAttempt.Operation,
        _ name: String,
        _ object: JSONValue,
        old: JSONValue?,
        _ context: inout WriteContext
    ) async throws(Status) {
        let attempt = AdmissionAttempt(
            operation: operation,
            target: context.target,
            name: name,
            object: object,
            old: old,
            isDryRun: context.options.isDryRun,
            user: context.user
        )
        try await admit(attempt, warnings: &context.warnings)
    }

    /// Asks about a deletion that a client wants; the server's own controllers ask nobody.
    ///
    /// - Throws: `Status` when one denies, or fails and must not.
    func admitDeletion(
        of name: String,
        _ target: ResourceTarget,
        _ options: DeleteOptions,
        user: UserInfo,
        warnings: inout [String]
    ) async throws(Status) {
        // Of what is not there, the deletion itself tells.
        guard let live = storage.object(target.key(name)) else { return }
        let attempt = AdmissionAttempt(
            operation: .delete,
            target: target,
            name: name,
            object: nil,
            old: target.shown(live),
            isDryRun: options.isDryRun,
            user: user
        )
        try await admit(attempt, warnings: &warnings)
    }

    private func admit(_ attempt: AdmissionAttempt, warnings: inout [String]) async throws(Status) {
        // Nobody is asked about those who are asked: a mistake in one could never be corrected.
        if attempt.target.type.group == BuiltInResources.admissionGroup { return }
        let configurations = storage.snapshot(Self.webhooksKey, namespace: nil).objects
        if configurations.isEmpty { return }
        let webhooks = configurations.flatMap { configuration in
            (configuration.value["webhooks"]?.array ?? []).map(AdmissionWebhook.init(json:))
        }
        let storageKey = attempt.target.definition.storageKey
        let admission = ValidatingAdmission(
            caller: configuration.webhookCaller,
            namespaceLabels: labels(ofNamespace: attempt.target.namespace),
            unreachable: { [self] namespace, name in
                let key = ObjectKey(storageKey: "services", namespace: namespace, name: name)
                // There is no network of a cluster here: a Service may be stored, and leads nowhere.
                return storage.object(key) == nil
                    ? "service \"\(name)\" not found" : "no endpoints available for service \"\(name)\""
            },
            newUID: { [self] in newUID() }
        )
        try await admission.ask(
            webhooks,
            about: attempt,
            as: registry.catalog.definitions.filter { $0.storageKey == storageKey }.map(\.type),
            warnings: &warnings
        )
    }

    private func labels(ofNamespace name: String?) -> [String: String] {
        guard let name else { return [:] }
        let key = ObjectKey(storageKey: roles.namespaces, namespace: "", name: name)
        return storage.object(key)?.value["metadata"]?["labels"]?.object?.stringMembers ?? [:]
    }
}
