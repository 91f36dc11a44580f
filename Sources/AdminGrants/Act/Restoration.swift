// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore

/// Gives an object back the content that Grantor wants it to have.
///
/// Server-side apply sets what we name, but leaves what others put beside it: an entry of a set, an optional field, the
/// owner reference of an AppInstance that is gone. What that is, its answer shows; only then a merge patch at that
/// version takes it away.
struct Restoration: Sendable {
    let client: KubeClient
    let type: ResourceType
    let fingerprint: @Sendable (JSONValue) -> Fingerprint

    init(client: KubeClient, type: ResourceType, fingerprint: @escaping @Sendable (JSONValue) -> Fingerprint) {
        self.client = client
        self.type = type
        self.fingerprint = fingerprint
    }

    /// Applies an object.
    ///
    /// - Returns: The object as stored.
    /// - Throws: `KubeError` or `CancellationError`.
    func restore(_ name: NamespacedName, to object: JSONValue, _ wanted: Fingerprint) async throws -> JSONValue {
        let applied = try await client.patch(type, name, .apply(object, force: true))
        if fingerprint(applied) == wanted { return applied }
        return try await client.patch(type, name, .merge(Self.removal(of: applied, beside: object)))
    }

    /// The merge patch that leaves nothing but the wanted content where Grantor sets something.
    static func removal(of stored: JSONValue, beside wanted: JSONValue) -> JSONValue {
        let strangers = (stored["metadata"]?["ownerReferences"]?.array ?? []).filter { !GrantContent.isOwner($0) }
        var metadata = JSONObject()
        metadata["resourceVersion"] = stored["metadata"]?["resourceVersion"]
        metadata["ownerReferences"] = .array((wanted["metadata"]?["ownerReferences"]?.array ?? []) + strangers)
        var patch: JSONObject = ["metadata": .object(metadata)]
        if let spec = wanted["spec"]?.object {
            var members = spec
            for (name, _) in stored["spec"]?.object ?? [:] where spec[name] == nil { members[name] = .null }
            patch["spec"] = .object(members)
        }
        return .object(patch)
    }
}
