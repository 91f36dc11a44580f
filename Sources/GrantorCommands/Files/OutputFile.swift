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
    /// The file is replaced as a whole, so that nobody reads half of it; it keeps its mode, and links to it are followed.
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
        let target = status?.path ?? path
        let temporary = "\(target).\(UInt32.random(in: .min ... .max)).tmp"
        do throws(FileError) {
            try create(temporary, bytes, mode: (status?.mode ?? newFileMode).map { mode_t($0) }, for: path)
            guard rename(temporary, target) == 0 else { throw FileError(path: path, verb: "write", code: errno) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Whether there is a file, a directory or anything else of that name.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Whether there is a directory of that name.
    static func isDirectory(_ path: String) -> Bool {
        (try? FileStatus(path))?.isDirectory ?? false
    }

    private static func create(
        _ temporary: String,
        _ bytes: [UInt8],
        mode: mode_t?,
        for path: String
    ) throws(FileError) {
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileError(path: path, verb: "write", code: errno) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw FileError(path: path, verb: "write", code: errno)
            }
        }
        if let mode, fchmod(descriptor, mode) != 0 { throw FileError(path: path, verb: "write", code: errno) }
        guard fsync(descriptor) == 0 else { throw FileError(path: path, verb: "write", code: errno) }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
