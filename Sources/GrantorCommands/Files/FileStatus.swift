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

/// What the system knows about a file, links followed.
///
/// By way of FileManager: which module the members of `stat` belong to depends on what else is compiled in the same go,
/// and the compiler wants that module imported.
struct FileStatus {
    /// The path with all links followed.
    let path: String
    /// Whether it is a directory.
    let isDirectory: Bool
    /// Whether it is a regular file.
    let isRegular: Bool
    /// The permissions, `0o644` and the like.
    let mode: UInt32
    /// The numbers of the user and the group that own it.
    let owner: (user: UInt32, group: UInt32)

    /// Looks at a file.
    ///
    /// - Throws: `FileError` when there is none, or it cannot be reached.
    init(_ path: String, verb: String = "read") throws(FileError) {
        guard let resolved = realpath(path, nil) else { throw FileError(path: path, verb: verb, code: errno) }
        defer { free(resolved) }
        self.path = String(cString: resolved)
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: self.path) else {
            throw FileError(path: path, verb: verb, code: errno == 0 ? ENOENT : errno)
        }
        let type = attributes[.type] as? FileAttributeType
        isDirectory = type == .typeDirectory
        isRegular = type == .typeRegular
        mode = Self.number(attributes[.posixPermissions]) ?? 0o600
        owner = (
            Self.number(attributes[.ownerAccountID]) ?? geteuid(),
            Self.number(attributes[.groupOwnerAccountID]) ?? getegid()
        )
    }

    private static func number(_ value: Any?) -> UInt32? {
        // What the dictionary holds depends on whether the whole of Foundation is in the process.
        if let number = value as? Int { return UInt32(truncatingIfNeeded: number) }
        return (value as? any BinaryInteger).map { UInt32(truncatingIfNeeded: $0) }
    }
}
