// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevIdentityProvider
import FoundationEssentials
import KubeClient
import KubeCore
import OperatorCore
import TestKit
import Testing

/// A provider that misbehaves costs nobody a grant, and says why.
struct ProviderFaultTests {
    /// A fault and the reason it is reported with.
    struct Case: Sendable, CustomTestStringConvertible {
        let fault: Fault
        let reason: Reason
        var testDescription: String { "\(fault) is \(reason.rawValue)" }
    }

    static let cases = [
        Case(fault: .status(404), reason: .badStatus),
        Case(fault: .status(500), reason: .badStatus),
        Case(fault: .html, reason: .notJSON),
        Case(fault: .garbage, reason: .notJSON),
        Case(fault: .truncated, reason: .notJSON),
        Case(fault: .emptyObject, reason: .notAKeySet),
        Case(fault: .emptySet, reason: .noUsableKey),
        Case(fault: .oversized(bytes: 2 << 20), reason: .tooLarge),
        Case(fault: .redirectLoop, reason: .tooManyRedirects),
        Case(fault: .redirect(to: "http://169.254.169.254/latest/meta-data/"), reason: .addressRefused),
        Case(fault: .redirect(to: "https://127.0.0.1/keys"), reason: .redirectRefused),
        Case(fault: .dropConnection, reason: .unreachable),
        Case(fault: .slow(.seconds(30)), reason: .timedOut),
    ]

    @Test(arguments: cases)
    func `a fault has its reason, from the first fetch to recovery`(_ row: Case) async throws {
        try await withWorld { world in
            try world.realm.misbehave(row.fault)
            try await world.operating {
                if row.reason == .timedOut { $0.fetchTimeout = .milliseconds(500) }
            } _: { _ in
                try await world.create(["a"])
                try await world.reports("KeysAvailable=False/\(row.reason.rawValue)")
                try await world.reports("Ready=False/\(row.reason.rawValue)")
                // The grants follow the spec meanwhile.
                try await world.list(["b"])
                try await world.eventually("b is granted") { try await world.granted() == ["b"] }
                #expect(try await world.access()?["status"]?["keySet"] == nil)
                #expect(try await world.get(.configMaps, "influxdb-admin-keys") == nil)
                let events = try await world.events()
                #expect(events.count { $0.hasPrefix("Warning KeysUnavailable") } == 1)
                try world.realm.misbehave(nil)
                try await world.reports("Ready=True/Ready")
            }
        }
    }

    @Test func `the last good set stays while the provider is down, and nothing is written meanwhile`() async throws {
        try await withWorld { world in
            let clock = ManualClock()
            try await world.operating(clock: clock) { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                let before = try #require(try await world.access()?["status"]?["keySet"])
                try world.realm.misbehave(.html)
                clock.advance(by: .seconds(300))
                try await world.reports("KeysAvailable=False/NotJSON")
                #expect(try await world.message("KeysAvailable").contains("last good keys serve"))
                #expect(try await world.access()?["status"]?["keySet"] == before)
                let writes = try await world.quiet()
                // Ten more failures say nothing new.
                for _ in 0..<10 {
                    let fetches = try world.realm.counts.keys
                    try await world.eventually("another fetch") {
                        clock.advance(by: .seconds(30))
                        return try world.realm.counts.keys > fetches
                    }
                }
                #expect(try await world.quiet() == writes)
                // Another fault is another reason: one more report.
                try world.realm.misbehave(.status(503))
                try await world.eventually("another reason") {
                    clock.advance(by: .seconds(30))
                    return try await world.message("KeysAvailable").contains("error status")
                }
                // After maxStale the last good set is none any more; grants stay.
                clock.advance(by: .seconds(86_400))
                try await world.eventually("the keys are given up") {
                    try await world.access()?["status"]?["keySet"] == nil
                }
                #expect(try await world.granted() == ["a"])
                try world.realm.misbehave(nil)
                try await world.eventually("the keys are back") {
                    clock.advance(by: .seconds(30))
                    return try await world.access()?["status"]?["keySet"]?["hash"] == before["hash"]
                }
            }
        }
    }

    @Test func `a rotation is told once, and published`() async throws {
        try await withWorld { world in
            let clock = ManualClock()
            try await world.operating(clock: clock) { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                let before = try #require(try await world.access()?["status"]?["keySet"])
                try world.realm.rotate(withdrawing: true)
                try await world.quiet()
                // The report counts whole seconds.
                try await Task.sleep(for: .milliseconds(1_100))
                clock.advance(by: .seconds(300))
                try await world.eventually("the new key is reported") {
                    try await world.access()?["status"]?["keySet"]?["hash"] != before["hash"]
                }
                try await world.quiet()
                let after = try #require(try await world.access()?["status"]?["keySet"])
                #expect(after["changedAt"] != before["changedAt"])
                let kid = try world.realm.activeKeyID()
                #expect(after["keys"]?.array?.map { $0["kid"]?.string } == [kid])
                let text = try await world.get(.configMaps, "influxdb-admin-keys")?["data"]?["jwks.json"]?.string
                #expect(text?.contains(kid) == true)
                #expect(try await world.events().count { $0.hasPrefix("Normal KeysChanged") } == 1)
                try await world.reports("Ready=True/Ready")
            }
        }
    }

    @Test func `AppInstances of one endpoint share its fetches`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                for (name, namespace) in [("one", "default"), ("two", "default"), ("one", "team-a")] {
                    try await world.create(["a"], name, in: namespace)
                }
                try await world.reports("Ready=True/Ready", of: "one")
                try await world.reports("Ready=True/Ready", of: "two")
                try await world.reports("Ready=True/Ready", of: "one", in: "team-a")
                #expect(try world.realm.counts.keys == 1)
            }
        }
    }

    @Test func `a discovery document is followed, and its issuer taken`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                let realm = try world.provider.realm("tenant")
                let admin = World.admin(
                    [World.user("auth0|a")],
                    endpoint: try await realm.discoveryURL,
                    provider: "auth0"
                )
                try await world.create(World.instance(admin: admin))
                try await world.reports("Ready=True/Ready")
                let status = try #require(try await world.access()?["status"])
                #expect(status["issuer"]?["source"] == "Discovered")
                #expect(status["issuer"]?["value"]?.string == (try await realm.issuer))
                #expect(status["keySet"]?["document"] == "Discovery")
                #expect(status["keySet"]?["uri"]?.string == (try await realm.keysURL))
                #expect(try await world.message("KeysAvailable").contains("discovery document"))
            }
        }
    }

    @Test func `another endpoint takes the keys of the former with it`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                let before = try #require(try await world.access()?["status"]?["keySet"])
                let other = try world.provider.realm("other")
                other.misbehave(.status(500))
                try await world.change(["jwksEndpoint": .string(try await other.keysURL)])
                try await world.reports("KeysAvailable=False/BadStatus")
                #expect(try await world.access()?["status"]?["keySet"] == nil)
                other.misbehave(nil)
                try await world.reports("Ready=True/Ready")
                #expect(try await world.access()?["status"]?["keySet"]?["hash"] != before["hash"])
            }
        }
    }
}
