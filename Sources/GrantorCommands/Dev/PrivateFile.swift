// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// A file that only its owner may read, written in one step, so that nobody ever reads half of it.
struct PrivateFile {
    /// The absolute path.
    let path: String

    /// Finds out whether the file can be written, before anything else is begun.
    ///
    /// - Throws: `ExitCode` after a line on standard error.
    init(_ path: String) throws {
        self.path = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        do throws(FileError) {
            if OutputFile.exists(self.path), try !FileStatus(self.path, verb: "write").isRegular {
                let reason = OutputFile.isDirectory(self.path) ? "it is a directory" : "it is no regular file"
                throw FileError(path: self.path, verb: "write", reason: reason)
            }
            try stage("").discard()
        } catch {
            try fail("\(error)")
        }
    }

    /// Writes a text.
    ///
    /// - Throws: `ExitCode` after a line on standard error.
    func write(_ text: String) throws {
        do throws(FileError) {
            try stage(text).replaceTarget()
        } catch {
            try fail("\(error)")
        }
    }

    private func stage(_ text: String) throws(FileError) -> StagedFile {
        // The mode is its own even where another file stood.
        try StagedFile(Array(text.utf8), for: path, name: path, like: nil, newFileMode: 0o600)
    }
}
