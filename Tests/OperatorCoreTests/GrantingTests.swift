// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevIdentityProvider
import KubeClient
import KubeCore
import OperatorCore
import Testing

/// Grants follow the spec of an AppInstance, and nothing else.
struct GrantingTests {
    @Test func `every listed admin is granted, and the report is Ready`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a", "b"])
                try await world.reports("Ready=True/Ready")
                #expect(try await world.granted() == ["a", "b"])
                let status = try #require(try await world.access()?["status"])
                #expect(status["admins"] == ["desired": 2, "granted": 2])
                #expect(status["identityProvider"] == "keycloak")
                #expect(status["userIDClaim"] == "sub")
                #expect(status["issuer"]?["source"] == "Derived")
                #expect(status["issuer"]?["value"]?.string == (try await world.realm.issuer))
                let instance = try #require(try await world.get(.appInstances, "influxdb"))
                #expect(status["appInstance"]?["uid"] == instance["metadata"]?["uid"])
                #expect(instance["status"] == nil)
                #expect(instance["metadata"]?["resourceVersion"] != nil)
                for grant in try await world.grants() {
                    let owners = grant["metadata"]?["ownerReferences"]?.array ?? []
                    #expect(owners.map { $0["uid"] } == [instance["metadata"]?["uid"]])
                    #expect(owners.first?["blockOwnerDeletion"]?.bool != true)
                    #expect(grant["metadata"]?["labels"]?["grantor.dev/app-instance"] == "influxdb")
                }
                try await world.quiet()
                let events = try await world.events()
                #expect(events.count { $0.hasPrefix("Normal Granted") } == 1)
            }
        }
    }

    @Test func `users are added, changed and revoked as the list says`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a", "b"])
                try await world.reports("Ready=True/Ready")
                try await world.list(["b", "c"])
                try await world.eventually("c is granted and a is not") { try await world.granted() == ["b", "c"] }
                try await world.change(["users": [World.user("b", email: "new@example.com"), World.user("c")]])
                try await world.eventually("the address is followed") {
                    try await world.grants().contains { $0["spec"]?["email"] == "new@example.com" }
                }
                try await world.quiet()
                let events = try await world.events()
                #expect(events.contains("Normal Revoked revoked the administrative access of a"))
                #expect(events.contains("Normal Granted granted administrative access to c"))
            }
        }
    }

    @Test func `only group Admin makes an admin, and a group that goes is gone`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                let endpoint = try await world.realm.keysURL
                let users = [
                    World.user("a", groups: ["Admin", "Auditor"]), World.user("b", groups: ["Auditor"]),
                    World.user("c", groups: ["Member"]), World.user("d"),
                ]
                try await world.create(World.instance(admin: World.admin(users, endpoint: endpoint)))
                try await world.reports("Ready=True/Ready")
                #expect(try await world.granted() == ["a", "d"])
                try await world.change(["users": [World.user("a", groups: ["Admin"]), World.user("d")]])
                try await world.eventually("Auditor is gone") {
                    try await world.grants().allSatisfy { $0["spec"]?["groups"] == ["Admin"] }
                }
                let writes = try await world.quiet()
                try await world.merge(.appInstances, "influxdb", ["metadata": ["labels": ["x": "y"]]])
                #expect(try await world.quiet() == writes + 1)
            }
        }
    }

    @Test func `one user who changes among a thousand is one write beside the change itself`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                var users = (0..<1_000).map { World.user("user-\($0)") }
                let endpoint = try await world.realm.keysURL
                try await world.create(World.instance(admin: World.admin(users, endpoint: endpoint)))
                try await world.reports("Ready=True/Ready", within: .seconds(120))
                let writes = try await world.quiet()
                let before = Self.versions(try await world.grants())
                users[500] = World.user("user-500", email: "moved@example.com")
                try await world.change(["users": .array(users)])
                try await world.eventually("the grant is changed") {
                    try await world.grants().contains { $0["spec"]?["email"] == "moved@example.com" }
                }
                // The change, the grant, and the report, which names the generation that it speaks of.
                #expect(try await world.quiet() == writes + 3)
                let after = Self.versions(try await world.grants())
                #expect(after.count { before[$0.key] != $0.value } == 1)
            }
        }
    }

    private static func versions(_ grants: [JSONValue]) -> [String: String] {
        Dictionary(
            grants.map { ($0["metadata"]?["name"]?.string ?? "", $0["metadata"]?["resourceVersion"]?.string ?? "") }
        ) { first, _ in first }
    }

    @Test func `awkward ids are granted exactly as they are`() async throws {
        let ids = [
            String(repeating: "x", count: 256), "auth0|64f1", "\u{E9}", "e\u{301}", "1e3", "no", "0123", "null", "~",
            "f:5d:üser", "a/b?c#d", "日本語",
        ]
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(ids)
                try await world.reports("Ready=True/Ready")
                let granted = try await world.grants().compactMap { $0["spec"]?["userID"]?.string }
                #expect(Set(granted.map { Array($0.utf8) }) == Set(ids.map { Array($0.utf8) }))
            }
        }
    }

    @Test func `a block without admin is ignored`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a"], "witness")
                try await world.create(World.instance(admin: nil))
                try await world.reports("Ready=True/Ready", of: "witness")
                try await world.quiet()
                #expect(try await world.access() == nil)
                #expect(try await world.granted() == ["a"])
                #expect(try await world.events().allSatisfy { $0.hasPrefix("Normal Granted") })
            }
        }
    }

    @Test func `at rest and after a restart nothing is written`() async throws {
        try await withWorld { world in
            for (name, realm) in [("one", "main"), ("two", "main"), ("three", "tenant")] {
                try await world.create(["a", "b"], name, realm: realm)
            }
            let discovery = try await world.provider.realm("tenant").discoveryURL
            let admin = World.admin([World.user("a")], endpoint: discovery)
            try await world.create(World.instance("four", admin: admin))
            try await world.create(World.instance("broken", admin: ["users": []]))
            var writes = 0
            try await world.operating { _ in
                for name in ["one", "two", "three", "four"] { try await world.reports("Ready=True/Ready", of: name) }
                try await world.reports("ConfigValid=False/InvalidAdmin", of: "broken")
                writes = try await world.quiet()
                #expect(try await world.quiet(for: .seconds(1)) == writes)
            }
            let fetches = try world.realm.counts.keys
            for _ in 0..<2 {
                try await world.operating { running in
                    try await world.eventually("the keys are fetched again") {
                        try running.isSynced && world.realm.counts.keys > fetches
                    }
                    #expect(try await world.quiet(for: .seconds(1)) == writes)
                }
            }
        }
    }
}
