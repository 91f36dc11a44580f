// Grantor
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that is read, changed, and written back in one step; or standard input, whose change goes to standard output.
///
/// Links are followed, so that the link stays one. Mode and, as far as permitted, owner stay. A file that somebody else
/// changes in the meantime is left alone.
struct EditedFile {
    /// The file as it was named.
    let name: String
    /// The text as it was read.
    let bytes: [UInt8]
    /// The path with links followed; `nil` for standard input.
    private let target: String?
    private let limit: Int

    /// Reads a file, or standard input for `-`.
    ///
    /// - Throws: `FileError` when it is no regular file, cannot be read, or is larger than `limit` bytes.
    init(_ path: String, limit: Int) throws(FileError) {
        self.limit = limit
        guard path != "-" else {
            name = "<stdin>"
            target = nil
            bytes = try InputFile.read(path, limit: limit)
            return
        }
        name = path
        let status = try FileStatus(path)
        guard status.isRegular else {
            let reason = status.isDirectory ? "it is a directory" : "it is no regular file"
            throw FileError(path: path, verb: "edit", reason: reason)
        }
        target = status.path
        bytes = try InputFile.read(status.path, limit: limit)
    }

    /// Puts another text in its place.
    ///
    /// - Throws: `FileError`; the file is then as it was, or as somebody else has made it.
    func replace(with new: [UInt8]) throws(FileError) {
        guard let target else {
            try StandardStream.output.write(String(decoding: new, as: UTF8.self))
            return
        }
        guard new != bytes else { return }
        // A rename needs no permission on the file itself, but who may not write it is not to replace it either.
        guard access(target, W_OK) == 0 else { throw FileError(path: name, verb: "write", code: errno) }
        let status = try FileStatus(target, verb: "write")
        let staged = try StagedFile(new, for: target, name: name, like: status)
        do throws(FileError) {
            // As late as possible: what was read must still be what stands there.
            guard try InputFile.read(target, limit: limit) == bytes else {
                let reason = "it was changed while it was edited; nothing was written"
                throw FileError(path: name, verb: "write", reason: reason)
            }
        } catch {
            staged.discard()
            throw error
        }
        try staged.replaceTarget()
    }
}
