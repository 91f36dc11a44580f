// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import ArgumentParser
import KubeCore
import Rendering
import YAMLSource

/// Reads a file, changes its users, judges the result, and writes it or shows the difference.
struct UsersSession {
    /// The rules refuse the result.
    struct Refusal: Error {
        /// What to tell, a line each.
        let lines: [String]
    }

    /// Which file, and how to write it.
    let options: UsersFileOptions

    /// Runs a change of the list, which may refuse to be made.
    ///
    /// - Throws: `ExitCode` after lines on standard error that say what went wrong.
    func run(_ change: (inout UserChange) throws -> Void) throws {
        try Self.explaining {
            if let advice = options.advice {
                try StandardStream.error.write("grantor: " + advice.map { $0 + "\n" }.joined())
                throw ExitCode(1)
            }
            let source = try EditedFile(options.file, limit: YAMLSource.Limits().bytes)
            var file = try UsersFile(name: source.name, bytes: source.bytes, choice: options.document)
            let before = file.verdict
            guard file.admin["users"].map({ $0.isNull || $0.array != nil }) ?? true else {
                throw Refusal(lines: before.errors.map { "\(file.name): \($0)" })
            }
            var users = UserChange(file.users)
            try change(&users)
            if !users.isEmpty {
                try file.setUsers(users.users)
                try judge(file, before: before)
            }
            if !options.dryRun { try source.replace(with: file.editor.bytes) }
            try report(file, users)
            if options.dryRun { try StandardStream.output.write(file.difference) }
        }
    }

    // MARK: - Judging

    /// Refuses a result that breaks a rule which the text before did not break, or that locks everybody out.
    private func judge(_ file: UsersFile, before: AdminVerdict) throws {
        var known: [String: Int] = [:]
        for finding in before.errors { known[Self.signature(finding), default: 0] += 1 }
        var lines: [String] = []
        for finding in file.verdict.errors where !Self.isLockOut(finding) {
            let signature = Self.signature(finding)
            if let count = known[signature], count > 0 {
                known[signature] = count - 1
                try StandardStream.error.write("\(file.name): note: not in order before either: \(finding)\n")
            } else {
                lines.append("\(file.name): \(finding)")
            }
        }
        if !options.force, !file.users.contains(where: Self.isAdmin) {
            let path = (file.document.kind == .values ? "" : "spec.package.spec.") + "admin.users"
            lines.append("\(file.name): \(path): nobody would be left in group Admin; --force writes it nevertheless")
        }
        guard lines.isEmpty else { throw Refusal(lines: lines) }
    }

    /// What a finding says, wherever the list has moved it.
    private static func signature(_ finding: Finding) -> String {
        let path = finding.error.path.elements.map { element in
            if case .key(let name) = element { name } else { "[]" }
        }
        return path.joined(separator: "/") + " " + finding.error.body
    }

    private static func isLockOut(_ finding: Finding) -> Bool {
        guard finding.error.path.elements.last == .key("users") else { return false }
        return finding.error.kind == .required || finding.error.detail.hasPrefix("nobody is in group Admin")
    }

    private static func isAdmin(_ user: JSONValue) -> Bool {
        guard user.object != nil else { return false }
        guard let groups = user["userGroups"] else { return true }
        return groups.array?.contains { $0.string == AdminUser.Group.admin.rawValue } ?? false
    }

    // MARK: - Reporting

    private func report(_ file: UsersFile, _ users: UserChange) throws {
        var text = ""
        for report in users.reports {
            let user = Self.shown(report.user)
            switch report.outcome {
            case .added: text += "added: \(user)\n"
            case .changed: text += "changed: \(user)\n"
            case .removed: text += "removed: \(user)\n"
            case .kept(let reason): text += "kept: \(user)\(reason.map { ": \($0)" } ?? "")\n"
            case .skipped(let reason): text += "skipped: \(user): \(reason)\n"
            }
        }
        for note in file.editor.notes { text += "\(file.name):\(note.mark): note: \(note.message)\n" }
        for finding in file.verdict.warnings where !users.isEmpty { text += "\(file.name): warning: \(finding)\n" }
        let written = options.dryRun ? "would be" : "is"
        text += users.isEmpty ? "\(file.name) is as it was\n" : "\(file.name) \(written) changed\n"
        try StandardStream.error.write(text)
    }

    /// A text from outside on one line.
    static func shown(_ text: String) -> String {
        text.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || $0.value == 0x2028 }
            ? JSONValue.string(text).jsonText : text
    }

    /// Runs a body, and turns what it throws into lines on standard error: status 1 when the rules refuse, 2 when
    /// something cannot be read or written.
    static func explaining(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let refusal as Refusal {
            try StandardStream.error.write(refusal.lines.map { "grantor: \($0)\n" }.joined())
            throw ExitCode(1)
        } catch let error as DocumentError {
            try StandardStream.error.write("grantor: \(error)\n")
            throw ExitCode(2)
        } catch let error as FileError {
            try StandardStream.error.write("grantor: \(error)\n")
            throw ExitCode(2)
        }
    }
}
