// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Subprocess
import TestKit
import Testing

/// What kubectl does about access, against `grantor dev --rbac`.
@Suite(.needsGrantor, .needsKubectl, .timeLimit(.minutes(4)))
struct AccessTests {
    private static let roles = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: reader, namespace: default}
        rules:
        - {apiGroups: [""], resources: [configmaps], verbs: [get, list]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: reader, namespace: default}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
        subjects:
        - {apiGroup: rbac.authorization.k8s.io, kind: User, name: bob}
        """

    @Test func `roles are reconciled, and asked about, as in a cluster`() async throws {
        try await withWorkspace { workspace in
            let log = workspace.path("audit.jsonl")
            _ = try await workspace.dev("--rbac", "--no-operator", "--audit-log", log).ended(by: .terminate) { lines in
                _ = try await lines.waitForAnnouncement()
                let file = try workspace.write(Self.roles, to: "roles.yaml")
                let first = try await workspace.kubectl("auth", "reconcile", "-f", file)
                #expect(first.contains("reconciled"))
                try await workspace.kubectl("auth", "reconcile", "-f", file)
                #expect(try await workspace.kubectl("auth", "can-i", "list", "configmaps", "--as", "bob") == "yes\n")
                let no = try await workspace.kubectl(["auth", "can-i", "list", "secrets", "--as", "bob"]).run()
                #expect(no.status == 1)
                #expect(no.output == "no\n")
                let list = try await workspace.kubectl("auth", "can-i", "--list", "--as", "bob")
                #expect(list.contains("configmaps "))
                #expect(list.contains("[get list]"))
                #expect(list.contains("selfsubjectaccessreviews.authorization.k8s.io"))
                let refused = try await workspace.kubectl(["get", "secrets", "--as", "bob"]).run()
                #expect(
                    refused.errors.contains(
                        "Error from server (Forbidden): secrets is forbidden: User \"bob\" cannot list resource "
                            + "\"secrets\" in API group \"\" in the namespace \"default\""
                    )
                )
            }
            let events = try workspace.read("audit.jsonl").split(separator: "\n").map {
                try JSONValue(parsing: String($0))
            }
            #expect(events.allSatisfy { $0["kind"] == "Event" && $0["apiVersion"] == "audit.k8s.io/v1" })
            let refusal = try #require(
                events.first {
                    $0["objectRef"]?["resource"] == "secrets" && $0["impersonatedUser"]?["username"] == "bob"
                }
            )
            #expect(refusal["user"]?["username"] == "system:admin")
            #expect(refusal["verb"] == "list")
            #expect(refusal["stage"] == "ResponseComplete")
            #expect(refusal["responseStatus"]?["code"] == 403)
            #expect(refusal["annotations"]?["authorization.k8s.io/decision"] == "forbid")
            #expect(refusal["sourceIPs"] == ["127.0.0.1"])
            let attributes = try FileManager.default.attributesOfItem(atPath: log)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test(.needsKubectl(minor: 24, "create token came with 1.24"))
    func `a token of a service account is made and used`() async throws {
        try await withWorkspace { workspace in
            _ = try await workspace.dev("--rbac", "--no-operator").ended(by: .terminate) { lines in
                _ = try await lines.waitForAnnouncement()
                try await workspace.kubectl("create", "serviceaccount", "worker")
                let text = try await workspace.kubectl("create", "token", "worker", "--duration", "2h")
                let token = text.filter { !$0.isWhitespace }
                #expect(token.split(separator: ".").count == 3)
                let name = "system:serviceaccount:default:worker"
                let refused = try await workspace.kubectl(["get", "configmaps", "--token", token]).run()
                #expect(refused.errors.contains("User \"\(name)\" cannot list resource \"configmaps\""))
                try await workspace.kubectl("create", "role", "reader", "--verb=list", "--resource=configmaps")
                try await workspace.kubectl(
                    "create",
                    "rolebinding",
                    "reader",
                    "--role=reader",
                    "--serviceaccount=default:worker"
                )
                let found = try await workspace.kubectl("get", "configmaps", "--token", token)
                #expect(found.isEmpty)
                #expect(try await workspace.kubectl("auth", "can-i", "list", "configmaps", "--token", token) == "yes\n")
            }
        }
    }

    @Test(.needsKubectl(minor: 28, "auth whoami came with 1.28"))
    func `who one is is told, impersonated or not`() async throws {
        try await withWorkspace { workspace in
            _ = try await workspace.dev("--rbac", "--no-operator").ended(by: .terminate) { lines in
                _ = try await lines.waitForAnnouncement()
                let me = try await workspace.kubectl("auth", "whoami")
                #expect(me.contains("system:admin"))
                #expect(me.contains("[system:masters system:authenticated]"))
                let bob = try await workspace.kubectl("auth", "whoami", "--as", "bob", "--as-group", "dev")
                #expect(bob.contains("[dev system:authenticated]"))
            }
        }
    }
}
