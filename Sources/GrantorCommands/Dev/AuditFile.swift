// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that events are appended to, one a line, by many at once.
final class AuditFile: Sendable {
    private let descriptor: Int32

    /// Opens the file, which only its owner may read when it is new.
    ///
    /// - Throws: `ExitCode` after a line on standard error.
    init(_ path: String) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { try fail("\(FileError(path: path, verb: "write", code: errno))") }
    }

    deinit {
        close(descriptor)
    }

    /// Appends an event.
    ///
    /// A line goes out in one write, which the system does not mix with others at the end of a file; one that is not
    /// written, as to a full disk, is lost, as with an API server that does not wait for its log.
    func append(_ event: JSONValue) {
        var line = JSONWriter.bytes(event)
        line.append(UInt8(ascii: "\n"))
        _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
}
