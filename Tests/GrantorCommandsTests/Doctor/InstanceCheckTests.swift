// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import FoundationEssentials
import KeySets
import KubeCore
import Testing

@testable import GrantorCommands

struct InstanceCheckTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func admin(
        _ url: String = "https://keycloak.example.com/realms/a/protocol/openid-connect/certs"
    ) -> JSONValue {
        [
            "identityProvider": "keycloak", "jwksEndpoint": .string(url),
            "dsn": ["value": "postgres://x"],
            "users": [
                [
                    "id": "6f1b6a1c-7c0e-4b5e-9a55-0d7a3c1f2b44", "firstName": "A", "lastName": "B",
                    "email": "ada@example.com",
                ]
            ],
        ]
    }

    private func sight(
        _ admin: JSONValue,
        conditions: [Condition] = [],
        generation: Int64 = 1,
        hasAccess: Bool = true
    ) -> InstanceSight {
        var metadata = ObjectMeta(name: "influxdb")
        metadata.namespace = "a"
        metadata.generation = 1
        let status = AdminAccessStatus(appInstance: .init(uid: "u", generation: generation), conditions: conditions)
        return InstanceSight(
            name: "a/influxdb",
            instance: AppInstance(metadata: metadata, admin: admin),
            access: hasAccess ? AdminAccess(metadata: metadata, status: status) : nil,
            rules: AdminRules()
        )
    }

    private func condition(_ type: ConditionType, _ status: Condition.Status, _ reason: Reason) -> Condition {
        Condition(type, status, reason, "why", observedGeneration: 1, at: now)
    }

    @Test func `an instance that is Ready takes one line for each thing`() {
        let found = InstanceCheck.judge([sight(admin(), conditions: [condition(.ready, .yes, .ready)])], at: now)
        #expect(found.map(\.verdict) == [.ok, .ok])
        #expect(found.map(\.check) == ["admin", "status"])
    }

    @Test func `an admin block that breaks the rules is told once, and its endpoint is looked at all the same`() {
        var block = admin()
        block["users"] = []
        let broken = sight(
            block,
            conditions: [condition(.configValid, .no, .invalidAdmin), condition(.ready, .no, .invalidAdmin)]
        )
        let found = InstanceCheck.judge([broken], at: now)
        #expect(found.map(\.verdict) == [.error])
        #expect(found.first?.message.contains("spec.package.spec.admin.users") == true)
        #expect(broken.endpoint != nil)
    }

    @Test func `a URL that the rules refuse is not asked`() {
        #expect(sight(admin("http://example.com/keys")).endpoint == nil)
        #expect(sight(admin("file:///etc/passwd")).endpoint == nil)
    }

    @Test func `a condition that is False comes with advice`() throws {
        let found = InstanceCheck.judge(
            [
                sight(
                    admin(),
                    conditions: [condition(.keysAvailable, .no, .timedOut), condition(.ready, .no, .timedOut)]
                )
            ],
            at: now
        )
        let error = try #require(found.first { $0.verdict == .error })
        #expect(error.message == "KeysAvailable is False: TimedOut: why")
        #expect(error.advice.contains("NetworkPolicies"))
    }

    @Test func `an instance that nobody has looked at is an error, an old report a warning`() {
        #expect(InstanceCheck.judge([sight(admin(), hasAccess: false)], at: now).map(\.verdict) == [.ok, .error])
        let old = sight(admin(), conditions: [condition(.ready, .yes, .ready)], generation: 0)
        #expect(InstanceCheck.judge([old], at: now).map(\.verdict) == [.ok, .warning])
    }

    @Test(arguments: Reason.allCases)
    func `each reason that can be False has advice`(reason: Reason) {
        let isGood = [Reason.valid, .keysLoaded, .synced, .ready].contains(reason)
        #expect(ReasonAdvice.text(reason).isEmpty == isGood)
    }
}
