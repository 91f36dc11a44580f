// Grantor
// SPDX-License-Identifier: Apache-2.0

import TestKit

extension Workspace {
    /// `grantor dev` on a free port, with the kubeconfig where the programs of this folder look for it.
    func dev(_ options: String...) throws -> Command {
        try grantor(["dev", "--listen", "127.0.0.1:0", "--kubeconfig-out", path("kubeconfig")] + options)
    }
}

extension Journal<String> {
    /// Waits until `grantor dev` has told all.
    ///
    /// - Returns: Its lines.
    func waitForAnnouncement() async throws -> [String] {
        try await wait("the announcement", within: .seconds(30)) { $0.contains { $0.contains("Ctrl-C ends it") } }
    }
}
