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
/// The new text stands in a temporary file beside it, on the disk, before it takes the place of the old one: whoever
/// reads sees one or the other, whole, whatever happens. Links are followed, so that the link stays one. Mode and, as far
/// as permitted, owner stay. A file that somebody else changes in the meantime is left alone.
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
        let temporary = "\(target).\(UInt32.random(in: .min ... .max)).tmp"
        do throws(FileError) {
            try create(temporary, new, like: status)
            // As late as possible: what was read must still be what stands there.
            guard try InputFile.read(target, limit: limit) == bytes else {
                let reason = "it was changed while it was edited; nothing was written"
                throw FileError(path: name, verb: "write", reason: reason)
            }
            guard rename(temporary, target) == 0 else { throw FileError(path: name, verb: "write", code: errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        flushDirectory(of: target)
    }

    private func create(_ temporary: String, _ bytes: [UInt8], like status: FileStatus) throws(FileError) {
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path: name, verb: "write", code: errno) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw FileError(path: name, verb: "write", code: errno)
            }
        }
        // Before the mode, since a change of owner takes bits away. Who is not permitted keeps the file as their own.
        if status.owner != (geteuid(), getegid()) {
            _ = fchown(descriptor, status.owner.user, status.owner.group)
        }
        guard fchmod(descriptor, mode_t(status.mode)) == 0, fsync(descriptor) == 0 else {
            throw FileError(path: name, verb: "write", code: errno)
        }
    }

    /// Makes the new name last through a failure of power; a file system that cannot is no reason to fail now.
    private func flushDirectory(of target: String) {
        let folder = target.split(separator: "/").dropLast().joined(separator: "/")
        let descriptor = open("/" + folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        close(descriptor)
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
