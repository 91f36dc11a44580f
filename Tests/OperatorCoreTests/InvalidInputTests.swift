// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import DevIdentityProvider
import FoundationEssentials
import KubeClient
import KubeCore
import Logging
import TestKit
import Testing

/// What cannot be used is reported in full, and changes nothing that is in force.
struct InvalidInputTests {
    @Test func `an invalid block names every problem, warns once and revokes nobody`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a", "b"])
                try await world.reports("Ready=True/Ready")
                let before = try #require(try await world.access()?["status"])
                try await world.change([
                    "identityProvider": "Keycloak", "jwksEndpoint": "ftp://idp",
                    "users": [["id": 83], World.user("b"), World.user("b")], "nonsense": true,
                ])
                try await world.reports("ConfigValid=False/InvalidAdmin")
                let message = try await world.message("ConfigValid")
                for place in ["identityProvider", "jwksEndpoint", "users[0].id", "users[0].email", "users[2].id"] {
                    #expect(message.contains("spec.package.spec.admin.\(place): "), "\(place) is not in \(message)")
                }
                #expect(message.contains("nonsense"))
                try await world.reports("KeysAvailable=Unknown/UnableToValidate")
                try await world.reports("Ready=False/InvalidAdmin")
                #expect(try await world.granted() == ["a", "b"])
                let after = try #require(try await world.access()?["status"])
                #expect(after["keySet"] == before["keySet"])
                #expect(after["admins"] == before["admins"])
                // No retry: at rest until it changes.
                let writes = try await world.quiet()
                #expect(try await world.quiet(for: .seconds(2)) == writes)
                #expect(try await world.events().count { $0.hasPrefix("Warning InvalidAdmin") } == 1)
                #expect(world.logs.lines(at: .error).isEmpty)

                try await world.change(["nonsense": .null])
                try await world.change(World.admin([World.user("b")], endpoint: try await world.realm.keysURL))
                try await world.reports("Ready=True/Ready")
                #expect(try await world.granted() == ["b"])
            }
        }
    }

    @Test func `a thousand problems are bounded and counted`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                let users = (0..<1_000).map { _ in JSONValue.object(["id": 1]) }
                try await world.create(World.instance(admin: World.admin(users, endpoint: "")))
                try await world.reports("ConfigValid=False/InvalidAdmin")
                let message = try await world.message("ConfigValid")
                #expect(message.utf8.count <= 32 << 10)
                #expect(message.hasSuffix(" more"))
                try await world.quiet()
                #expect(try await world.events().count { $0.hasPrefix("Warning InvalidAdmin") } == 1)
            }
        }
    }

    @Test func `a thousand warnings are bounded and the block is used`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                let users = (0..<500).map { index in
                    World.user("\(String(repeating: "long-", count: 20))\(index)")
                }
                let endpoint = try await world.realm.keysURL
                try await world.create(World.instance(admin: World.admin(users, endpoint: endpoint)))
                try await world.reports("Ready=True/Ready", within: .seconds(60))
                let message = try await world.message("ConfigValid")
                #expect(message.hasPrefix("usable, with warnings: "))
                #expect(message.utf8.count <= 32 << 10)
            }
        }
    }

    @Test func `an id that YAML made a number is refused with the advice to quote it`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                var user = World.user("x")
                user["id"] = 83
                let endpoint = try await world.realm.keysURL
                try await world.create(World.instance(admin: World.admin([user], endpoint: endpoint)))
                try await world.reports("ConfigValid=False/InvalidAdmin")
                #expect(try await world.message("ConfigValid").contains("quote"))
                #expect(try await world.granted().isEmpty)
            }
        }
    }

    @Test func `an AdminAccess that cannot be used is reported, and what is in force stays`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                let before = try #require(try await world.access()?["status"])
                // The schema takes it; no clock can.
                try await world.merge(.adminAccesses, "influxdb", ["spec": ["keys": ["maxAge": "999999999999h"]]])
                try await world.reports("ConfigValid=False/InvalidSpec")
                #expect(try await world.message("ConfigValid").contains("spec.keys.maxAge"))
                let after = try #require(try await world.access()?["status"])
                for member in ["identityProvider", "userIDClaim", "issuer", "keySet", "admins"] {
                    #expect(after[member] == before[member])
                }
                try await world.list(["b"])
                try await world.quiet()
                #expect(try await world.granted() == ["a"])
                try await world.merge(.adminAccesses, "influxdb", ["spec": ["keys": ["maxAge": "1m"]]])
                try await world.reports("Ready=True/Ready")
                #expect(try await world.granted() == ["b"])
            }
        }
    }

    @Test func `a CA bundle is asked for, read, and followed`() async throws {
        let authority = try DevAPIServer(configuration: .init(tls: true))
        try await withService(authority) {
            let endpoint = "https://127.0.0.1:\(try await authority.address.port)/openid/v1/jwks"
            let pem = try #require(authority.certificateAuthority)
            try await withWorld { world in
                try await world.operating { _ in
                    let egress: JSONValue = [
                        "customCertificates": ["valueFrom": ["configMapKeyRef": ["name": "ca", "key": "ca.pem"]]]
                    ]
                    let admin = World.admin([World.user("a")], endpoint: endpoint)
                    try await world.create(World.instance(admin: admin, egress: egress))
                    let place = "spec.package.spec.egress.customCertificates.valueFrom.configMapKeyRef"
                    try await world.reports("ConfigValid=False/InvalidAdmin")
                    #expect(try await world.message("ConfigValid").contains("\(place).name: Not found"))

                    var configMap: JSONValue = [
                        "apiVersion": "v1", "kind": "ConfigMap",
                        "metadata": ["name": "ca", "namespace": "default"], "data": ["other.pem": "x"],
                    ]
                    _ = try await world.client.create(.configMaps, configMap)
                    try await world.eventually("the key is missed") {
                        try await world.message("ConfigValid").contains("it has other.pem")
                    }
                    try await world.merge(.configMaps, "ca", ["data": ["ca.pem": "no certificate"]])
                    try await world.eventually("the text is refused") {
                        try await world.message("ConfigValid").contains("no PEM certificate")
                    }
                    #expect(try await world.granted().isEmpty)

                    // Another authority than the endpoint's.
                    let stranger = try DevAPIServer(configuration: .init(tls: true))
                    let strange = try #require(stranger.certificateAuthority)
                    try await world.merge(.configMaps, "ca", ["data": ["ca.pem": .string(strange)]])
                    try await world.reports("KeysAvailable=False/TLSFailed")
                    try await world.reports("GrantsSynced=True/Synced")

                    // The right one: TLS stands, and the server asks for a token.
                    try await world.merge(.configMaps, "ca", ["data": ["ca.pem": .string(pem)]])
                    try await world.reports("KeysAvailable=False/BadStatus")

                    // Gone again: nobody is revoked.
                    try await world.delete(.configMaps, "ca")
                    try await world.reports("ConfigValid=False/InvalidAdmin")
                    #expect(try await world.granted() == ["a"])
                    configMap["data"] = ["ca.pem": .string(pem)]
                    _ = try await world.client.create(.configMaps, configMap)
                    try await world.reports("KeysAvailable=False/BadStatus")
                }
            }
        }
    }

    @Test func `without the right bundle the system's authorities are asked, and say no`() async throws {
        let authority = try DevAPIServer(configuration: .init(tls: true))
        try await withService(authority) {
            let endpoint = "https://127.0.0.1:\(try await authority.address.port)/openid/v1/jwks"
            try await withWorld { world in
                try await world.operating { _ in
                    let admin = World.admin([World.user("a")], endpoint: endpoint)
                    try await world.create(World.instance(admin: admin))
                    try await world.reports("KeysAvailable=False/TLSFailed")
                    #expect(try await world.message("KeysAvailable").contains("egress.customCertificates"))
                }
            }
        }
    }
}
