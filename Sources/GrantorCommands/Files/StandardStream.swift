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
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { systemWrite(rawValue, $0.baseAddress, $0.count) }
            if written > 0 {
                bytes = bytes.dropFirst(written)
            } else if errno != EINTR {
                throw FileError(
                    path: self == .output ? "standard output" : "standard error",
                    verb: "write",
                    code: errno
                )
            }
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
