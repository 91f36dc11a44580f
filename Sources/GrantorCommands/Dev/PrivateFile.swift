// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Files that only their owner may read.
enum PrivateFile {
    /// Writes a text in one step, so that nobody ever reads half of it.
    ///
    /// - Returns: The absolute path.
    /// - Throws: `ExitCode` after a line on standard error.
    static func write(_ text: String, to path: String) throws -> String {
        let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        let temporary = "\(absolute).\(UInt32.random(in: .min ... .max)).tmp"
        let created = FileManager.default.createFile(
            atPath: temporary,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard created, rename(temporary, absolute) == 0 else {
            try? FileManager.default.removeItem(atPath: temporary)
            try fail("cannot write \(absolute): check that the directory exists and may be written")
        }
        return absolute
    }
}
