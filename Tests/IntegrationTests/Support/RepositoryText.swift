// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// Text files of the repository.
enum RepositoryText {
    /// The text of a file, by its path from the root.
    static func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: Tool.repositoryFile(path))), as: UTF8.self)
    }

    /// The names of the files of a folder, sorted.
    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Tool.repositoryFile(folder)).sorted()
    }
}
