// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore

/// A service account as the command line names it.
enum ServiceAccountArgument {
    /// Reads `namespace/name`.
    ///
    /// - Throws: `ValidationError` when it is none.
    static func read(_ text: String) throws -> NamespacedName {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError("\(text) is no service account: write it as namespace/name.")
        }
        return NamespacedName(namespace: String(parts[0]), name: String(parts[1]))
    }
}
