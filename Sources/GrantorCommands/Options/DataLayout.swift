// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The layouts of output that is data.
enum DataLayout: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// For people.
    case text
    /// For programs.
    case json
}
