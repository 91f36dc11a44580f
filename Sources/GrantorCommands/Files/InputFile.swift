// Grantor
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Why a file could not be read or written.
struct FileError: Error, CustomStringConvertible {
    /// What went wrong: `cannot read x.yaml: No such file or directory`.
    let description: String

    /// Takes over what something else said: `cannot ...`.
    init(_ description: String) {
        self.description = description
    }

    init(path: String, verb: String, reason: String) {
        description = "cannot \(verb) \(path): \(reason)"
    }

    init(path: String, verb: String, code: Int32) {
        self.init(path: path, verb: verb, reason: String(cString: strerror(code)))
    }
}

/// Reads files within a bound; `-` is standard input.
enum InputFile {
    /// Whether there is a file of that name.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// The bytes of a file, a pipe or standard input.
    ///
    /// - Throws: `FileError` when it is a directory, cannot be read, or is larger than `limit` bytes.
    static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let bytes = try beginning(of: path, limit: limit + 1)
        guard bytes.count <= limit else {
            throw FileError(path: path, verb: "read", reason: "it is larger than \(limit >> 20) MiB")
        }
        return bytes
    }

    /// No more than the first bytes of a file: a device or an endless pipe does no harm.
    ///
    /// - Throws: `FileError` when it is a directory or cannot be read.
    static func beginning(of path: String, limit: Int) throws(FileError) -> [UInt8] {
        let isStandardInput = path == "-"
        let descriptor = isStandardInput ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, verb: "read", code: errno) }
        defer { if !isStandardInput { close(descriptor) } }
        return try bytes(of: descriptor, limit: limit, path: path)
    }

    private static func bytes(of descriptor: Int32, limit: Int, path: String) throws(FileError) -> [UInt8] {
        // How much is to come, where the system knows; standard input may have been read from before.
        let place = lseek(descriptor, 0, SEEK_CUR)
        let end = place < 0 ? 0 : lseek(descriptor, 0, SEEK_END)
        if place >= 0 { lseek(descriptor, place, SEEK_SET) }
        // Of a directory the end is as far away as can be.
        let size = Int(min(max(end, place) - max(place, 0), off_t(limit)))
        var bytes: [UInt8] = []
        // One more than the file has, so that a second read meets the end with nothing to copy.
        var chunk = min(max(size + 1, 1 << 12), limit)
        while bytes.count < limit {
            var count = 0
            var code: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, initialized in
                count = systemRead(descriptor, UnsafeMutableRawPointer(buffer.baseAddress), chunk)
                code = errno
                initialized = max(count, 0)
            }
            if count < 0, code == EISDIR {
                let reason = "it is a directory with no *.yaml, *.yml or *.json in it"
                throw FileError(path: path, verb: "read", reason: reason)
            }
            guard count >= 0 || code == EINTR else { throw FileError(path: path, verb: "read", code: code) }
            if count == 0 { break }
            if bytes.isEmpty { bytes = piece } else { bytes += piece }
            chunk = min(1 << 16, limit - bytes.count)
        }
        return bytes
    }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
