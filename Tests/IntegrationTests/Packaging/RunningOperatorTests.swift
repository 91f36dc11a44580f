// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import FoundationEssentials
import KubeCore
import Subprocess
import TestKit
import Testing

/// The operator as the chart starts it.
@Suite(.needsGrantor, .needsPython, .timeLimit(.minutes(4)))
struct RunningOperatorTests {
    /// The arguments that the chart gives, with ports that are free here and the identity provider of a test in reach.
    static func arguments(_ values: JSONValue = [:]) async throws -> [String] {
        let given = try ChartTests.arguments(try await ChartEngine.render(values))
        return given.map { argument in
            let name = argument.prefix { $0 != "=" }
            return name.hasSuffix("-bind-address") ? "\(name)=127.0.0.1:0" : argument
        } + ["--allow-loopback"]
    }

    /// The address at which a path is served, once the log tells.
    static func address(of path: String, in lines: Journal<String>) async throws -> String {
        let entries = try await lines.wait("the address of \(path)", within: .seconds(30)) { lines in
            lines.contains { $0.contains("endpoints are served") && $0.contains(path) }
        }
        let line = try #require(entries.first { $0.contains("endpoints are served") && $0.contains(path) })
        return String(try #require(line.firstMatch(of: /127\.0\.0\.1:[0-9]+/)).output)
    }

    @Test func `every argument that the chart can give is one of the operator's`() async throws {
        try await withWorkspace { workspace in
            let help = try await workspace.run("operator", "--help").output
            for answer in try await ChartEngine.attempt(ChartTests.table) {
                let arguments = try ChartTests.arguments(try answer.get())
                #expect(arguments.first == "operator")
                for argument in arguments.dropFirst() {
                    let name = String(argument.prefix { $0 != "=" })
                    #expect(name.hasPrefix("--") && help.contains(name), "\(argument)")
                }
            }
        }
    }

    @Test(.needsKubectl, .needsPrometheus)
    func `dashboard and alerts find series of an operator that runs as the chart starts it`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let sample = try Samples.keycloak(keysAt: try await realm.keysURL)
                let arguments = try await Self.arguments()
                _ = try await workspace.dev("--no-operator").ended(by: .terminate) { lines in
                    _ = try await lines.waitForAnnouncement()
                    let command = try workspace.grantor(arguments)
                    let ending = try await command.ended(by: .terminate) { lines in
                        let metrics = try await Self.address(of: "/metrics", in: lines)
                        try await workspace.kubectl("create", "namespace", "influxdb")
                        try await workspace.kubectl("apply", "-f", "-", input: sample)
                        try await workspace.waitForAccess(namespace: "influxdb", seconds: 30)
                        try await Self.checkSeries(workspace, metrics)
                    }
                    #expect(ending.status == 0)
                }
            }
        }
    }

    /// Lets Prometheus look at the metrics, and at everything that the chart asks of them.
    private static func checkSeries(_ workspace: Workspace, _ metrics: String) async throws {
        let command = Command(
            path: try Tool.python.required(),
            arguments: [
                Tool.script("prometheus_check.py"), try Tool.prometheus.required(), workspace.home, ChartEngine.chart,
                metrics,
            ],
            environment: Workspace.variables(home: workspace.home),
            limit: .seconds(120)
        )
        let outcome = try await command.run()
        try #require(outcome.status == 0, "\(outcome)")
        let result = try JSONValue(parsing: outcome.output)
        for part in ["panels", "variables", "selectors"] {
            let entries = result[part]?.array ?? []
            #expect(entries.count > 1, "\(part)")
            for entry in entries {
                #expect(entry[2]?.integer ?? 0 > 0, "\(part): no series for \(entry.jsonText)")
            }
        }
        let rules = result["rules"]?.array ?? []
        #expect(rules.count == (try MonitoringTests.alerts.count))
        for rule in rules {
            // Nothing is wrong with this operator.
            #expect(rule[1] == "ok" && rule[2] != "firing", "\(rule.jsonText)")
        }
    }
}
