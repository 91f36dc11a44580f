// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevAPIServer
import Testing

@Suite(.needsPython, .timeLimit(.minutes(3)))
struct PythonClientTests {
    @Test func `the Python client works with built-in kinds`() async throws {
        try await withCluster { cluster in
            let output = try await cluster.python("client_core.py")
            #expect(output == "done\n")
        }
    }

    @Test func `the Python client works with built-in kinds over TLS and with a token`() async throws {
        try await withCluster(.init(tls: true)) { cluster in
            let output = try await cluster.python("client_core.py")
            #expect(output == "done\n")
        }
    }

    @Test func `the Python client works with custom resources`() async throws {
        try await withCluster { cluster in
            let output = try await cluster.python("client_custom.py")
            #expect(output == "done\n")
        }
    }
}
