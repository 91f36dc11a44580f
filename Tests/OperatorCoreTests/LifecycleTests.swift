// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevIdentityProvider
import KubeClient
import KubeCore
import OperatorCore
import Testing

/// What becomes of children when AppInstances come, go and come back, and when somebody meddles with them.
struct LifecycleTests {
    @Test func `deleting the AppInstance takes all children along, and one of the same name starts anew`() async throws
    {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a", "b"])
                try await world.reports("Ready=True/Ready")
                try await world.delete(.appInstances, "influxdb")
                try await world.create(["b", "c"])
                try await world.eventually("the second is in force") {
                    let uid = try await world.get(.appInstances, "influxdb")?["metadata"]?["uid"]
                    guard let access = try await world.access(), access["status"]?["appInstance"]?["uid"] == uid else {
                        return false
                    }
                    let children = try await world.grants() + [access]
                    let owners = children.map { $0["metadata"]?["ownerReferences"]?.array?.map { $0["uid"] } }
                    return try await world.granted() == ["b", "c"] && owners.allSatisfy { $0 == [uid] }
                }
                try await world.reports("Ready=True/Ready")
                try await world.delete(.appInstances, "influxdb")
                try await world.eventually("everything is gone") {
                    let keys = try await world.get(.configMaps, "influxdb-admin-keys")
                    let access = try await world.access()
                    return try await world.granted().isEmpty && access == nil && keys == nil
                }
            }
        }
    }

    @Test func `without its admin block an AppInstance has no children`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                try await world.merge(
                    .appInstances,
                    "influxdb",
                    ["spec": ["package": ["spec": .object(["admin": .null])]]]
                )
                try await world.eventually("everything is gone") {
                    let keys = try await world.get(.configMaps, "influxdb-admin-keys")
                    let access = try await world.access()
                    return try await world.granted().isEmpty && access == nil && keys == nil
                }
                try await world.quiet()
                #expect(try await world.events().contains { $0.hasPrefix("Normal Revoked") })
            }
        }
    }

    @Test func `children orphaned while nobody looked are taken back`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
            }
            let name = NamespacedName(namespace: "default", name: "influxdb")
            try await world.client.delete(.appInstances, name, options: .init(propagationPolicy: .orphan))
            try await world.quiet()
            #expect(try await world.granted() == ["a"])
            try await world.operating { _ in
                try await world.eventually("the grant is gone") { try await world.granted().isEmpty }
            }
        }
    }

    @Test func `an AppInstance that a finalizer holds is left as it is`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                try await world.merge(.appInstances, "influxdb", ["metadata": ["finalizers": ["kubecfg.dev/hold"]]])
                try await world.delete(.appInstances, "influxdb")
                try await world.list(["a", "b"])
                try await world.quiet()
                #expect(try await world.granted() == ["a"])
                try await world.merge(.appInstances, "influxdb", ["metadata": .object(["finalizers": .null])])
                try await world.eventually("everything is gone") { try await world.granted().isEmpty }
            }
        }
    }

    @Test func `what somebody changed or deleted is put back, and what is not ours is reported`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a", "b"])
                try await world.reports("Ready=True/Ready")
                let name = try #require(try await world.grants().first?["metadata"]?["name"]?.string)
                let original = try await world.get(.adminGrants, name)?["spec"]
                try await world.merge(.adminGrants, name, ["spec": ["email": "x@example.com", "groups": ["Auditor"]]])
                try await world.eventually("the grant is put back") {
                    try await world.get(.adminGrants, name)?["spec"] == original
                }
                try await world.merge(.adminGrants, name, ["metadata": .object(["labels": .null])])
                try await world.eventually("the labels are put back") {
                    try await world.get(.adminGrants, name)?["metadata"]?["labels"]?["grantor.dev/app-instance"] != nil
                }
                try await world.delete(.adminGrants, name)
                try await world.eventually("the grant is made again") {
                    try await world.get(.adminGrants, name)?["spec"] == original
                }
                try await world.delete(.adminAccesses, "influxdb")
                try await world.reports("Ready=True/Ready")
                try await world.merge(.configMaps, "influxdb-admin-keys", ["data": ["jwks.json": "{}"]])
                try await world.eventually("the keys are put back") {
                    let text = try await world.get(.configMaps, "influxdb-admin-keys")?["data"]?["jwks.json"]?.string
                    return text?.contains("kid") == true
                }
                let foreign: JSONValue = [
                    "apiVersion": "grantor.dev/v1alpha1", "kind": "AdminGrant",
                    "metadata": ["name": "by-hand", "namespace": "default"],
                    "spec": ["appInstance": ["name": "influxdb"], "userID": "m", "identityProvider": "keycloak"],
                ]
                _ = try await world.client.create(.adminGrants, foreign)
                try await world.reports("GrantsSynced=False/ForeignGrant")
                #expect(try await world.message("GrantsSynced").contains("by-hand"))
                try await world.quiet()
                #expect(try await world.get(.adminGrants, "by-hand") != nil)
                #expect(try await world.events().count { $0.hasPrefix("Warning ForeignGrant") } == 1)
                try await world.delete(.adminGrants, "by-hand")
                try await world.reports("Ready=True/Ready")
            }
        }
    }

    @Test func `an AdminAccess that a user wrote is heeded, and outlives the AppInstance without its report`()
        async throws
    {
        try await withWorld { world in
            let access: JSONValue = [
                "apiVersion": "grantor.dev/v1alpha1", "kind": "AdminAccess",
                "metadata": ["name": "influxdb", "namespace": "default"],
                "spec": ["issuer": "https://issuer.example.com", "userIDClaim": "email_id", "paused": true],
            ]
            _ = try await world.client.create(.adminAccesses, access)
            try await world.operating { _ in
                try await world.create(["a"])
                try await world.reports("GrantsSynced=False/Paused")
                let status = try #require(try await world.access()?["status"])
                #expect(status["issuer"] == ["value": "https://issuer.example.com", "source": "Declared"])
                #expect(status["userIDClaim"] == "email_id")
                try await world.quiet()
                #expect(try await world.granted().isEmpty)
                try await world.merge(.adminAccesses, "influxdb", ["spec": ["paused": false]])
                try await world.reports("Ready=True/Ready")
                #expect(try await world.granted() == ["a"])
                try await world.merge(.adminAccesses, "influxdb", ["spec": ["paused": true]])
                try await world.list(["b"])
                try await world.reports("GrantsSynced=False/Paused")
                #expect(try await world.granted() == ["a"])
                try await world.delete(.appInstances, "influxdb")
                try await world.eventually("the report ends") { try await world.access()?["status"] == nil }
                try await world.eventually("the grant is gone") { try await world.granted().isEmpty }
                #expect(try await world.access()?["spec"]?["paused"] == true)
            }
        }
    }

    @Test func `an operator for two namespaces touches no other`() async throws {
        try await withWorld { world in
            for namespace in ["team-a", "team-b", "team-c"] { try await world.create(["a"], in: namespace) }
            try await world.operating {
                $0.namespaces = ["team-a", "team-b"]
            } _: { _ in
                try await world.reports("Ready=True/Ready", in: "team-a")
                try await world.reports("Ready=True/Ready", in: "team-b")
                try await world.quiet()
                #expect(try await world.access(in: "team-c") == nil)
                #expect(try await world.granted(in: "team-c").isEmpty)
            }
        }
    }
}
