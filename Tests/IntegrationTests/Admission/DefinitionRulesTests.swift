// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

/// What the CEL rules of the CRDs say in a real API server, and that the operator never breaks them.
@Suite(.needsKubectl, .needsGrantor, .needsRealCluster, .timeLimit(.minutes(5)))
struct DefinitionRulesTests {
    private func patch(_ kind: String, _ name: String, _ patch: String, in cluster: RealCluster) async throws -> String
    {
        let outcome = try await cluster.kubectl(
            ["patch", kind, name, "-n", cluster.namespace, "--type=merge", "-p", patch]
        )
        return outcome.errors
    }

    @Test func `whom a grant is for cannot be changed, and how they are called can`() async throws {
        try await withPolicies { cluster in
            let grant: JSONValue = [
                "apiVersion": "grantor.dev/v1alpha1", "kind": "AdminGrant",
                "metadata": ["name": "g", "namespace": .string(cluster.namespace)],
                "spec": ["appInstance": ["name": "a"], "userID": "u", "identityProvider": "dex", "email": "a@b.c"],
            ]
            try await cluster.succeed("create", "-f", "-", input: grant.jsonText)
            for (change, field) in [
                (#"{"spec":{"userID":"v"}}"#, "userID"), (#"{"spec":{"identityProvider":"okta"}}"#, "identityProvider"),
                (#"{"spec":{"appInstance":{"name":"b"}}}"#, "appInstance"),
            ] {
                let errors = try await patch("admingrant", "g", change, in: cluster)
                #expect(errors.contains("\(field) cannot be changed"), "\(errors)")
            }
            #expect(
                try await patch("admingrant", "g", #"{"spec":{"email":"d@e.f","groups":["Admin"]}}"#, in: cluster) == ""
            )
        }
    }

    @Test func `an AdminAccess with white space around what tokens say is refused`() async throws {
        try await withPolicies { cluster in
            let access: JSONValue = [
                "apiVersion": "grantor.dev/v1alpha1", "kind": "AdminAccess",
                "metadata": ["name": "a", "namespace": .string(cluster.namespace)],
                "spec": ["issuer": "https://dex.example.com", "audiences": ["x y"], "userIDClaim": "sub"],
            ]
            try await cluster.succeed("create", "-f", "-", input: access.jsonText)
            for (change, words) in [
                (#"{"spec":{"issuer":"https://dex.example.com "}}"#, "issuer must not have white space around it"),
                (#"{"spec":{"audiences":["a","\tb"]}}"#, "an audience must not have white space around it"),
                (#"{"spec":{"userIDClaim":" oid"}}"#, "userIDClaim must not have white space around it"),
            ] {
                let errors = try await patch("adminaccess", "a", change, in: cluster)
                #expect(errors.contains(words), "\(errors)")
            }
        }
    }

    @Test func `the operator's own writes satisfy the rules, also when an identity changes`() async throws {
        try await withPolicies { cluster in
            let good = try #require(AdmissionCases.all(.allowed).first { $0.name == "an admin beside an auditor" })
            let object = good.instance(name: "influxdb", namespace: cluster.namespace)
            try await cluster.succeed("create", "-f", "-", input: object.jsonText)
            let arguments = ["operator", "--namespace", cluster.namespace]
            let command = try cluster.workspace.grantor(arguments, environment: RealCluster.environment)
            try await command.running { lines in
                try await cluster.waitForGrants("keycloak 3f0c1a52-6a7e-4a7b-9b1e-2a4f0d9a7c11 marty@example.com")
                let admin = #"{"spec":{"package":{"spec":{"admin":{"identityProvider":"okta"}}}}}"#
                _ = try await patch("appinstance", "influxdb", admin, in: cluster)
                try await cluster.waitForGrants("okta 3f0c1a52-6a7e-4a7b-9b1e-2a4f0d9a7c11 marty@example.com")
                let users =
                    #"{"spec":{"package":{"spec":{"admin":{"users":[\#(AdmissionCases.user(number: 1).jsonText)]}}}}}"#
                _ = try await patch("appinstance", "influxdb", users, in: cluster)
                try await cluster.waitForGrants("okta 00000000-0000-4000-8000-000000000001 marty@example.com")
                let grant = try await cluster.succeed("get", "admingrants", "-n", cluster.namespace, "-o", "name")
                let name = try #require(grant.split(separator: "\n").first?.split(separator: "/").last)
                // What somebody else changed is put back.
                _ = try await patch("admingrant", String(name), #"{"spec":{"email":"x@example.com"}}"#, in: cluster)
                try await cluster.waitForGrants("okta 00000000-0000-4000-8000-000000000001 marty@example.com")
                #expect(!lines.entries.contains { $0.contains("cannot be changed") || $0.contains("Invalid") })
            }
        }
    }
}

extension RealCluster {
    /// Waits until the grants of the namespace are these, each as provider and e-mail address.
    fileprivate func waitForGrants(_ expected: String) async throws {
        let path = "jsonpath={range .items[*]}{.spec.identityProvider} {.spec.userID} {.spec.email} {end}"
        try await withDeadline(.seconds(60), "the grants \(expected)") {
            while true {
                let found = try await succeed("get", "admingrants", "-n", namespace, "-o", path)
                if found == expected + " " { return }
                try await Task.sleep(for: .milliseconds(300))
            }
        }
    }
}
