// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing
import YAMLSource

/// deploy/ and the chart give the same thing.
@Suite(.needsPython, .timeLimit(.minutes(3)))
struct KustomizeTests {
    /// What only a release of Helm has.
    private static let releaseLabels: Set = ["app.kubernetes.io/managed-by", "helm.sh/chart"]

    /// An installation with kustomize, and the values that ask the chart for the same.
    struct Installation: Sendable, CustomTestStringConvertible {
        let overlay: String
        let namespace: String
        let values: JSONValue
        var testDescription: String { overlay }
    }

    static let installations = [
        Installation(overlay: "default", namespace: "grantor", values: [:]),
        Installation(overlay: "admission-webhook", namespace: "grantor", values: ["admission": ["mode": "webhook"]]),
        Installation(
            overlay: "single-namespace",
            namespace: "influxdb",
            values: ["watch": ["namespaces": ["influxdb"]]]
        ),
        Installation(
            overlay: "single-namespace-configmap",
            namespace: "influxdb",
            values: ["watch": ["namespaces": ["influxdb"]], "store": "configmap"]
        ),
    ]

    /// The object without what only a release has, wherever it has labels, and without empty members.
    private static func plain(_ object: JSONValue) -> JSONValue {
        guard let members = object.object else { return object }
        var result: JSONObject = [:]
        for name in members.names where name != "labels" && name != "annotations" && name != "metadata" {
            result[name] = members[name]
        }
        var metadata: JSONObject = [:]
        for name in ["name", "namespace"] { metadata[name] = members["metadata"]?[name] }
        let labels = members["metadata"]?["labels"]?.object ?? [:]
        metadata["labels"] = .object(
            JSONObject(
                labels.names.filter { !releaseLabels.contains($0) }.compactMap { name in
                    labels[name].map { (name, $0) }
                }
            )
        )
        result["metadata"] = .object(metadata)
        return .object(result)
    }

    @Test(.needsKubectl(minor: 21, "kubectl before 1.21 has a kustomize of 2019"), arguments: installations)
    func `an overlay makes the objects of the chart`(_ installation: Installation) async throws {
        let overlay = Tool.repositoryFile("deploy/overlays/\(installation.overlay)")
        let command = Command(path: try Tool.kubectl.required(), arguments: ["kustomize", overlay])
        let outcome = try await command.run()
        try #require(outcome.status == 0, "\(outcome)")
        let documents = try YAMLSource.documents(in: Array(outcome.output.utf8)).map(\.value)
        let chart = try await ChartEngine.render(installation.values, namespace: installation.namespace)

        var ours: [String: JSONValue] = [:]
        for document in documents where document["kind"] != "Namespace" {
            ours[ChartEngine.Rendering.name(document)] = Self.plain(document)
        }
        #expect(Set(ours.keys) == chart.names)
        for object in chart.objects {
            let name = ChartEngine.Rendering.name(object)
            var expected = Self.plain(object)
            var actual = ours[name] ?? .null
            if object["kind"] == "CustomResourceDefinition" {
                // Labels of the definitions themselves are the chart's alone.
                expected = object["spec"] ?? .null
                actual = actual["spec"] ?? .null
            }
            #expect(actual == expected, "\(name): run dev/generate.sh\n\(expected.jsonText)\n\(actual.jsonText)")
        }
    }

    @Test(.needsKubectl(minor: 21, "kubectl before 1.21 has a kustomize of 2019"))
    func `the default overlay is applied as it stands`() async throws {
        try await withCluster { cluster in
            let overlay = Tool.repositoryFile("deploy/overlays/default")
            try await cluster.succeed("apply", "-k", overlay)
            let pods = try await cluster.succeed("get", "deployment", "grantor", "-n", "grantor", "-o", "json")
            #expect(PodSecurity.violations(of: try JSONValue(parsing: pods)) == [])
            // The words do not tell: kubectl calls a PodDisruptionBudget "configured" each time, since its selector is
            // replaced and not merged.
            let kinds = "crd,sa,role,clusterrole,rolebinding,clusterrolebinding,svc,deployment,pdb,networkpolicy"
            let versions = "jsonpath={.items[*].metadata.resourceVersion}"
            let before = try await cluster.succeed("get", kinds, "-A", "-o", versions)
            try await cluster.succeed("apply", "-k", overlay)
            #expect(try await cluster.succeed("get", kinds, "-A", "-o", versions) == before)
            #expect(before.split(separator: " ").count == 11)
        }
    }
}
