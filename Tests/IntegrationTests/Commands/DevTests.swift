// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Subprocess
import TestKit
import Testing

@Suite(.needsGrantor, .timeLimit(.minutes(3)))
struct DevTests {
    @Test(arguments: [Subprocess.Signal.terminate, .interrupt])
    func `a signal ends it with 0 promptly, with watches open`(signal: Subprocess.Signal) async throws {
        try await withWorkspace { workspace in
            let ending = try await workspace.dev("--with-identity-provider").ended(by: signal) { lines in
                let announced = try await lines.waitForAnnouncement()
                #expect(announced.contains { $0.hasPrefix("  keycloak  http://127.0.0.1:") })
                #expect(announced.contains { $0.hasPrefix("  azure     http://127.0.0.1:") })
                #expect(announced.contains("  export KUBECONFIG=\(workspace.path("kubeconfig"))"))
                // The operator has watches open; nothing else needs to be there.
                try await lines.wait("the operator") { $0.contains { $0.contains("controller starts") } }
            }
            #expect(ending.status == 0, "\(ending.lines.joined(separator: "\n"))")
            #expect(ending.isPrompt, "\(ending.delay)")
            #expect(!ending.lines.contains { $0.contains("error") }, "\(ending.lines.joined(separator: "\n"))")
        }
    }

    @Test func `a port that is taken is told with what to do`() async throws {
        try await withWorkspace { workspace in
            _ = try await workspace.dev("--no-operator").ended(by: .terminate) { lines in
                let first = try await lines.waitForAnnouncement()
                let url = try #require(first.first?.split(separator: " ").dropFirst(3).first)
                let address = url.dropFirst("http://".count).filter { $0 != "," }
                let second = try await workspace.run(
                    "dev",
                    "--listen",
                    address,
                    "--kubeconfig-out",
                    workspace.path("second")
                )
                #expect(second.status == 1)
                #expect(second.output.isEmpty)
                #expect(second.errors.hasPrefix("grantor: cannot listen on \(address): the port is taken; "))
                #expect(second.errors.contains("--listen"))
                #expect(!FileManager.default.fileExists(atPath: workspace.path("second")))
            }
        }
    }

    @Test func `a kubeconfig that cannot be written ends it with 1`() async throws {
        try await withWorkspace { workspace in
            for path in [workspace.path("none/kubeconfig"), workspace.home] {
                let outcome = try await workspace.run("dev", "--listen", "127.0.0.1:0", "--kubeconfig-out", path)
                #expect(outcome.status == 1)
                #expect(outcome.errors.hasPrefix("grantor: cannot write \(path): "))
                #expect(outcome.errors.split(separator: "\n").count == 1)
            }
        }
    }

    @Test(.needsKubectl) func `with TLS kubectl gets in by the kubeconfig, and nobody gets in without the token`()
        async throws
    {
        try await withWorkspace { workspace in
            let ending = try await workspace.dev("--tls").ended(by: .terminate) { lines in
                let announced = try await lines.waitForAnnouncement()
                #expect(announced.contains { $0.hasPrefix("API server at https://127.0.0.1:") })
                let definitions = try await workspace.kubectl("get", "crd", "-o", "name")
                #expect(definitions.split(separator: "\n").count == 3)
                let kubeconfig = try workspace.read("kubeconfig")
                let token = try #require(kubeconfig.split(separator: "\n").first { $0.contains("token:") })
                let stranger = try workspace.write(
                    kubeconfig.replacing(token, with: "    token: wrong"),
                    to: "stranger"
                )
                let refused = try await workspace.kubectl(
                    ["get", "crd"],
                    environment: ["KUBECONFIG": stranger]
                ).run()
                #expect(refused.status == 1)
                #expect(refused.errors.contains("Unauthorized") || refused.errors.contains("logged in"))
            }
            #expect(ending.status == 0)
            #expect(ending.isPrompt, "\(ending.delay)")
        }
    }
}
