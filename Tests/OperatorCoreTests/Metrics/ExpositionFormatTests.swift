// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OperatorCore

struct ExpositionFormatTests {
    @Test(arguments: [
        "", "*/*", "text/plain", "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", "text/html",
        "application/openmetrics-text;version=2.0.0", "application/openmetrics-text;q=0",
        "application/openmetrics-text; q=0.2, text/plain; q=0.3",
    ])
    func `the format of Prometheus is the usual one`(accept: String) {
        #expect(ExpositionFormat(accept: accept) == .prometheus)
    }

    @Test(arguments: [
        "application/openmetrics-text", "Application/OpenMetrics-Text; version=1.0.0; charset=utf-8",
        // What Prometheus 2.5x and 3 send.
        "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,"
            + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;"
            + "version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    ])
    func `who prefers OpenMetrics gets it`(accept: String) {
        #expect(ExpositionFormat(accept: accept) == .openMetrics)
    }
}
