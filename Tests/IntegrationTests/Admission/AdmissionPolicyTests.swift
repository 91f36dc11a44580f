// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import TestKit
import Testing

/// What the policies of `grantor admission policy` say in a real API server.
@Suite(.needsKubectl, .needsGrantor, .needsRealCluster, .timeLimit(.minutes(10)))
struct AdmissionPolicyTests {
    @Test func `the policy says of each block what the table says`() async throws {
        try await withPolicies { cluster in
            for example in AdmissionCases.all {
                let object = example.instance(name: "influxdb", namespace: cluster.namespace)
                let (verdict, text) = try await cluster.verdict(object)
                #expect(verdict == example.policyVerdict, "\(example): \(text)")
                guard let field = example.field, verdict != .allowed else { continue }
                #expect(text.contains(": \(field): "), "\(example): \(text)")
                guard example.policyException == nil else { continue }
                // The words are those of the rules; only the advice what was probably meant may be less.
                let findings = AdminRules().validate(try AppInstance(json: object))
                let first = try #require(findings?.errors.first ?? findings?.warnings.first)
                let words = first.description.split(separator: /:? \(?did you mean/).first ?? ""
                #expect(text.contains(words), "\(example): \(text)")
            }
        }
    }

    @Test func `an AppInstance that was wrong before the policies came can be worked on and deleted`() async throws {
        try await withPolicies("--selector", "checked=yes") { cluster in
            let wrong = try #require(AdmissionCases.all(.denied).first { $0.name == "no provider" })
            let created = wrong.instance(name: "old", namespace: cluster.namespace)
            try await cluster.succeed("create", "-f", "-", input: created.jsonText)
            let patch = { (patch: String) in
                ["patch", "appinstance", "old", "-n", cluster.namespace, "--type=merge", "-p", patch]
            }
            // It comes under the policies by its label; kubit adds its finalizer, and sets and clears fields of its own.
            for change in [
                #"{"metadata":{"labels":{"checked":"yes"},"finalizers":["kubecfg.dev/appinstance-cleanup"]}}"#,
                #"{"spec":{"pause":true}}"#,
            ] {
                let outcome = try await cluster.kubectl(patch(change))
                #expect(outcome.status == 0, "\(outcome)")
            }
            let status = #"{"status":{"conditions":[]}}"#
            let written = try await cluster.kubectl(patch(status) + ["--subresource=status"])
            #expect(written.status == 0, "\(written)")
            let still = #"{"spec":{"package":{"spec":{"admin":{"dsn":{"value":"x"}}}}}}"#
            #expect(try await cluster.kubectl(patch(still)).errors.contains("identityProvider: Required value"))

            try await cluster.succeed("delete", "appinstance", "old", "-n", cluster.namespace, "--wait=false")
            let freed = try await cluster.kubectl(patch(#"{"metadata":{"finalizers":null}}"#))
            #expect(freed.status == 0, "\(freed)")
            try await cluster.succeed(
                "wait",
                "--for=delete",
                "appinstance/old",
                "-n",
                cluster.namespace,
                "--timeout=30s"
            )
        }
    }

    @Test func `a refusal names everything that is wrong`() async throws {
        try await withPolicies { cluster in
            let wrong = try #require(AdmissionCases.all(.denied).first { $0.name == "no provider" })
            var object = wrong.instance(namespace: cluster.namespace)
            object["spec"]?["package"]?["spec"]?["admin"]?["users"] = []
            let text = try await cluster.verdict(object).text
            #expect(text.contains("identityProvider: Required value"))
            #expect(text.contains("; spec.package.spec.admin.users: Required value: must list at least one user"))
        }
    }

    @Test func `with the action warn nothing is refused`() async throws {
        try await withPolicies("--action", "warn") { cluster in
            let wrong = try #require(AdmissionCases.all(.denied).first { $0.name == "no provider" })
            let (verdict, text) = try await cluster.verdict(wrong.instance(namespace: cluster.namespace))
            #expect(verdict == .warned)
            #expect(text.contains("spec.package.spec.admin.identityProvider: Required value: name the identity"))
        }
    }

    @Test func `two thousand users are judged, and more are let through`() async throws {
        try await withPolicies { cluster in
            for (count, expected) in [(2_000, AdmissionCase.Verdict.denied), (2_001, .allowed)] {
                var users = (0..<count).map { AdmissionCases.user(number: $0) }
                users[count - 1]["email"] = nil
                let good = try #require(AdmissionCases.all(.allowed).first)
                var object = good.instance(namespace: cluster.namespace)
                object["spec"]?["package"]?["spec"]?["admin"]?["users"] = .array(users)
                let (verdict, text) = try await cluster.verdict(object)
                #expect(verdict == expected, "\(text)")
                #expect(expected == .allowed || text.contains("admin.users[1999].email: Required value: "))
            }
        }
    }
}
