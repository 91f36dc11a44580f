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

/// Reads files whole, within a bound; `-` is standard input.
enum InputFile {
    /// The bytes of a file, a pipe or standard input.
    ///
    /// - Throws: `FileError` when it is a directory, cannot be read, or is larger than `limit` bytes.
    static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let isStandardInput = path == "-"
        let descriptor = isStandardInput ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, verb: "read", code: errno) }
        defer { if !isStandardInput { close(descriptor) } }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, verb: "read", code: errno) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw FileError(path: path, verb: "read", reason: "it is a directory with no *.yaml, *.yml or *.json in it")
        }
        var bytes: [UInt8] = []
        // One more than the file has, so that a second read meets the end with nothing to copy.
        var chunk = min(max(Int(status.st_size) + 1, 1 << 12), limit + 1)
        while true {
            var count = 0
            var code: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, initialized in
                count = systemRead(descriptor, UnsafeMutableRawPointer(buffer.baseAddress), chunk)
                code = errno
                initialized = max(count, 0)
            }
            guard count >= 0 || code == EINTR else { throw FileError(path: path, verb: "read", code: code) }
            if count == 0 { return bytes }
            if bytes.isEmpty { bytes = piece } else { bytes += piece }
            guard bytes.count <= limit else {
                throw FileError(path: path, verb: "read", reason: "it is larger than \(limit >> 20) MiB")
            }
            chunk = min(1 << 16, limit + 1)
        }
    }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
