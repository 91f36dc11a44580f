// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Which kubectl the tests drive; its habits differ by version, and Debian's is an old one.
struct KubectlVersion: Sendable {
    /// The second number of the version: 32 for 1.32.
    let minor: Int

    /// The version of the kubectl on the path; `nil` when there is none.
    static var current: KubectlVersion? {
        get async throws {
            guard let path = Tool.kubectl.path else { return nil }
            let result = try await Command(path: path, arguments: ["version", "--client", "-o", "json"]).run()
            let version = try JSONValue(parsing: result.output)
            let minor = version["clientVersion"]?["minor"]?.string?.prefix { $0.isNumber }
            return minor.flatMap { Int($0) }.map(KubectlVersion.init(minor:))
        }
    }
}
