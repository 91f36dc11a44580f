// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import GrantorCommands

struct DiagnosisReportTests {
    private func diagnosis(
        _ verdict: Diagnosis.Verdict,
        _ area: Diagnosis.Area = .permissions,
        _ message: String = "x"
    ) -> Diagnosis {
        Diagnosis(area: area, check: "check", object: "o", verdict: verdict, message: message, advice: "do y")
    }

    @Test func `warnings alone end with 0, an error with 1`() {
        #expect(
            DiagnosisReport([diagnosis(.ok, .connection), diagnosis(.warning), diagnosis(.skipped)]).exitStatus == 0
        )
        #expect(DiagnosisReport([diagnosis(.ok, .connection), diagnosis(.error)]).exitStatus == 1)
    }

    @Test func `where nothing could be looked at the status is 2`() {
        #expect(DiagnosisReport([diagnosis(.error, .connection), diagnosis(.skipped)]).exitStatus == 2)
        #expect(DiagnosisReport([diagnosis(.error, .connection), diagnosis(.ok)]).exitStatus == 1)
    }

    @Test func `areas stand in their order, and what is alike is cut short`() {
        let many = (0..<30).map { Diagnosis(area: .endpoints, check: "c", verdict: .error, message: "number \($0)") }
        let text = DiagnosisReport(many + [diagnosis(.ok, .connection)]).text(TerminalStyle(isEnabled: false))
        #expect(text.hasPrefix("API server\n  ok      o: x\n          -> do y\n\nEndpoints\n  error   number 0\n"))
        #expect(text.contains("number 19\n  error   and 10 more: see -o json\n"))
        #expect(text.hasSuffix("1 ok, 0 warnings, 30 errors, 0 skipped\n"))
    }

    @Test func `programs get everything, with counts`() {
        let json = DiagnosisReport([diagnosis(.warning), diagnosis(.ok, .connection)]).json
        #expect(json["summary"] == ["ok": 1, "warning": 1, "error": 0, "skipped": 0])
        #expect(json["checks"]?[0]?["area"] == "connection")
        #expect(
            json["checks"]?[1] == [
                "area": "permissions", "check": "check", "object": "o", "status": "warning", "message": "x",
                "advice": "do y",
            ]
        )
    }

    @Test(arguments: [
        ("Duplicate value: \"ada@example.com\": is there", "Duplicate value: \"<redacted>\": is there"),
        ("to ada@example.com", "to <redacted>"), ("a @ b, @x and x@", "a @ b, @x and x@"), ("plain", "plain"),
    ])
    func `no e-mail address gets out`(text: String, shown: String) {
        #expect(DiagnosisReport([diagnosis(.error, .appInstances, text)]).diagnoses.first?.message == shown)
    }

    @Test func `a bounded map keeps the order and never exceeds its width`() async throws {
        let results = try await boundedMap(Array(0..<50), atMost: 4) { number in
            await Task.yield()
            return number * 2
        }
        #expect(results == (0..<50).map { $0 * 2 })
        #expect(try await boundedMap([Int](), atMost: 4) { $0 }.isEmpty)
    }
}
