// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import YAMLSource

/// One finding, with its place in a file.
struct FileFinding: Hashable {
    /// The file as it was named.
    let file: String
    /// Where in the file.
    let mark: Mark
    /// The field, as in `spec.package.spec.admin.users[0].id`; empty when the finding speaks of the whole file.
    let path: String
    /// How bad it is.
    let level: Finding.Level
    /// What is wrong and what to do, without the path.
    let message: String

    init(file: String, mark: Mark, path: String = "", level: Finding.Level, message: String) {
        self.file = file
        self.mark = mark
        self.path = path
        self.level = level
        self.message = message
    }

    /// The same without line and column, for an object that stands in no file.
    var withoutPlace: FileFinding {
        FileFinding(file: file, mark: Mark(line: 0, column: 0), path: path, level: level, message: message)
    }

    /// Whether line and column mean anything.
    var hasPlace: Bool { mark.line > 0 }

    /// The order of findings of one file: by position, then by path.
    static func precedes(_ lhs: Self, _ rhs: Self) -> Bool {
        if lhs.mark.line != rhs.mark.line { return lhs.mark.line < rhs.mark.line }
        if lhs.mark.column != rhs.mark.column { return lhs.mark.column < rhs.mark.column }
        let order = UTF8Order.compare(lhs.path, rhs.path)
        return order == 0 ? UTF8Order.compare(lhs.message, rhs.message) < 0 : order < 0
    }
}

/// What validating one file came to.
struct FileReport {
    /// The findings, sorted.
    var findings: [FileFinding] = []
    /// What was left out and why, for people.
    var notes: [String] = []
    /// Whether the file could not be read at all.
    var isUnreadable = false
}
