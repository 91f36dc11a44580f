// Grantor
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Where a result goes: a file that is written in one step, or standard output.
enum OutputFile {
    /// Writes bytes to a file, or to standard output when none is named (or `-`).
    ///
    /// A file is replaced as a whole, so that nobody reads half of it; it keeps its mode and owner, and links to it are followed.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - path: The file.
    ///   - newFileMode: The mode of a file that is not there yet; `nil` leaves it to the system.
    /// - Throws: `FileError`; the file is then as it was.
    static func write(_ bytes: [UInt8], to path: String?, newFileMode: UInt32? = nil) throws(FileError) {
        guard let path, path != "-" else {
            try StandardStream.output.write(String(decoding: bytes, as: UTF8.self))
            return
        }
        let status = exists(path) ? try FileStatus(path, verb: "write") : nil
        if status?.isDirectory == true { throw FileError(path: path, verb: "write", reason: "it is a directory") }
        // A pipe or a device takes what is written; a file must not take its place.
        if let status, !status.isRegular { return try writeThrough(bytes, to: path) }
        let target = status?.path ?? path
        try StagedFile(bytes, for: target, name: path, like: status, newFileMode: newFileMode).replaceTarget()
    }

    /// Whether there is a file, a directory or anything else of that name.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Whether there is a directory of that name.
    static func isDirectory(_ path: String) -> Bool {
        (try? FileStatus(path))?.isDirectory ?? false
    }

    private static func writeThrough(_ bytes: [UInt8], to path: String) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, verb: "write", code: errno) }
        defer { close(descriptor) }
        guard writeAll(bytes, to: descriptor) else { throw FileError(path: path, verb: "write", code: errno) }
    }
}
