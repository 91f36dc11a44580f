// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import Foundation  // Reads the page; tests may.
import KubeCore
import Testing

/// docs/reference/rules.md shows the messages that the rules really give.
struct RulesReferenceTests {
    @Test(arguments: AdminRulesTests.errors + AdminRulesTests.warnings)
    func `the page of the rules shows the message`(_ rule: RuleCase) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/reference/rules.md"), encoding: .utf8)
        let verdict = AdminRules().validate(admin: AdminRulesTests.changed(rule.change))
        let finding = try #require(verdict.findings.first)
        #expect(page.contains("`\(finding.error.body.replacing("|", with: "\\|"))`"))
    }
}
