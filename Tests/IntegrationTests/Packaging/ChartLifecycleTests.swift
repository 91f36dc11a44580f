// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Testing

/// Releases of charts/grantor in an API server, by Helm's engine.
@Suite(.needsPython, .needsKubectl, .timeLimit(.minutes(4)))
struct ChartLifecycleTests {
    /// The kinds of the Prometheus operator, which take anything here.
    static let monitoring: [JSONValue] = [
        ("ServiceMonitor", "servicemonitors"), ("PodMonitor", "podmonitors"), ("PrometheusRule", "prometheusrules"),
    ].map { kind, plural in
        [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": .string("\(plural).monitoring.coreos.com")],
            "spec": [
                "group": "monitoring.coreos.com", "scope": "Namespaced",
                "names": ["plural": .string(plural), "kind": .string(kind), "singular": .string(kind.lowercased())],
                "versions": [
                    [
                        "name": "v1", "served": true, "storage": true,
                        "schema": [
                            "openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
                        ],
                    ]
                ],
            ],
        ]
    }

    static let namespaces: [JSONValue] = ["grantor", "influxdb", "other"].map { name in
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
    }

    /// Does something with the release `grantor`, and must succeed.
    @discardableResult
    static func helm(
        _ cluster: Cluster,
        _ action: String,
        _ subject: String? = nil,
        _ values: JSONValue = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let arguments = ["release", "\(cluster.home)/kubeconfig", "grantor", action, "grantor"]
        let answer = try await ChartEngine.run(arguments + (subject.map { [$0] } ?? []), input: values)
        try #require(answer["error"] == nil, "\(action): \(answer.jsonText)", sourceLocation: sourceLocation)
        return answer
    }

    /// A chart to upgrade from: the first of this project, as it was, since none has been released yet.
    static func earlierChart(_ cluster: Cluster) async throws -> String {
        let packed = try await ChartEngine.run(["package", Self.firstChart, "0.0.1", cluster.home])
        return try #require(packed["path"]?.string)
    }

    /// The first chart of this project (fixture): templates, values and definitions of before its first release.
    static let firstChart = Tool.repositoryFile("Tests/IntegrationTests/Fixtures/first-chart")

    static func replicas(_ cluster: Cluster) async throws -> JSONValue? {
        let text = try await cluster.succeed("get", "deployment", "grantor", "-n", "grantor", "-o", "json")
        return try JSONValue(parsing: text)["spec"]?["replicas"]
    }

    @Test func `install, upgrade from an older chart, roll back, uninstall: grants outlive it all`() async throws {
        try await withCluster(manifests: [CustomResourceDefinitions.appInstance]) { cluster in
            let older = try await Self.earlierChart(cluster)
            try await Self.helm(cluster, "install", older, ["operator": ["workers": 5]])
            #expect(try await Self.replicas(cluster) == 2)
            let grant = """
                {"apiVersion": "grantor.dev/v1alpha1", "kind": "AdminGrant", "metadata": {"name": "a"}, "spec":
                {"appInstance": {"name": "influxdb"}, "userID": "u", "identityProvider": "keycloak"}}
                """
            try await cluster.succeed("create", "-f", "-", input: grant)

            try await Self.helm(cluster, "upgrade", ChartEngine.chart, ["replicas": 3])
            #expect(try await Self.replicas(cluster) == 3)
            try await Self.helm(cluster, "rollback", "1")
            #expect(try await Self.replicas(cluster) == 2)
            let history = try await Self.helm(cluster, "history").array ?? []
            #expect(history.map { $0["status"]?.string } == ["superseded", "superseded", "deployed"])
            #expect(history.map { $0["chart_version"]?.string }.first == "0.0.1")

            try await Self.helm(cluster, "uninstall")
            let left = try await cluster.succeed(
                "get",
                "deploy,svc,sa,role,rolebinding,pdb,netpol,secret,clusterrole,clusterrolebinding",
                "-A",
                "-o",
                "name"
            )
            #expect(left.isEmpty, "\(left)")
            #expect(try await cluster.succeed("get", "admingrants", "-A", "-o", "name").contains("/a"))

            // What was kept belongs to the next release of the same name, without further ado.
            try await Self.helm(cluster, "install", ChartEngine.chart)
            #expect(try await cluster.succeed("get", "admingrants", "-A", "-o", "name").contains("/a"))
        }
    }

    @Test func `without keep the CRDs go with the release`() async throws {
        try await withCluster { cluster in
            try await Self.helm(cluster, "install", ChartEngine.chart, ["crds": ["keep": false]])
            #expect(try await cluster.succeed("get", "crd", "-o", "name").contains("admingrants.grantor.dev"))
            try await Self.helm(cluster, "uninstall")
            #expect(try await !cluster.succeed("get", "crd", "-o", "name").contains("grantor.dev"))
        }
    }

    @Test func `the server takes every object of every rendering`() async throws {
        let renderings = try await ChartEngine.attempt(ChartTests.table).map { try $0.get() }
        try await withCluster(manifests: Self.namespaces + Self.monitoring) { cluster in
            for (values, rendering) in zip(ChartTests.table, renderings) {
                let objects = rendering.objects + rendering.hooks
                let list: JSONValue = ["apiVersion": "v1", "kind": "List", "items": .array(objects)]
                let outcome = try await cluster.kubectl(
                    "apply",
                    "--dry-run=server",
                    "-f",
                    "-",
                    "-o",
                    "name",
                    input: list.jsonText
                )
                #expect(outcome.status == 0, "\(values.jsonText): \(outcome.errors)")
                let names = outcome.output.split(separator: "\n")
                #expect(names.count == objects.count, "\(values.jsonText)")
            }
        }
    }
}
