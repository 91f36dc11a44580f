// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import TestKit
import Testing
import YAMLSource

/// The chart's dashboard and alerts, with Prometheus.
@Suite(.timeLimit(.minutes(4)))
struct MonitoringTests {
    static let rulesFile = "charts/grantor/files/rules.yaml"

    static var alerts: [JSONValue] {
        get throws {
            let rules = try YAMLSource.value(in: Array(try RepositoryText.read(rulesFile).utf8))
            return (rules["groups"]?.array ?? []).flatMap { $0["rules"]?.array ?? [] }
        }
    }

    @Test(.needsPrometheus) func `promtool takes the rules`() async throws {
        let command = Command(
            path: try Tool.promtool.required(),
            arguments: ["check", "rules", Tool.repositoryFile(Self.rulesFile)]
        )
        let outcome = try await command.run()
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("SUCCESS: \(try Self.alerts.count) rules found"))
    }

    @Test(.needsPrometheus) func `alerts fire when they should, and not before`() async throws {
        let command = Command(
            path: try Tool.promtool.required(),
            arguments: ["test", "rules", Tool.repositoryFile("Tests/IntegrationTests/Fixtures/alerts.yaml")]
        )
        let outcome = try await command.run()
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test func `every alert has a severity, a sentence and a runbook, and every runbook an alert`() throws {
        var pages: Set<String> = []
        for alert in try Self.alerts {
            let name = try #require(alert["alert"]?.string)
            #expect(["critical", "warning"].contains(alert["labels"]?["severity"]?.string ?? ""), "\(name)")
            #expect(alert["annotations"]?["summary"]?.string?.isEmpty == false, "\(name)")
            let address = try #require(alert["annotations"]?["runbook"]?.string)
            let prefix = "docs/runbooks/"
            #expect(address.hasPrefix(prefix), "\(name)")
            pages.insert(String(address.dropFirst(prefix.count)))
        }
        #expect(Set(try RepositoryText.names(in: "docs/runbooks")) == pages)
        for page in pages {
            let text = try RepositoryText.read("docs/runbooks/\(page)")
            #expect(text.hasPrefix("# \(page.dropLast(3)): "), "\(page)")
            #expect(text.contains("\n## What it means for users\n") && text.contains("\n## What to do\n"), "\(page)")
        }
    }
}
