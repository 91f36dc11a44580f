// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore
import TestKit
import Testing

@testable import AdminGrants

/// A grant that somebody wrote over becomes what it was, and loses nothing that is not ours.
struct RestorationTests {
    private func restore(_ rig: GrantRig) async throws -> JSONValue {
        let write = try #require(rig.plan([rig.user("a")]).creations.first)
        let restoration = Restoration(client: rig.client, type: .adminGrants) { GrantContent.fingerprint(of: $0) }
        return try await restoration.restore(rig.name("a"), to: write.object, write.fingerprint)
    }

    private func withGrant(
        changed patch: JSONValue,
        _ body: @Sendable (GrantRig, JSONValue) async throws -> Void
    ) async throws {
        try await GrantRig.run { rig in
            _ = try await rig.write(rig.plan([rig.user("a")]))
            let before = try #require(try await rig.objects().first)
            _ = try await rig.client.patch(.adminGrants, rig.name("a"), .merge(patch))
            try await body(rig, before)
        }
    }

    private static func isOurs(_ object: JSONValue, like before: JSONValue) -> Bool {
        object["spec"] == before["spec"]
            && object["metadata"]?["ownerReferences"] == before["metadata"]?["ownerReferences"]
    }

    @Test func `values are set back by one write`() async throws {
        try await withGrant(changed: ["spec": ["email": "x@example.com"]]) { rig, before in
            rig.obey()
            let restored = try await restore(rig)
            #expect(Self.isOurs(restored, like: before))
            #expect(rig.attempts.entries == ["patch"])
        }
    }

    @Test func `groups that were added are taken away`() async throws {
        try await withGrant(changed: ["spec": ["groups": ["Admin", "Auditor", "Member"]]]) { rig, before in
            let restored = try await restore(rig)
            #expect(Self.isOurs(restored, like: before))
        }
    }

    @Test func `the owner that was taken away comes back, and a stranger beside it stays`() async throws {
        try await GrantRig.run { rig in
            _ = try await rig.write(rig.plan([rig.user("a")]))
            let other = try await rig.client.create(
                .configMaps,
                ["metadata": ["name": "other", "namespace": "default"]]
            )
            let uid = try #require(other["metadata"]?["uid"])
            let stranger: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "name": "other", "uid": uid]
            let patch: JSONValue = ["metadata": ["ownerReferences": [stranger]]]
            _ = try await rig.client.patch(.adminGrants, rig.name("a"), .merge(patch))
            let restored = try await restore(rig)
            let owners = restored["metadata"]?["ownerReferences"]?.array ?? []
            #expect(Set(owners.compactMap { $0["uid"] }) == ["u-1", uid])
        }
    }

    @Test func `the owner reference of an AppInstance that is gone gives way`() async throws {
        let former: JSONValue = [
            "apiVersion": "kubecfg.dev/v1alpha1", "kind": "AppInstance", "name": "influxdb", "uid": "former",
        ]
        try await withGrant(changed: ["metadata": ["ownerReferences": [former]]]) { rig, before in
            let restored = try await restore(rig)
            #expect(Self.isOurs(restored, like: before))
        }
    }

    @Test func `labels and annotations of others stay`() async throws {
        let patch: JSONValue = [
            "metadata": [
                "labels": ["team": "blue", "grantor.dev/app-instance": "other"], "annotations": ["note": "hello"],
            ],
            "spec": ["firstName": "Changed"],
        ]
        try await withGrant(changed: patch) { rig, before in
            let restored = try await restore(rig)
            #expect(Self.isOurs(restored, like: before))
            #expect(restored["metadata"]?["labels"]?["team"] == "blue")
            #expect(restored["metadata"]?["labels"]?["grantor.dev/app-instance"] == "influxdb")
            #expect(restored["metadata"]?["annotations"]?["note"] == "hello")
        }
    }

    @Test func `what was there before it was restored is what a removal names`() {
        let stored: JSONValue = [
            "metadata": ["resourceVersion": "7", "ownerReferences": []],
            "spec": ["a": 1, "extra": 2],
        ]
        let wanted: JSONValue = ["metadata": ["name": "g"], "spec": ["a": 1]]
        let patch = Restoration.removal(of: stored, beside: wanted)
        #expect(
            patch == [
                "metadata": ["resourceVersion": "7", "ownerReferences": []], "spec": ["a": 1, "extra": .null],
            ]
        )
    }
}
