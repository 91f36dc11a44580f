// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import KubeCore
import Subprocess
import TestKit
import Testing

/// What `helm test` runs, as far as that is possible without a kubelet: the pod's own command line, with ports and
/// addresses of a test, against an API server at which the chart's operator works.
@Suite(.needsGrantor, .needsKubectl, .needsPython, .timeLimit(.minutes(4)))
struct HelmTestTests {
    /// The command line of the pod that the chart makes.
    static func arguments(_ values: JSONValue = [:]) async throws -> [String] {
        let pod = try #require(try await ChartEngine.render(values).hooks.first { $0["kind"] == "Pod" })
        let container = try #require(pod["spec"]?["containers"]?[0])
        return (container["args"]?.array ?? []).compactMap(\.string)
    }

    @Test func `every argument that the chart can give is one of the doctor's`() async throws {
        try await withWorkspace { workspace in
            let help = try await workspace.run("doctor", "--help").output
            for values in ChartTests.table where values["tests"]?["enabled"] != false {
                for argument in try await Self.arguments(values).dropFirst() {
                    let name = String(argument.prefix { $0 != "=" })
                    #expect(help.contains(name), "\(argument)")
                }
            }
        }
    }

    /// Gives the service account of the chart its roles, and the context `pod` of the kubeconfig its token.
    private static func becomePod(_ workspace: Workspace) async throws {
        let roles = try await ChartEngine.render().objects.filter {
            let kind = $0["kind"]?.string ?? ""
            return kind.hasSuffix("Role") || kind.hasSuffix("RoleBinding") || kind == "ServiceAccount"
        }
        let list: JSONValue = ["apiVersion": "v1", "kind": "List", "items": .array(roles)]
        try await workspace.kubectl("create", "namespace", "grantor")
        try await workspace.kubectl("apply", "-f", "-", input: list.jsonText)
        // As `kubectl create token` does, but in JSON.
        let path = "/api/v1/namespaces/grantor/serviceaccounts/grantor/token"
        let request = #"{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}"#
        let answer = try await workspace.kubectl("create", "--raw", path, "-f", "-", input: request)
        let token = try #require(try JSONValue(parsing: answer)["status"]?["token"]?.string)
        let cluster = try await workspace.kubectl("config", "view", "-o", "jsonpath={.clusters[0].name}")
        try await workspace.kubectl("config", "set-credentials", "pod", "--token", token)
        try await workspace.kubectl(
            "config",
            "set-context",
            "pod",
            "--cluster=\(cluster)",
            "--user=pod",
            "--namespace=grantor"
        )
    }

    @Test func `under the chart's roles it succeeds beside an operator that works, and names what lacks`() async throws
    {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let sample = try Samples.keycloak(keysAt: try await realm.keysURL)
                let asPod = ["--allow-loopback", "--context", "pod"]
                let test = try await Self.arguments() + asPod
                let operating = try await RunningOperatorTests.arguments() + ["--context", "pod"]
                _ = try await workspace.dev("--no-operator", "--rbac", "--tls").ended(by: .terminate) { lines in
                    _ = try await lines.waitForAnnouncement()
                    try await Self.becomePod(workspace)
                    try await workspace.kubectl("create", "namespace", "influxdb")
                    try await workspace.kubectl("apply", "-f", "-", input: sample)
                    _ = try await workspace.grantor(operating).ended(by: .terminate) { _ in
                        try await workspace.eventually("the AdminAccess") {
                            try await workspace.kubectl(["get", "aa", "influxdb", "-n", "influxdb"]).run().status == 0
                        }
                        try await workspace.waitForAccess(namespace: "influxdb", seconds: 30)
                        let outcome = try await workspace.grantor(test).run()
                        #expect(outcome.status == 0, "\(outcome)")
                        #expect(outcome.output.contains("asked as system:serviceaccount:grantor:grantor"))
                        #expect(outcome.output.contains("ok      grantor/grantor: held by "))
                        #expect(outcome.output.contains("ok      1 AppInstance: Ready"))
                        // Without permission to read definitions, their schemas are told all the same.
                        #expect(outcome.output.contains("admingrants.grantor.dev: in force, and what this version"))
                    }
                    try await workspace.kubectl("delete", "clusterrolebinding", "grantor")
                    let outcome = try await workspace.grantor(test).run()
                    #expect(outcome.status == 1, "\(outcome)")
                    #expect(outcome.output.contains("error   grantor/grantor: nobody leads"))
                    #expect(outcome.output.contains("error   admingrants (grantor.dev): the operator may not create, "))
                    #expect(outcome.output.contains("grantor rbac --service-account grantor/grantor | kubectl apply"))
                    let asked = try await workspace.run(
                        "doctor",
                        "--allow-loopback",
                        "--service-account",
                        "grantor/grantor"
                    )
                    #expect(asked.output.contains("error   admingrants (grantor.dev): the operator may not create, "))
                    #expect(asked.output.contains("ok      1 AppInstance: Ready"))
                }
            }
        }
    }
}
