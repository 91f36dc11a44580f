// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import OperatorCore
import Testing

@testable import GrantorCommands

struct PermissionCheckTests {
    private func scope(_ namespaces: [String] = [], elects: Bool? = nil) -> DoctorScope {
        var configuration = OperatorConfiguration(kubernetes: KubeConfiguration(server: "http://127.0.0.1"))
        configuration.namespaces = namespaces
        return DoctorScope(configuration: configuration, elects: elects)
    }

    private func judge(
        _ scope: DoctorScope,
        _ answer: (PermissionCheck.Question) -> PermissionCheck.Answer
    ) -> [Diagnosis] {
        let questions = PermissionCheck.questions(scope, home: "grantor")
        return PermissionCheck.judge(
            questions.map { ($0, answer($0)) },
            scope: scope,
            receiver: NamespacedName(namespace: "grantor", name: "op"),
            home: "grantor"
        )
    }

    @Test func `each verb of each rule is asked for wherever it has to hold`() {
        let watched = PermissionTable.rules.filter { $0.place == .watched }.map(\.verbs.count).reduce(0, +)
        let home = PermissionTable.rules.filter { $0.place == .home }.map(\.verbs.count).reduce(0, +)
        let all = PermissionCheck.questions(scope(), home: "grantor")
        #expect(all.count == watched + home)
        #expect(all.filter { $0.rule.place == .watched }.allSatisfy { $0.namespace == nil })
        #expect(all.filter { $0.rule.place == .home }.allSatisfy { $0.namespace == "grantor" })
        #expect(PermissionCheck.questions(scope(["a", "b"]), home: "x").count == 2 * watched + home)
        #expect(PermissionCheck.questions(scope(["a"], elects: false), home: "x").count == watched)
    }

    @Test func `with the webhook its permissions are asked for, by the names of its objects`() {
        var scope = scope(["a"])
        let without = PermissionCheck.questions(scope, home: "x")
        scope.webhook = .init(configuration: "admins", secret: "admins-certificate")
        let with = PermissionCheck.questions(scope, home: "x")
        #expect(with.count == without.count + PermissionTable.webhookRules.map(\.verbs.count).reduce(0, +))
        let named = with.filter { $0.name != nil }
        #expect(Set(named.compactMap(\.name)) == ["admins", "admins-certificate"])
        #expect(named.filter { $0.name == "admins" }.allSatisfy { $0.namespace == nil })
        #expect(named.filter { $0.name != "admins" }.allSatisfy { $0.namespace == "x" })
    }

    @Test func `what is allowed is told in a line for each place`() {
        let found = judge(scope(["a"])) { _ in .decided(true) }
        #expect(found.map(\.verdict) == [.ok, .ok])
        #expect(found[0].message.hasSuffix("in namespace a are there"))
        #expect(found[1].message.hasSuffix("in namespace grantor are there"))
    }

    @Test func `what lacks is told by its rule, with where and what for, and how to get it`() throws {
        let found = judge(scope(["a", "b"])) { question in
            .decided(!(question.rule.resource == "adminaccesses/status" && question.namespace == "b"))
        }
        let lack = try #require(found.first { $0.verdict == .error })
        #expect(found.count { $0.verdict == .error } == 1)
        #expect(lack.object == "adminaccesses/status (grantor.dev)")
        #expect(lack.message == "the operator may not patch in namespace b; needed for: the report")
        #expect(lack.advice.hasPrefix("grantor rbac -n a -n b --service-account grantor/op | kubectl apply -f -"))
    }

    @Test func `a server that does not answer the question is no refusal`() {
        let found = judge(scope()) { _ in .unknown("cannot create: forbidden") }
        #expect(found.map(\.verdict) == [.skipped])
        #expect(found.first?.message.hasSuffix("could not be asked for: cannot create: forbidden") == true)
    }
}
