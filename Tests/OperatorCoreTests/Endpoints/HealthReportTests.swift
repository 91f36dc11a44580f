// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OperatorCore

struct HealthReportTests {
    private let good = [HealthCheck.ping, HealthCheck(name: "caches-synced") { nil }]
    private let bad = [HealthCheck.ping, HealthCheck(name: "caches-synced") { "nothing has been read yet" }]

    @Test func `when all is well one word says so, or a line for each`() {
        let short = HealthReport(good, name: "readyz", excluding: [], isVerbose: false)
        #expect(short.isHealthy)
        #expect(short.text == "ok")
        let long = HealthReport(good, name: "readyz", excluding: [], isVerbose: true)
        #expect(long.text == "[+]ping ok\n[+]caches-synced ok\nreadyz check passed\n")
    }

    @Test func `what does not hold is named, with the reason`() {
        let report = HealthReport(bad, name: "readyz", excluding: [], isVerbose: false)
        #expect(!report.isHealthy)
        #expect(report.text == "[+]ping ok\n[-]caches-synced failed: nothing has been read yet\nreadyz check failed\n")
    }

    @Test func `a check that is excluded does not count`() {
        let report = HealthReport(bad, name: "readyz", excluding: ["caches-synced"], isVerbose: true)
        #expect(report.isHealthy)
        #expect(report.text.contains("[+]caches-synced excluded: ok\n"))
    }
}
