// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import DevIdentityProvider
import KubeClient
import KubeCore
import OperatorCore
import TestKit
import Testing

/// Restarts of the operator and of the API server cost nothing and nobody anything.
struct RestartTests {
    @Test func `keys survive a restart while the provider is down, and a planted key does not come in`() async throws {
        try await withWorld { world in
            let name = "influxdb-admin-keys"
            try await world.operating { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
            }
            let before = try #require(try await world.access()?["status"]?["keySet"])
            let data = try await world.get(.configMaps, name)?["data"]?["jwks.json"]?.string
            let published = try #require(data)
            try world.realm.misbehave(.dropConnection)

            // Somebody who may edit ConfigMaps adds the key of another realm.
            try await world.operating { _ in
                try await world.create(["a"], "donor", realm: "other")
                try await world.reports("Ready=True/Ready", of: "donor")
            }
            let other = try await world.get(.configMaps, "donor-admin-keys")?["data"]?["jwks.json"]?.string
            let foreign = try JSONValue(parsing: Array(try #require(other).utf8))["keys"]?.array ?? []
            #expect(!foreign.isEmpty)
            let own = try JSONValue(parsing: Array(published.utf8))["keys"]?.array ?? []
            let planted = JSONValue.object(["keys": .array(own + foreign)])
            try await world.merge(.configMaps, name, ["data": ["jwks.json": .string(planted.jsonText)]])

            try await world.operating { _ in
                try await world.reports("KeysAvailable=False/Unreachable")
                #expect(try await world.message("KeysAvailable").contains("last good keys serve"))
                try await world.eventually("the planted key is taken out again") {
                    try await world.get(.configMaps, name)?["data"]?["jwks.json"]?.string == published
                }
                #expect(try await world.access()?["status"]?["keySet"] == before)
                #expect(try await world.granted() == ["a", "a"])
                try world.realm.misbehave(nil)
                try await world.reports("Ready=True/Ready")
            }
        }
    }

    @Test func `keys of an earlier endpoint do not come back for another`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
            }
            let other = try world.provider.realm("other")
            other.misbehave(.status(500))
            try await world.change(["jwksEndpoint": .string(try await other.keysURL)])
            try await world.operating { _ in
                try await world.reports("KeysAvailable=False/BadStatus")
                #expect(try await world.message("KeysAvailable").contains("no earlier keys serve"))
                #expect(try await world.access()?["status"]?["keySet"] == nil)
            }
        }
    }

    @Test func `an API server that forgets its history costs one more list`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                let writes = try await world.quiet()
                for _ in 0..<3 {
                    world.server.forgetHistory()
                    world.server.closeWatches()
                }
                // To forget counts as a version too.
                #expect(try await world.quiet(for: .seconds(1)) == writes + 3)
                try await world.list(["a", "b"])
                try await world.eventually("b is granted") { try await world.granted() == ["a", "b"] }
                world.server.closeWatches()
                try await world.list(["b"])
                try await world.eventually("a is revoked") { try await world.granted() == ["b"] }
                try await world.quiet()
                #expect(try await world.events().count { $0.contains("access to") } == 2)
            }
        }
    }

    @Test(arguments: [true, false])
    func `an API server that restarts is found again, with its objects or without`(keepsObjects: Bool) async throws {
        try await withWorld { world in
            let first = try DevAPIServer(configuration: .init(manifests: World.manifests))
            let (port, url) = try await withService(first) {
                (try await first.address.port, try await first.address.url)
            }
            var configuration = DevAPIServer.Configuration(port: port)
            if !keepsObjects { configuration.manifests = World.manifests }
            let kubernetes = KubeConfiguration(server: url)
            try await withTestClient(kubernetes) { client in
                let moved = World(
                    server: first,
                    provider: world.provider,
                    client: client,
                    logs: world.logs,
                    kubernetes: kubernetes
                )
                // The operator starts with nobody there, lives through two servers, and is right in the end.
                try await moved.operating { _ in
                    let second = try DevAPIServer(
                        configuration: .init(port: port, manifests: keepsObjects ? [] : World.manifests),
                        continuing: keepsObjects ? first : nil
                    )
                    try await withService(second) {
                        _ = try await second.address
                        try await moved.create(["a", "b"])
                        try await moved.reports("Ready=True/Ready", within: .seconds(60))
                    }
                    let third = try DevAPIServer(
                        configuration: configuration,
                        continuing: keepsObjects ? second : nil
                    )
                    try await withService(third) {
                        _ = try await third.address
                        if keepsObjects {
                            try await moved.list(["b", "c"])
                        } else {
                            try await moved.create(["b", "c"])
                        }
                        try await moved.eventually("the list is followed", within: .seconds(60)) {
                            try await moved.granted() == ["b", "c"]
                        }
                        try await moved.reports("Ready=True/Ready", within: .seconds(60))
                        try await moved.quiet()
                        let events = try await moved.events()
                        let granting = events.count { $0.contains("access to") }
                        // A server that lost everything is read anew one collection after the other, and what was made
                        // before all of them were may be told again; what is there in the end is the same.
                        if keepsObjects { #expect(granting == 2) } else { #expect(granting >= 1) }
                        try await moved.lint()
                    }
                }
            }
        }
    }
}
