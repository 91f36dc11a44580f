// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import TestKit
import Testing
import YAMLSource

/// The policies of `grantor admission policy` as the chart and kustomize install them.
@Suite(.needsPython, .needsGrantor, .timeLimit(.minutes(3)))
struct AdmissionPackagingTests {
    /// An object without the labels of the release.
    private static func plain(_ object: JSONValue) -> JSONValue {
        var object = object
        object["metadata"]?["labels"] = nil
        return object
    }

    private func printed(_ arguments: String...) async throws -> [JSONValue] {
        try await withWorkspace { workspace in
            let outcome = try await workspace.grantor(["admission", "policy"] + arguments).run()
            try #require(outcome.status == 0, "\(outcome)")
            return try YAMLSource.documents(in: Array(outcome.output.utf8)).map(\.value)
        }
    }

    private static func policies(_ rendering: ChartEngine.Rendering) -> [JSONValue] {
        let kinds = ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"]
        return rendering.objects.filter { kinds.contains($0["kind"]?.string ?? "") }
    }

    private static func sorted(_ objects: [JSONValue]) -> [JSONValue] {
        objects.sorted { ChartEngine.Rendering.name($0) < ChartEngine.Rendering.name($1) }
    }

    @Test(arguments: AdmissionPolicy.Action.allCases)
    func `the chart installs what the program prints`(_ action: AdmissionPolicy.Action) async throws {
        let values: JSONValue = ["admission": ["mode": "policy", "action": .string(action.rawValue)]]
        let rendering = try await ChartEngine.render(values, namespace: "grantor")
        let chart = Self.policies(rendering)
        #expect(chart.allSatisfy { $0["metadata"]?["labels"]?["app.kubernetes.io/name"] == "grantor" })
        let program = try await printed("--action", action.rawValue)
        #expect(Self.sorted(chart.map(Self.plain)) == Self.sorted(program), "run dev/generate.sh")
    }

    @Test func `the chart gives them the release's name, namespaces and domain`() async throws {
        let values: JSONValue = [
            "admission": ["mode": "policy"], "fullnameOverride": "admins",
            "watch": ["namespaces": ["influxdb", "other"]], "operator": ["clusterDomain": "corp.internal"],
        ]
        let chart = Self.policies(try await ChartEngine.render(values, namespace: "grantor"))
        let program = try await printed(
            "--name",
            "admins",
            "-n",
            "influxdb",
            "-n",
            "other",
            "--cluster-domain",
            "corp.internal"
        )
        #expect(Self.sorted(chart.map(Self.plain)) == Self.sorted(program))
    }

    @Test func `without the mode there is no policy`() async throws {
        #expect(Self.policies(try await ChartEngine.render([:], namespace: "grantor")).isEmpty)
    }

    @Test(.needsKubectl(minor: 21, "kubectl before 1.21 has a kustomize of 2019"))
    func `the component of kustomize installs what the program prints, and the server keeps it`() async throws {
        let program = try await printed()
        try await withCluster { cluster in
            let text = try await withWorkspace { workspace in
                // Paths in a kustomization must be relative.
                let depth = workspace.home.split(separator: "/").count
                let up = String(repeating: "../", count: depth)
                let component = Tool.repositoryFile("deploy/admission-policy").drop { $0 == "/" }
                let overlay = "kind: Kustomization\ncomponents: [\(up)\(component)]\n"
                try workspace.write(overlay, to: "kustomization.yaml")
                let outcome = try await workspace.kubectl(["kustomize", workspace.home]).run()
                try #require(outcome.status == 0, "\(outcome)")
                return outcome.output
            }
            #expect(Self.sorted(try YAMLSource.documents(in: Array(text.utf8)).map(\.value)) == Self.sorted(program))
            try await cluster.succeed("apply", "--server-side", "-f", "-", input: text)
            for object in program {
                let kind = object["kind"]?.string?.lowercased() ?? ""
                let stored = try await cluster.object(kind, object["metadata"]?["name"]?.string ?? "")
                #expect(stored["spec"] == object["spec"])
            }
        }
    }
}
