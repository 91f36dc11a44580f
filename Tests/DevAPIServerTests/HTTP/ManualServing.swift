// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing
import YAMLSource

@testable import DevAPIServer

/// A server to try things on by hand: `GRANTOR_DEV_SERVE=PORT swift test --filter ManualServing`.
///
/// The kubeconfig is written to the path in `GRANTOR_DEV_KUBECONFIG`; with `GRANTOR_DEV_TLS` it speaks TLS.
struct ManualServing {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["GRANTOR_DEV_SERVE"] != nil))
    func `serves until it is ended`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let port = try #require(environment["GRANTOR_DEV_SERVE"].flatMap { Int($0) })
        let configuration = DevAPIServer.Configuration(port: port, tls: environment["GRANTOR_DEV_TLS"] != nil)
        try await withDevAPIServer(configuration) { server in
            if let path = environment["GRANTOR_DEV_KUBECONFIG"] {
                let text = YAMLWriter.text(try await server.kubeconfig())
                try Data(text.utf8).write(to: URL(filePath: path))
            }
            try await Task.sleep(for: .seconds(3_600))
        }
    }
}
