// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import KeySets
import KubeCore

/// An AppInstance, and what belongs to it, as far as the doctor looks at it.
struct InstanceSight: Sendable {
    /// Name and namespace, or the name of a file.
    let name: String
    /// The AppInstance.
    let instance: AppInstance
    /// What the operator says of it; `nil` when it says nothing.
    let access: AdminAccess?
    /// The CA bundle that it names.
    let bundle: NamedCABundle
    /// What the rules say; `nil` when there is no admin block.
    let verdict: AdminVerdict?
    /// Where its keys come from; `nil` when that cannot be said.
    let endpoint: Endpoint?

    init(
        name: String,
        instance: AppInstance,
        access: AdminAccess? = nil,
        bundle: NamedCABundle = .none,
        rules: AdminRules
    ) {
        self.name = name
        self.instance = instance
        self.access = access
        self.bundle = bundle
        var rules = rules
        rules.allowsInsecureEndpoint = rules.allowsInsecureEndpoint || access?.spec.allowInsecureEndpoint == true
        rules.caBundle = bundle.ruleInput
        verdict = rules.validate(instance)
        endpoint = Self.endpoint(instance, verdict, bundle, rules)
    }

    /// The endpoint also of an admin block that has other errors: the URL itself is what must be in order.
    private static func endpoint(
        _ instance: AppInstance,
        _ verdict: AdminVerdict?,
        _ bundle: NamedCABundle,
        _ rules: AdminRules
    ) -> Endpoint? {
        guard let verdict, let url = instance.admin?["jwksEndpoint"]?.string else { return nil }
        let isRefused = verdict.errors.contains { finding in
            let path = finding.error.path.description
            return path.hasSuffix(".jwksEndpoint") || path.hasPrefix("egress") || path.contains(".egress")
        }
        if isRefused { return nil }
        return Endpoint(url: url, caBundle: bundle.bundle, allowsInsecure: rules.allowsInsecureEndpoint)
    }
}
