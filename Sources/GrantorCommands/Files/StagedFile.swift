// Grantor
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The new content of a file: complete, and on the disk beside it, before it takes the place of the old one.
///
/// Whoever reads the file sees the old or the new content, whole, whatever happens.
struct StagedFile {
    private let target: String
    private let name: String
    private let temporary: String

    /// Writes the content beside a file.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - target: The file's path, with links followed.
    ///   - name: What messages call the file.
    ///   - status: The file that is there, whose mode and, as far as permitted, owner the new one gets.
    ///   - newFileMode: The mode when no file is there; `nil` leaves it to the system.
    /// - Throws: `FileError`; nothing is left behind.
    init(
        _ bytes: [UInt8],
        for target: String,
        name: String,
        like status: FileStatus?,
        newFileMode: UInt32? = nil
    ) throws(FileError) {
        self.target = target
        self.name = name
        temporary = "\(target).\(UInt32.random(in: .min ... .max)).tmp"
        let mode = status?.mode ?? newFileMode
        // Where the mode may keep others out, they are kept out from the beginning.
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode == nil ? 0o666 : 0o600)
        guard descriptor >= 0 else { throw FileError(path: name, verb: "write", code: errno) }
        defer { close(descriptor) }
        guard Self.fill(descriptor, bytes, owner: status?.owner, mode: mode) else {
            let code = errno
            discard()
            throw FileError(path: name, verb: "write", code: code)
        }
    }

    /// Puts the content in the file's place.
    ///
    /// - Throws: `FileError`; the file is then as it was, and the new content gone.
    func replaceTarget() throws(FileError) {
        guard rename(temporary, target) == 0 else {
            let code = errno
            discard()
            throw FileError(path: name, verb: "write", code: code)
        }
        flushDirectory()
    }

    /// Takes the new content away again.
    func discard() {
        unlink(temporary)
    }

    /// Writes content, owner and mode, and sees them to the disk; false leaves the reason in `errno`.
    private static func fill(
        _ descriptor: Int32,
        _ bytes: [UInt8],
        owner: (user: UInt32, group: UInt32)?,
        mode: UInt32?
    ) -> Bool {
        guard writeAll(bytes, to: descriptor) else { return false }
        // Before the mode, since a change of owner takes bits away. Who is not permitted keeps the file as their own.
        if let owner, owner != (geteuid(), getegid()) { _ = fchown(descriptor, owner.user, owner.group) }
        if let mode, fchmod(descriptor, mode_t(mode)) != 0 { return false }
        return fsync(descriptor) == 0
    }

    /// Makes the new name last through a failure of power; a file system that cannot is no reason to fail now.
    private func flushDirectory() {
        let slash = target.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        close(descriptor)
    }
}
