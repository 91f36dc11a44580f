// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that only its owner may read, written in one step, so that nobody ever reads half of it.
struct PrivateFile {
    /// The absolute path.
    let path: String

    /// Finds out whether the file can be written, before anything else is begun.
    ///
    /// - Throws: `ExitCode` after a line on standard error.
    init(_ path: String) throws {
        self.path = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        if OutputFile.isDirectory(self.path) {
            try fail("cannot write \(self.path): it is a directory")
        }
        let probe = try create([])
        unlink(probe)
    }

    /// Writes a text.
    ///
    /// - Throws: `ExitCode` after a line on standard error.
    func write(_ text: String) throws {
        let temporary = try create(Array(text.utf8))
        guard rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            try fail("\(FileError(path: path, verb: "write", code: code))")
        }
    }

    /// Creates a file beside it with a name of its own.
    private func create(_ bytes: [UInt8]) throws -> String {
        let temporary = "\(path).\(UInt32.random(in: .min ... .max)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { try fail("\(FileError(path: path, verb: "write", code: errno))") }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                let code = errno
                unlink(temporary)
                try fail("\(FileError(path: path, verb: "write", code: code))")
            }
        }
        return temporary
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
