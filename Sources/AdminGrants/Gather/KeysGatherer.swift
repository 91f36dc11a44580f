// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import FoundationEssentials
import KeySets
import KubeClient
import KubeController
import KubeCore

/// Keeps the cache of key sets informed of who needs what, and reads it.
struct KeysGatherer: Sendable {
    let cache: KeySetCache
    let client: KubeClient
    let stores: OperatorStores
    let now: @Sendable () -> Date

    /// Declares what an AppInstance needs; after a restart the keys that were published before are taken up.
    ///
    /// - Throws: `KubeError` when the published keys cannot be read, or `CancellationError`.
    func follow(
        _ instance: NamespacedName,
        _ endpoint: Endpoint,
        spec: AdminAccess.Spec,
        published: AdminAccessStatus?
    ) async throws {
        let bounds = KeySetBounds(maxAge: spec.keysMaxAge, maxStale: spec.keysMaxStale)
        let snapshot = cache.register(instance, endpoint: endpoint, bounds: bounds)
        guard snapshot.availability == .pending, let published, let summary = published.keySet,
            let origin = summary.endpoint, UTF8Order.equal(origin, endpoint.url)
        else { return }
        let name = NamespacedName(
            namespace: instance.namespace,
            name: KeysConfigMap.name(appInstance: instance.name)
        )
        guard stores.keysConfigMaps[name] != nil, let configMap = try await client.get(.configMaps, name) else {
            return
        }
        guard let stored = Self.vouched(configMap, by: published, summary) else { return }
        cache.seed(endpoint, with: stored, lastGood: lastGood(published))
    }

    /// What is known of an endpoint's keys now.
    func observe(_ endpoint: Endpoint) -> KeysObservation {
        let snapshot = cache.snapshot(of: endpoint)
        let facts = Self.facts(snapshot)
        switch snapshot.availability {
        case .pending, .seeded: return .pending
        case .fresh: return facts.map(KeysObservation.available) ?? .pending
        case .stale, .unavailable:
            let reason = snapshot.failure?.code.rawValue ?? KeySetError.Code.unreachable.rawValue
            return .unavailable(reason: reason, lastGood: facts)
        }
    }

    /// Declares that an AppInstance needs no keys any more.
    func forget(_ instance: NamespacedName) {
        cache.unregister(instance)
    }

    /// When the published keys were last seen at the provider, as far as a status without volatile values tells.
    ///
    /// While `KeysAvailable` was true they were seen until the operator stopped; once it is false, since when is
    /// written down, so that restarts do not stretch `keys.maxStale`.
    private func lastGood(_ status: AdminAccessStatus) -> Date {
        guard let condition = status.condition(.keysAvailable), condition.status != .yes else { return now() }
        return condition.lastTransitionTime
    }

    /// The stored keys whose thumbprints stand in the status: who may write ConfigMaps cannot plant one.
    private static func vouched(
        _ configMap: JSONValue,
        by status: AdminAccessStatus,
        _ summary: KeySetSummary
    ) -> FetchedKeySet? {
        guard let text = configMap["data"]?[KeysConfigMap.key]?.string,
            let stored = try? KeySet.parse(Array(text.utf8))
        else { return nil }
        let keySet = stored.restricted(toThumbprints: Set(summary.keys.map(\.thumbprint)))
        if keySet.isEmpty { return nil }
        return FetchedKeySet(
            keySet: keySet,
            document: DocumentKind(rawValue: summary.document.rawValue) ?? .keySet,
            issuer: status.issuer?.source == .discovered ? status.issuer?.value : nil,
            keySetURI: summary.uri
        )
    }

    private static func facts(_ snapshot: KeySetSnapshot) -> KeySetFacts? {
        guard let keySet = snapshot.keySet else { return nil }
        return KeySetFacts(
            uri: snapshot.keySetURI ?? snapshot.endpoint.url,
            document: (snapshot.document ?? .keySet).rawValue,
            discoveredIssuer: snapshot.issuer,
            keys: keySet.keys.map { key in
                .init(
                    keyID: key.kid?.text,
                    keyType: key.type.rawValue,
                    algorithms: key.algorithms.map(\.rawValue),
                    thumbprint: key.thumbprint,
                    publicKey: key.json
                )
            },
            ignored: keySet.ignored.count,
            exposed: keySet.ignored.count { $0.reason == .privateKeyExposed },
            hash: keySet.hash
        )
    }
}
