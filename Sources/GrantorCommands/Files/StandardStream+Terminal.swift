// Grantor
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension StandardStream {
    /// Whether a person looks at it.
    var isTerminal: Bool {
        isatty(rawValue) == 1
    }
}
