// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import FoundationEssentials
import KeySets
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
        verdict: AdminVerdict = AdminVerdict(findings: [], admin: admin),
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
            verdict: verdict,
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
        let changed = decision(keys: .pending, previous: before, generation: 2, after: 60).status()
        #expect(changed.condition(.keysAvailable)?.reason == "Pending")
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
}
