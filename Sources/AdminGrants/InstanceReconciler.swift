// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
public import FoundationEssentials
public import KeySets
public import KubeClient
public import KubeController
public import KubeCore

/// Makes the grants, the keys and the report of one AppInstance what its `admin` block says.
///
/// gather (stores, CA bundle, key set) -> decide (pure) -> act (grants, keys ConfigMap) -> one status. The AppInstance
/// itself is never written.
public struct InstanceReconciler: Reconciler {
    /// The settings that concern all AppInstances.
    public struct Configuration: Sendable, Hashable {
        /// The DNS domain of the cluster, whose services may be reached by plain http.
        public var clusterDomain: String
        /// Whether plain http is permitted everywhere; for development.
        public var allowsInsecureEndpoints: Bool

        /// Creates a configuration.
        public init(clusterDomain: String = "cluster.local", allowsInsecureEndpoints: Bool = false) {
            self.clusterDomain = clusterDomain
            self.allowsInsecureEndpoints = allowsInsecureEndpoints
        }
    }

    /// What a reconcile begins with.
    private struct Situation {
        /// The AdminAccess; `nil` when there is none yet.
        var access: AccessRecord?
        /// What it says.
        var status: AdminAccessStatus?
        /// What the user set; the defaults when that cannot be used.
        var spec: AdminAccess.Spec
        /// What the rules say.
        var verdict: AdminVerdict
        /// The block and where its keys are; `nil` when something about either cannot be used.
        var usable: (admin: AdminConfiguration, endpoint: Endpoint)?
    }

    let configuration: Configuration
    let client: KubeClient
    let stores: OperatorStores
    let instances: InstanceReader
    let grantStore: any GrantStore
    let caBundles: CABundleReader
    let keys: KeysGatherer
    let storyteller: Storyteller
    let metrics: AdminMetrics
    let settled = SettledInstances()
    /// Whether this process may write; `nil` when there is no other that could.
    let isLeading: (@Sendable () -> Bool)?
    let now: @Sendable () -> Date

    /// Whether this process reads along for the day when it leads.
    var isStandingBy: Bool { isLeading.map { !$0() } ?? false }

    /// Creates a reconciler.
    ///
    /// - Parameters:
    ///   - configuration: The settings that concern all AppInstances.
    ///   - client: How to reach the API server.
    ///   - stores: What is known of the cluster.
    ///   - keySets: Where keys come from.
    ///   - events: Who tells the story.
    ///   - metrics: Where measurements go.
    ///   - isLeading: Whether this process may write. While it may not, it follows the keys and does no more; whoever
    ///     changes the answer adds all keys to the queue. `nil` means that no other process writes.
    ///   - now: The time of day.
    public init(
        configuration: Configuration,
        client: KubeClient,
        stores: OperatorStores,
        keySets: KeySetCache,
        events: EventRecorder,
        metrics: AdminMetrics,
        isLeading: (@Sendable () -> Bool)? = nil,
        now: @escaping @Sendable () -> Date
    ) {
        self.configuration = configuration
        self.client = client
        self.stores = stores
        instances = InstanceReader(client: client, form: stores.source)
        switch stores.store {
        case .resources: grantStore = ResourceGrantStore(client: client, stores: stores)
        case .configMaps: grantStore = ConfigMapGrantStore(client: client, stores: stores)
        }
        self.caBundles = CABundleReader(client: client, stores: stores)
        self.keys = KeysGatherer(cache: keySets, client: client, stores: stores, now: now)
        self.storyteller = Storyteller(events: events, store: stores.store)
        self.metrics = metrics
        self.isLeading = isLeading
        self.now = now
    }

    /// Looks at an AppInstance.
    ///
    /// - Throws: `KubeError`, `ReconcileError` or `CancellationError`.
    public func reconcile(_ key: NamespacedName) async throws -> ReconcileAction {
        guard let instance = stores.instances[key], let namespace = key.namespace else {
            try await forget(key, nil)
            return .done
        }
        // kubit's finalizer holds it; the garbage collector takes the children when it is gone.
        if instance.isDeleting { return .done }
        let owner = InstanceIdentity(
            namespace: namespace,
            name: key.name,
            uid: instance.uid,
            form: stores.source,
            contentHash: instance.contentHash
        )
        if instance.isOurs {
            try await bringInLine(key, instance, owner)
        } else {
            try await forget(key, owner)
        }
        return .done
    }

    private func bringInLine(
        _ key: NamespacedName,
        _ instance: InstanceRecord,
        _ owner: InstanceIdentity
    ) async throws {
        let situation = try await gather(key, instance)
        let existing = grantStore.grants(of: key)
        if !isStandingBy, settled.misses(key, instance, children(of: key, grants: existing.count)) {
            try await confirm(key, instance)
        }
        var outcome: GrantOutcome?
        var observed = KeysObservation.pending
        var keysFailure: KubeError?
        if let (admin, endpoint) = situation.usable {
            try await keys.follow(key, endpoint, spec: situation.spec, published: situation.status)
            if isStandingBy { return standBy(key) }
            outcome = try await bringGrantsInLine(
                key,
                instance,
                owner,
                admin,
                existing,
                isPaused: situation.spec.paused
            )
            observed = keys.observe(endpoint)
            if let facts = observed.facts, !situation.spec.paused {
                // The report must not depend on it: a ConfigMap that cannot be written is no secret.
                do { try await publishKeys(facts, owner) } catch let error as KubeError { keysFailure = error }
            }
        }
        if isStandingBy { return standBy(key) }
        let access: AccessRecord
        if let known = situation.access {
            access = known
        } else {
            access = try await grantStore.createAccess(of: owner)
        }
        let decision = StatusDecision(
            owner: owner,
            instanceGeneration: instance.generation,
            accessGeneration: access.generation,
            spec: situation.spec,
            specError: access.specError,
            verdict: situation.verdict,
            keys: observed,
            grants: outcome,
            previous: situation.status,
            now: now()
        )
        let status = decision.status()
        let published = try await grantStore.publish(status, replacing: access, of: owner)
        storyteller.tell(status, after: situation.status, keys: observed, of: owner)
        metrics.setAdmins(Int(status.admins?.granted ?? 0), of: key)
        if let outcome, outcome.failure == nil {
            settled.settle(key, instance, children(of: key, grants: outcome.granted))
        }
        if let failure = outcome?.failure { throw failure.error }
        if let keysFailure { throw keysFailure }
        if !published.asksTheSame(as: access) {
            // The store knows it from the answer to the write, so that the watch will have nothing new to tell.
            throw ReconcileError.waiting(
                KubeError.Code.conflict.rawValue,
                "cannot be done yet: the AdminAccess was changed while its status was written",
                retryAfter: .milliseconds(20)
            )
        }
    }

    private func children(of key: NamespacedName, grants: Int) -> SettledInstances.Children {
        let keys = NamespacedName(namespace: key.namespace, name: KeysConfigMap.name(appInstance: key.name))
        return .init(
            grants: grants,
            hasAccess: grantStore.hasAccess(of: key),
            hasKeys: stores.keysConfigMaps[keys] != nil
        )
    }

    /// Asks the API server itself whether an AppInstance is what its record says.
    ///
    /// - Throws: `KubeError`, `ReconcileError` when the watch is behind, or `CancellationError`.
    private func confirm(_ key: NamespacedName, _ instance: InstanceRecord) async throws {
        guard let record = try await instances.read(key), record.speaksOfTheSame(as: instance) else {
            // Whatever it is now, the watch will tell; this is for the case that it has told already.
            throw ReconcileError.waiting(
                KubeError.Code.notFound.rawValue,
                "cannot go on yet: the AppInstance is no longer what was heard of it",
                retryAfter: .seconds(1)
            )
        }
    }

    /// Lets go of what is true only of the process that leads.
    private func standBy(_ key: NamespacedName) {
        metrics.forget(key)
        settled.forget(key)
    }

    private func gather(_ key: NamespacedName, _ instance: InstanceRecord) async throws -> Situation {
        let access = try await grantStore.access(of: key)
        let spec = access?.spec ?? AdminAccess.Spec()
        let bundle = try await caBundles.bundle(for: instance.caBundle, namespace: key.namespace)
        let rules = AdminRules(
            allowsInsecureEndpoint: spec.allowInsecureEndpoint || configuration.allowsInsecureEndpoints,
            clusterDomain: configuration.clusterDomain,
            caBundle: bundle.ruleInput
        )
        let verdict =
            instance.problem.map(Self.verdict)
            ?? rules.validate(admin: instance.admin ?? [:], customCertificates: instance.customCertificates)
        var situation = Situation(access: access, status: access?.status, spec: spec, verdict: verdict)
        if let admin = verdict.admin, access?.specError == nil {
            let endpoint = Endpoint(
                url: admin.jwksEndpoint,
                caBundle: bundle.bundle,
                allowsInsecure: rules.allowsInsecureEndpoint
            )
            situation.usable = (admin, endpoint)
        }
        return situation
    }

    /// What is to be said of a text that is no AppInstance.
    private static func verdict(on problem: String) -> AdminVerdict {
        let path = FieldPath(keys: "data", InstanceConfigMap.key)
        return AdminVerdict(findings: [Finding(.error, FieldError(.invalid, path, detail: problem))], admin: nil)
    }

    private func bringGrantsInLine(
        _ key: NamespacedName,
        _ instance: InstanceRecord,
        _ owner: InstanceIdentity,
        _ admin: AdminConfiguration,
        _ existing: [GrantRecord],
        isPaused: Bool
    ) async throws -> GrantOutcome {
        let plan = try await grantStore.plan(admin, of: owner, existing: existing)
        if isPaused || plan.isEmpty { return GrantOutcome(plan, isPaused: isPaused) }
        // Who has just begun to lead may know less than the one before: it could take back what that one has just
        // granted, and grant it again a moment later.
        if isLeading != nil { try await confirm(key, instance) }
        let result = try await grantStore.write(plan, of: owner)
        storyteller.tell(result, of: owner)
        metrics.count(result)
        if result.isInterrupted { throw CancellationError() }
        return GrantOutcome(plan, result)
    }
}
