// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials

/// When a QR code is drawn.
enum QRChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// On a terminal that shows Unicode.
    case auto
    /// In any case.
    case always
    /// Nowhere.
    case never

    /// Decides for a stream, by the terminal and by the locale (POSIX, 8.2: the first of the three that is set counts).
    func isWanted(isTerminal: Bool, environment: [String: String]) -> Bool {
        switch self {
        case .always: return true
        case .never: return false
        case .auto:
            guard isTerminal, environment["TERM"] != "dumb" else { return false }
            let names = ["LC_ALL", "LC_CTYPE", "LANG"]
            let locale = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
            let charset = (locale ?? "").lowercased().filter { $0 != "-" }
            return charset.hasSuffix("utf8") || charset.contains("utf8@")
        }
    }
}
