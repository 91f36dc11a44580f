// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

@testable import AdminAPI

/// The table of rules, and what of it the policy says.
struct AdminRuleTests {
    /// What only somebody who looks at the cluster, or at the text of a file, can say.
    private static let elsewhere: Set<AdminRule> = [
        .notQuotedInSource, .bundleMissing, .bundleKeyMissing, .bundleNotPEM,
    ]

    @Test func `every rule has words and a name of its own`() {
        let texts = AdminRule.allCases.map { $0.text.filled() }
        #expect(texts.allSatisfy { $0.utf8.count > 5 && !$0.contains("{}") })
        #expect(AdminRule.allCases.allSatisfy { $0.rawValue.first?.isUppercase == true })
        #expect(AdminRule.endpointPlaceholder.text.filled(["X"]).hasPrefix("the placeholder X from"))
    }

    @Test func `every rule has a case in the table of AppInstances`() throws {
        var hit = Self.elsewhere
        // 10,001 users are too much for a table.
        hit.insert(.usersTooMany)
        for example in AdmissionCases.all {
            let verdict = AdminRules().validate(try AppInstance(json: example.instance()))
            hit.formUnion(verdict?.findings.compactMap(\.rule) ?? [])
        }
        #expect(Set(AdminRule.allCases).subtracting(hit) == [])
    }

    @Test func `the policies have the words of every rule but those that CEL cannot say`() {
        let silent = Self.elsewhere.union([.providerUnknown])
        let text = AdmissionPolicy().objects.map(\.jsonText).joined()
        for rule in AdminRule.allCases {
            let words = rule.text.parts.max { $0.utf8.count < $1.utf8.count } ?? ""
            let literal = JSONValue.string(String(CEL.literal(words).dropFirst().dropLast())).jsonText
            #expect(text.contains(literal.dropFirst().dropLast()) == !silent.contains(rule), "\(rule)")
        }
    }

    @Test func `warnings and errors are in policies of their own`() throws {
        let policies = AdmissionPolicy().objects.filter { $0["kind"] == "ValidatingAdmissionPolicy" }
        try #require(policies.count == 2)
        for (policy, level) in zip(policies, [Finding.Level.error, .warning]) {
            let text = policy.jsonText
            // A policy cannot look up whether plain http is permitted, and what is said of certificates is a warning.
            let shared = ["Certificates", "Reference", "Target", "Optional", "Unknown", "Not"]
            for rule in AdminRule.allCases where rule.level != level && rule != .endpointInsecure {
                guard let words = rule.text.parts.first, words.utf8.count > 30,
                    !shared.contains(where: rule.rawValue.hasPrefix)
                else { continue }
                #expect(!text.contains(words), "\(rule)")
            }
        }
    }

    @Test(arguments: AdmissionPolicy.Action.allCases)
    func `what the rules warn of is never refused`(_ action: AdmissionPolicy.Action) throws {
        let objects = AdmissionPolicy(action: action).objects
        let bindings = objects.filter { $0["kind"] == "ValidatingAdmissionPolicyBinding" }
        let actions = bindings.map { $0["spec"]?["validationActions"]?.array?.compactMap(\.string) ?? [] }
        switch action {
        case .deny: #expect(actions == [["Deny"], ["Warn"]])
        case .warn: #expect(actions == [["Warn"], ["Warn"]])
        case .audit: #expect(actions == [["Audit"], ["Audit"]])
        }
        for policy in objects where policy["kind"] == "ValidatingAdmissionPolicy" {
            #expect(policy["spec"]?["failurePolicy"] == "Ignore")
        }
    }

    @Test func `namespaces and labels restrict the bindings`() throws {
        let selector = try LabelSelector(parsing: "team=a,!old")
        let policy = AdmissionPolicy(namePrefix: "x", namespaces: ["one", "two"], selector: selector)
        let binding = try #require(policy.objects.last)
        #expect(binding["metadata"]?["name"] == "x-admin-warnings")
        #expect(
            binding["spec"]?["matchResources"] == [
                "namespaceSelector": [
                    "matchExpressions": [
                        ["key": "kubernetes.io/metadata.name", "operator": "In", "values": ["one", "two"]]
                    ]
                ],
                "objectSelector": [
                    "matchExpressions": [
                        ["key": "team", "operator": "In", "values": ["a"]],
                        ["key": "old", "operator": "DoesNotExist"],
                    ]
                ],
            ]
        )
        let open = AdmissionPolicy().objects.last
        #expect(open?["spec"]?["matchResources"] == nil)
    }
}
