// Grantor
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Standard output and standard error, written whole and without buffering.
enum StandardStream: Int32 {
    /// Where results go.
    case output = 1
    /// Where everything else goes.
    case error = 2

    /// Writes a text.
    ///
    /// - Throws: `FileError` when the stream takes no more, as when the reader of a pipe is gone.
    func write(_ text: String) throws(FileError) {
        guard writeAll(Array(text.utf8), to: rawValue) else {
            throw FileError(path: self == .output ? "standard output" : "standard error", verb: "write", code: errno)
        }
    }
}
