// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import FoundationEssentials
import KeySets
import KubeClient
import KubeController
import KubeCore
import Testing

@testable import AdminGrants

/// What an AdminAccess says.
struct StatusDecisionTests {
    private let start = Date(timeIntervalSince1970: 1_700_000_000)

    private static let facts = KeySetFacts(
        uri: "https://idp.example.com/realms/r/protocol/openid-connect/certs",
        document: "KeySet",
        discoveredIssuer: nil,
        keys: [.init(keyID: "k", keyType: "RSA", algorithms: ["RS256"], thumbprint: "t", publicKey: [:])],
        ignored: 1,
        exposed: 0,
        hash: "h"
    )

    private static let admin = AdminConfiguration(
        identityProvider: "keycloak",
        jwksEndpoint: "https://idp.example.com/realms/r/protocol/openid-connect/certs",
        users: [AdminUser(id: "a", firstName: "A", lastName: "B", email: "a@example.com")]
    )

    private func decision(
        verdict: AdminVerdict? = nil,
        admin: AdminConfiguration = Self.admin,
        keys: KeysObservation = .available(facts),
        grants: GrantOutcome? = GrantOutcome(desired: 1, granted: 1),
        previous: AdminAccessStatus? = nil,
        generation: Int64 = 1,
        after seconds: Double = 0
    ) -> StatusDecision {
        StatusDecision(
            owner: InstanceIdentity(namespace: "ns", name: "influxdb", uid: "u"),
            instanceGeneration: generation,
            accessGeneration: 1,
            spec: AdminAccess.Spec(),
            specError: nil,
            verdict: verdict ?? AdminVerdict(findings: [], admin: admin),
            keys: keys,
            grants: grants,
            previous: previous,
            now: start.addingTimeInterval(seconds)
        )
    }

    private var invalid: AdminVerdict {
        let error = FieldError(.required, FieldPath(keys: "spec", "users"), detail: "must list somebody")
        return AdminVerdict(findings: [Finding(.error, error)], admin: nil)
    }

    private func brief(_ status: AdminAccessStatus) -> [String] {
        status.conditions.map { "\($0.type)=\($0.status.rawValue)/\($0.reason)" }
    }

    @Test func `everything in force is Ready`() {
        let status = decision().status()
        #expect(
            brief(status) == [
                "ConfigValid=True/Valid", "KeysAvailable=True/KeysLoaded", "GrantsSynced=True/Synced",
                "Ready=True/Ready",
            ]
        )
        #expect(status.issuer?.value == "https://idp.example.com/realms/r")
        #expect(status.issuer?.source == .derived)
        #expect(status.userIDClaim == "sub")
        #expect(status.admins == .init(desired: 1, granted: 1))
    }

    @Test func `an invalid block leaves keys and counts as they were`() {
        let before = decision().status()
        let status = decision(verdict: invalid, keys: .pending, grants: nil, previous: before, generation: 2).status()
        #expect(
            brief(status) == [
                "ConfigValid=False/InvalidAdmin", "KeysAvailable=Unknown/UnableToValidate",
                "GrantsSynced=Unknown/UnableToValidate", "Ready=False/InvalidAdmin",
            ]
        )
        #expect(status.condition(.configValid)?.message == "spec.users: Required value: must list somebody")
        #expect(status.keySet == before.keySet)
        #expect(status.admins == before.admins)
        #expect(status.appInstance?.generation == 2)
    }

    @Test func `a provider that is down makes KeysAvailable false and leaves the grants judged`() {
        let status = decision(keys: .unavailable(reason: "Unreachable", lastGood: Self.facts)).status()
        #expect(
            brief(status) == [
                "ConfigValid=True/Valid", "KeysAvailable=False/Unreachable", "GrantsSynced=True/Synced",
                "Ready=False/Unreachable",
            ]
        )
        #expect(status.keySet?.hash == "h")
    }

    @Test(
        arguments: KeySetError.Code.allCases.filter {
            ![.notRunning, .notRegistered, .unreachable].contains($0)
        }
    )
    func `each way in which a fetch fails has its own advice`(_ code: KeySetError.Code) {
        let condition = decision(keys: .unavailable(reason: code.rawValue, lastGood: nil)).status()
            .condition(.keysAvailable)
        #expect(condition?.reason == code.rawValue)
        #expect(condition?.message.hasPrefix("jwksEndpoint cannot be reached") == false)
    }

    @Test func `after a restart the judgement of an unchanged AppInstance stays until a fetch has ended`() {
        let before = decision().status()
        let same = decision(keys: .pending, previous: before, after: 60).status()
        #expect(same.json == before.json)
        let unrelated = decision(keys: .pending, previous: before, generation: 2, after: 60).status()
        #expect(unrelated.conditions == before.conditions)
        var moved = Self.admin
        moved.jwksEndpoint = "https://other.example.com/keys"
        let changed = decision(admin: moved, keys: .pending, previous: before, generation: 2, after: 60).status()
        #expect(changed.condition(.keysAvailable)?.reason == "Pending")
        #expect(changed.keySet == nil)
    }

    @Test func `deciding again later changes nothing`() {
        let before = decision().status()
        #expect(decision(previous: before, after: 3_600).status().json == before.json)
    }

    @Test func `a transition time moves only when the condition flips`() {
        let before = decision().status()
        let down = decision(
            keys: .unavailable(reason: "TimedOut", lastGood: nil),
            previous: before,
            after: 60
        ).status()
        #expect(down.condition(.keysAvailable)?.lastTransitionTime == start.addingTimeInterval(60))
        #expect(down.condition(.configValid)?.lastTransitionTime == start)
    }

    @Test func `foreign grants are named and make the AdminAccess not ready`() {
        let outcome = GrantOutcome(desired: 1, granted: 1, foreign: ["by-hand"])
        let status = decision(grants: outcome).status()
        #expect(status.condition(.grantsSynced)?.reason == "ForeignGrant")
        #expect(status.condition(.grantsSynced)?.message.contains("by-hand") == true)
        #expect(status.condition(.ready)?.status == .no)
    }

    @Test func `no e-mail address is in a status`() {
        #expect(!decision().status().json.jsonText.contains("@"))
    }

    @Test func `a discovered issuer stays while nothing is known yet`() {
        var facts = Self.facts
        facts.document = "Discovery"
        facts.discoveredIssuer = "https://issuer.example.com/"
        let before = decision(keys: .available(facts)).status()
        #expect(before.issuer?.source == .discovered)
        let after = decision(keys: .pending, previous: before, after: 60).status()
        #expect(after.json == before.json)
    }

    @Test func `keys taken up from the ConfigMap do not forget how many were ignored`() {
        let before = decision().status()
        var stored = Self.facts
        stored.ignored = 0
        let status = decision(keys: .unavailable(reason: "TimedOut", lastGood: stored), previous: before).status()
        #expect(status.keySet == before.keySet)
        #expect(status.keySet?.ignored == 1)
    }

    @Test func `warnings without end fit into a message`() {
        let findings = (0..<2_000).map { index in
            Finding(.warning, FieldError(.invalid, FieldPath(keys: "users\(index)"), detail: "is odd in some way"))
        }
        let status = decision(verdict: AdminVerdict(findings: findings, admin: Self.admin)).status()
        let message = status.condition(.configValid)?.message ?? ""
        #expect(message.utf8.count <= 32 << 10)
        #expect(message.hasSuffix(" more"))
    }

    @Test func `a surplus that may not be deleted is reported while paused`() {
        let outcome = GrantOutcome(desired: 1, granted: 1, isPaused: true, hasSurplus: true)
        #expect(decision(grants: outcome).status().condition(.grantsSynced)?.reason == "Paused")
        let level = GrantOutcome(desired: 1, granted: 1, isPaused: true)
        #expect(decision(grants: level).status().condition(.grantsSynced)?.status == .yes)
    }

    @Test func `a refused write has a reason of its own, whatever else failed`() {
        var result = GrantWriter.Result()
        result.failures = [KubeError(.conflict, "cannot"), KubeError(.forbidden, "cannot")]
        let outcome = GrantOutcome(GrantPlan(), result)
        #expect(outcome.failure?.reason == .writeForbidden)
        let condition = decision(grants: outcome).status().condition(.grantsSynced)
        #expect(condition?.reason == "WriteForbidden")
        #expect(condition?.message.contains("service account") == true)
        #expect(outcome.failure?.error.kind == .transient(.external))
    }

    @Test(arguments: KeySetError.Code.allCases)
    func `every failure of a fetch is a reason with advice`(code: KeySetError.Code) throws {
        // What the cache says of itself never reaches a report.
        if code == .notRunning || code == .notRegistered { return }
        let reason = try #require(Reason(rawValue: code.rawValue))
        let status = decision(keys: .unavailable(reason: code.rawValue, lastGood: nil)).status()
        #expect(status.condition(.keysAvailable)?.reason == code.rawValue)
        #expect(status.condition(.ready)?.reason == code.rawValue)
        let fallback = StatusDecision.advice(for: .valid)
        #expect((StatusDecision.advice(for: reason) == fallback) == (code == .unreachable))
    }
}
