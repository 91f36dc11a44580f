// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore

/// A label selector as the command line has it.
enum SelectorArgument {
    /// Reads the value of `--selector`.
    ///
    /// - Throws: `ValidationError` when it is none.
    static func read(_ text: String) throws -> LabelSelector {
        do {
            return try LabelSelector(parsing: text)
        } catch {
            throw ValidationError("--selector is no label selector.")
        }
    }
}
