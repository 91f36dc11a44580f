// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Subprocess
import TestKit
import Testing

@Suite(.needsGrantor, .timeLimit(.minutes(3)))
struct DemoTests {
    @Test func `the demonstration settles and ends with 0`() async throws {
        try await withWorkspace { workspace in
            let kubeconfig = workspace.path("demo.kubeconfig")
            let outcome = try await workspace.run("demo", "--exit-when-settled", "--kubeconfig-out", kubeconfig)
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.errors.isEmpty)
            let lines = outcome.output.split(separator: "\n").map(String.init)
            func row(_ namespace: String) -> [Substring] {
                lines.first { $0.hasPrefix(namespace) && $0.contains(" influxdb ") }?.split(separator: " ") ?? []
            }
            #expect(row("influxdb-keycloak").dropFirst(2) == ["keycloak", "2", "2/2", "True", "Ready"])
            #expect(row("influxdb-auth0").dropFirst(2) == ["auth0", "2", "2/2", "True", "Ready"])
            #expect(row("influxdb-entra").dropFirst(2) == ["entra", "-", "-", "False", "InvalidAdmin"])
            #expect(lines.contains { $0.hasPrefix("  users[1].id ") && $0.contains("Duplicate value") })
            #expect(lines.contains { $0.hasSuffix("Ada Lovelace") })
            #expect(!lines.contains { $0.hasSuffix("Alan Turing") }, "an auditor is no admin")
            #expect(
                lines.suffix(2) == ["  export KUBECONFIG=\(kubeconfig)", "  kubectl get adminaccess,admingrants -A"]
            )
            let attributes = try FileManager.default.attributesOfItem(atPath: kubeconfig)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `it goes on until Ctrl-C, for kubectl`() async throws {
        try await withWorkspace { workspace in
            let demo = try workspace.grantor(["demo", "--kubeconfig-out", workspace.path("kubeconfig")])
            let ending = try await demo.ended(by: .interrupt) { lines in
                try await lines.wait("the end of the show", within: .seconds(40)) {
                    $0.contains("Everything goes on until Ctrl-C.")
                }
                guard Tool.kubectl.path != nil else { return }
                let grants = try await workspace.kubectl("get", "admingrants", "-A", "-o", "name")
                #expect(grants.split(separator: "\n").count == 4)
            }
            #expect(ending.status == 0)
            #expect(ending.isPrompt, "\(ending.delay)")
        }
    }

    @Test func `a file that cannot be written is told before anything begins`() async throws {
        try await withWorkspace { workspace in
            let outcome = try await workspace.run("demo", "--kubeconfig-out", workspace.path("none/kubeconfig"))
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(
                outcome.errors
                    == "grantor: cannot write \(workspace.path("none/kubeconfig")): No such file or directory\n"
            )
        }
    }
}
