// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite(.needsGrantor, .timeLimit(.minutes(2)))
struct HelpTests {
    @Test func `the version is told`() async throws {
        try await withWorkspace { workspace in
            let outcome = try await workspace.run("--version")
            #expect(outcome.status == 0)
            #expect(outcome.output.hasPrefix("grantor "))
            #expect(outcome.output.split(separator: ".").count >= 3)
        }
    }

    @Test(arguments: ["demo", "dev", "operator", "validate", "keys", "crds", "admin-token", "completion"])
    func `each command explains itself with examples`(command: String) async throws {
        try await withWorkspace { workspace in
            let outcome = try await workspace.run(command, "--help")
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("EXAMPLES"))
            #expect(outcome.output.contains("  grantor \(command)"))
            let overview = try await workspace.run("--help")
            #expect(overview.output.contains("  \(command) "))
        }
    }

    @Test(arguments: [
        ["nonsense"], ["validate"], ["keys", "a", "b"], ["dev", "--listen", "8001"], ["crds", "--all"],
    ])
    func `a wrong command line ends with 64 and says how it goes`(arguments: [String]) async throws {
        try await withWorkspace { workspace in
            let outcome = try await workspace.grantor(arguments).run()
            #expect(outcome.status == 64)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("Error: "))
            #expect(outcome.errors.contains("--help"))
        }
    }

    @Test func `the definitions are printed whole, and one more on demand`() async throws {
        try await withWorkspace { workspace in
            let own = try await workspace.run("crds")
            #expect(own.status == 0)
            #expect(own.output.split(separator: "\n").count { $0 == "kind: CustomResourceDefinition" } == 2)
            #expect(!own.output.contains("appinstances.kubecfg.dev"))
            let all = try await workspace.run("crds", "--with-appinstance")
            #expect(all.output.hasPrefix(own.output))
            #expect(all.output.contains("name: appinstances.kubecfg.dev"))
        }
    }
}
