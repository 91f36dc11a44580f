// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
public import FoundationEssentials
public import KeySets
public import KubeClient
public import KubeController
public import KubeCore
import Logging

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

    let configuration: Configuration
    let client: KubeClient
    let stores: OperatorStores
    let caBundles: CABundleReader
    let keys: KeysGatherer
    let storyteller: Storyteller
    let metrics: AdminMetrics
    let now: @Sendable () -> Date

    /// Creates a reconciler.
    public init(
        configuration: Configuration,
        client: KubeClient,
        stores: OperatorStores,
        keySets: KeySetCache,
        events: EventRecorder,
        metrics: AdminMetrics,
        now: @escaping @Sendable () -> Date
    ) {
        self.configuration = configuration
        self.client = client
        self.stores = stores
        self.caBundles = CABundleReader(client: client, stores: stores)
        self.keys = KeysGatherer(cache: keySets, client: client, stores: stores, now: now)
        self.storyteller = Storyteller(events: events)
        self.metrics = metrics
        self.now = now
    }

    /// Looks at an AppInstance.
    ///
    /// - Throws: `KubeError`, `ReconcileError` or `CancellationError`.
    public func reconcile(_ key: NamespacedName) async throws -> ReconcileAction {
        guard let instance = stores.instances[key], let namespace = key.namespace else {
            try await forget(key, isGone: true)
            return .done
        }
        // kubit's finalizer holds it; the garbage collector takes the children when it is gone.
        if instance.isDeleting { return .done }
        guard instance.isOurs else {
            try await forget(key, isGone: false)
            return .done
        }
        let owner = InstanceIdentity(namespace: namespace, name: key.name, uid: instance.uid)
        try await bringInLine(key, instance, owner)
        return .done
    }

    private func bringInLine(_ key: NamespacedName, _ instance: InstanceRecord, _ owner: InstanceIdentity) async throws
    {
        var access = stores.accesses[key]
        let spec = access?.spec ?? AdminAccess.Spec()
        let bundle = try await caBundles.bundle(for: instance.caBundle, namespace: key.namespace)
        let rules = AdminRules(
            allowsInsecureEndpoint: spec.allowInsecureEndpoint || configuration.allowsInsecureEndpoints,
            clusterDomain: configuration.clusterDomain,
            caBundle: bundle.ruleInput
        )
        let verdict = rules.validate(
            admin: instance.admin ?? [:],
            customCertificates: instance.customCertificates
        )

        var outcome: GrantOutcome?
        var facts = KeysObservation.pending
        if let admin = verdict.admin, access?.specError == nil {
            let endpoint = Endpoint(
                url: admin.jwksEndpoint,
                caBundle: bundle.bundle,
                allowsInsecure: rules.allowsInsecureEndpoint
            )
            try await keys.follow(key, endpoint, spec: spec, published: access?.status)
            outcome = try await bringGrantsInLine(key, owner, admin, isPaused: spec.paused)
            facts = keys.observe(endpoint)
            if let served = facts.facts, !spec.paused { try await publishKeys(served, owner) }
        }

        if access == nil { access = try await createAccess(owner) }
        guard let access else { return }
        let decision = StatusDecision(
            owner: owner,
            instanceGeneration: instance.generation,
            accessGeneration: access.generation,
            spec: spec,
            specError: access.specError,
            verdict: verdict,
            keys: facts,
            grants: outcome,
            previous: access.status,
            now: now()
        )
        let status = decision.status()
        try await publish(status, replacing: access, owner)
        storyteller.tell(status, after: access.status, keys: facts, of: owner)
        metrics.setAdmins(Int(status.admins?.granted ?? 0), of: key)
        if let failure = outcome?.failure, failure.reason == .writeFailed {
            throw ReconcileError.transient(failure.code, "cannot write some AdminGrants")
        }
        if let failure = outcome?.failure {
            throw ReconcileError.transient(failure.code, "cannot write AdminGrants", policy: .external)
        }
    }

    // MARK: - Grants

    private func bringGrantsInLine(
        _ key: NamespacedName,
        _ owner: InstanceIdentity,
        _ admin: AdminConfiguration,
        isPaused: Bool
    ) async throws -> GrantOutcome {
        let plan = GrantPlanner.plan(
            admins: admin.admins,
            provider: admin.identityProvider,
            owner: owner,
            existing: stores.grants(of: key)
        )
        var outcome = GrantOutcome(
            desired: plan.desired,
            granted: plan.upToDate,
            foreign: plan.foreign,
            isPaused: isPaused
        )
        if isPaused || plan.isEmpty { return outcome }
        let result = try await GrantWriter(client: client, stores: stores).write(plan, namespace: key.namespace)
        outcome.granted += result.granted.count + result.updated
        if let failure = result.failures.first {
            let reason: Reason = failure.code == .forbidden ? .writeForbidden : .writeFailed
            outcome.failure = .init(reason: reason, code: failure.code.rawValue)
        }
        storyteller.tell(result, of: owner)
        metrics.count(result)
        return outcome
    }

    // MARK: - Children

    private func publishKeys(_ facts: KeySetFacts, _ owner: InstanceIdentity) async throws {
        let name = NamespacedName(namespace: owner.namespace, name: KeysConfigMap.name(appInstance: owner.name))
        let object = KeysConfigMap.object(facts, owner: owner)
        let present = stores.keysConfigMaps[name]
        if present?.fingerprint == KeysConfigMap.fingerprint(of: object) { return }
        let written: JSONValue
        if present == nil {
            do {
                written = try await client.create(.configMaps, object)
            } catch let error as KubeError where error.code == .alreadyExists {
                // Without our label it is not in the store; the fields that are ours become ours.
                written = try await client.patch(.configMaps, name, .apply(object, force: true))
            }
        } else {
            written = try await client.patch(.configMaps, name, .apply(object, force: true))
        }
        if let observed = Observed(json: written, decode: { try KeysConfigMapRecord(json: $0) }) {
            stores.keysConfigMaps.observeWrite(observed)
        }
    }

    private func createAccess(_ owner: InstanceIdentity) async throws -> AccessRecord? {
        let metadata = ObjectMeta(
            name: owner.name,
            namespace: owner.namespace,
            labels: GrantLabels.labels(appInstance: owner.name),
            ownerReferences: [owner.reference]
        )
        let created = try await client.create(.adminAccesses, AdminAccess(metadata: metadata).json)
        return observe(access: created)
    }

    private func publish(
        _ status: AdminAccessStatus,
        replacing access: AccessRecord,
        _ owner: InstanceIdentity
    ) async throws {
        let json = status.json
        if json.jsonBytes == access.statusBytes { return }
        let name = NamespacedName(namespace: owner.namespace, name: owner.name)
        let patch: JSONValue = [
            "apiVersion": .string(ResourceType.adminAccesses.apiVersion),
            "kind": .string(ResourceType.adminAccesses.kind),
            "metadata": ["name": .string(owner.name), "namespace": .string(owner.namespace)],
            "status": json,
        ]
        let written = try await client.patch(.adminAccesses, name, .apply(patch, force: true), subresource: "status")
        _ = observe(access: written)
    }

    private func observe(access object: JSONValue) -> AccessRecord? {
        guard let written = Observed(json: object, decode: { try AccessRecord(json: $0) }) else { return nil }
        stores.accesses.observeWrite(written)
        return try? written.content.get()
    }

    // MARK: - The end

    /// Takes back what was made for an AppInstance that is gone, or that no longer has an `admin` block.
    private func forget(_ key: NamespacedName, isGone: Bool) async throws {
        keys.forget(key)
        metrics.forget(key)
        let grants = stores.grants(of: key).filter(\.isManaged)
        let access = stores.accesses[key].flatMap { $0.ownerUID == nil ? nil : $0 }
        let configMap = NamespacedName(namespace: key.namespace, name: KeysConfigMap.name(appInstance: key.name))
        let hasKeys = stores.keysConfigMaps[configMap] != nil
        if grants.isEmpty, access == nil, !hasKeys { return }
        // A cache may be wrong, and a wrong revocation locks people out: the API server is asked before.
        if let live = try await client.get(.appInstances, key) {
            let record = try InstanceRecord(json: live)
            if record.isOurs || isGone { return }
        }
        var plan = GrantPlan()
        plan.deletions = grants.filter { !$0.isDeleting }.map { .init(name: $0.name, uid: $0.uid, userID: $0.userID) }
        let result = try await GrantWriter(client: client, stores: stores).write(plan, namespace: key.namespace)
        metrics.count(result)
        if let access { try await client.delete(.adminAccesses, key, options: DeleteOptions(uid: access.uid)) }
        if hasKeys { try await client.delete(.configMaps, configMap) }
        if let failure = result.failures.first { throw failure }
    }
}
