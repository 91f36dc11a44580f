// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevIdentityProvider
import KubeClient
import KubeCore
import OperatorCore
import TestKit
import Testing

/// How long keys hold, and what is said of those that give themselves away.
struct KeyLifetimeTests {
    private static func keyIDs(_ world: World) async throws -> Set<String> {
        let keys = try await world.access()?["status"]?["keySet"]?["keys"]?.array ?? []
        return Set(keys.compactMap { $0["kid"]?.string })
    }

    /// The default of `keys.maxAge`, and one that a user set; whatever the provider says of caching.
    @Test(arguments: [(nil, 300), ("1m", 60)] as [(String?, Int)])
    func `keys are fetched again within keys.maxAge, and not much sooner`(maxAge: String?, seconds: Int) async throws {
        try await withWorld { world in
            // The provider would have its keys kept for a day.
            try world.realm.setCacheControl("public, max-age=86400")
            let clock = ManualClock()
            try await world.operating(clock: clock) { _ in
                let access = JSONValue.members([
                    "apiVersion": "grantor.dev/v1alpha1", "kind": "AdminAccess",
                    "metadata": ["name": "influxdb", "namespace": "default"],
                    "spec": maxAge.map { ["keys": ["maxAge": .string($0)]] },
                ])
                _ = try await world.client.create(.adminAccesses, access)
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                let old = try await Self.keyIDs(world)
                let new = try world.realm.rotate(withdrawing: true)
                let fetches = try world.realm.counts.keys
                try await world.quiet()
                // Before 70 % of the lifetime nothing is fetched; at 80 % it has been.
                clock.advance(by: .seconds(seconds * 6 / 10))
                try await world.quiet()
                #expect(try world.realm.counts.keys == fetches)
                #expect(try await Self.keyIDs(world) == old)
                clock.advance(by: .seconds(seconds * 2 / 10))
                try await world.eventually("the new key is there") { try await Self.keyIDs(world) == [new] }
                #expect(try world.realm.counts.keys == fetches + 1)
                let text = try await world.get(.configMaps, "influxdb-admin-keys")?["data"]?["jwks.json"]?.string ?? ""
                #expect(text.contains(new) && old.allSatisfy { !text.contains($0) })
            }
        }
    }

    @Test func `a shorter keys.maxAge counts from the last fetch, at once`() async throws {
        try await withWorld { world in
            let clock = ManualClock()
            try await world.operating(clock: clock) { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                let fetches = try world.realm.counts.keys
                clock.advance(by: .seconds(100))
                try await world.quiet()
                #expect(try world.realm.counts.keys == fetches)
                try await world.merge(.adminAccesses, "influxdb", ["spec": ["keys": ["maxAge": "1m"]]])
                try await world.eventually("the keys are fetched") { try world.realm.counts.keys == fetches + 1 }
            }
        }
    }

    @Test func `a key that gives its private half away is ignored, and warned of once`() async throws {
        try await withWorld { world in
            try world.realm.misbehave(.exposedKey)
            try await world.operating { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                #expect(try await world.message("KeysAvailable").contains("give their private half away"))
                #expect(try await Self.keyIDs(world) == Set(try world.realm.publishedKeyIDs()))
                // Beside the key for encryption, which Keycloak publishes too.
                #expect(try await world.access()?["status"]?["keySet"]?["ignored"] == 2)
                let data = try await world.get(.configMaps, "influxdb-admin-keys")?["data"]?["jwks.json"]?.string
                let published = try #require(data)
                #expect(!published.contains("exposed") && !published.contains("\"d\""))
                try await world.quiet()
                let warnings = try await world.events().filter { $0.hasPrefix("Warning ") }
                #expect(warnings.count == 1)
                #expect(warnings.first?.hasPrefix("Warning KeysChanged ") == true, "\(warnings)")
                #expect(warnings.first?.contains("replace them at the provider") == true, "\(warnings)")
                #expect(world.logs.lines.allSatisfy { !$0.description.contains("870MB6gfuTJ4") })
            }
        }
    }
}
