// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Changes the members of one profile where they stand.
struct InfluxctlProfileEditor {
    /// A header or an assignment of the profile, by its path from the profile downward.
    private struct Place {
        let element: TOMLScanner.Element
        let path: [String]
        /// The path of the table that it stands in, or that it is the header of.
        let table: [String]
    }

    private let bytes: [UInt8]
    private let name: String
    private let lineEnd: String
    private var places: [Place] = []
    private var replacements: [TextEdit] = []
    /// New lines by the offset they go to, in order.
    private var insertions: [(offset: Int, lines: [String])] = []

    /// Finds the profile of that number.
    init(_ bytes: [UInt8], index: Int, name: String) throws(InfluxctlError) {
        self.bytes = bytes
        self.name = name
        lineEnd = InfluxctlConfiguration.lineEnd(of: bytes)
        guard let elements = TOMLScanner.elements(of: bytes) else {
            throw InfluxctlError(.notEditable, "cannot edit the file: its layout is not understood")
        }
        var current = -1
        var table: [String] = []
        for element in elements {
            switch element.content {
            case .header(let path, let isArray):
                if isArray, path == ["profile"] { current += 1 }
                table = path
                guard current == index, path.first == "profile" else { continue }
                let below = Array(path.dropFirst())
                places.append(Place(element: element, path: below, table: below))
            case .assignment(let key, _):
                guard current == index, table.first == "profile" else { continue }
                let below = Array(table.dropFirst())
                places.append(Place(element: element, path: below + key, table: below))
            }
        }
        guard !places.isEmpty else {
            throw InfluxctlError(
                .notEditable,
                "cannot edit profile \(name): it is written inline; write it under [[profile]]"
            )
        }
    }

    /// The text with the members that differ put right.
    mutating func edited(_ profile: InfluxctlProfile, from current: JSONValue) throws(InfluxctlError) -> [UInt8] {
        var newTable: [InfluxctlProfile.Member] = []
        for member in profile.members where current[path: member.path] != member.value {
            if let range = valueRange(of: member.path) {
                replacements.append(TextEdit(range: range, replacement: Array(member.text.utf8)))
                continue
            }
            try checkIsFree(member)
            if let sibling = lastSibling(in: member.table) {
                insert(member, after: sibling)
            } else if let header = header(of: member.table) {
                let indent = header.element.indent + "  "
                insert(["\(indent)\(member.key) = \(member.text)"], at: header.element.lines.upperBound)
            } else {
                newTable.append(member)
            }
        }
        insertTable(newTable)
        return applied()
    }

    // MARK: - Finding

    private func valueRange(of path: [String]) -> Range<Int>? {
        for place in places where place.path == path {
            if case .assignment(_, let value) = place.element.content { return value }
        }
        return nil
    }

    private func header(of table: [String]) -> Place? {
        places.first { place in
            if case .header = place.element.content { place.path == table } else { false }
        }
    }

    /// The last assignment beside which a member of that table can be written.
    private func lastSibling(in table: [String]) -> Place? {
        places.last { place in
            if case .assignment = place.element.content { Array(place.path.dropLast()) == table } else { false }
        }
    }

    /// Refuses what a new line would define a second time.
    private func checkIsFree(_ member: InfluxctlProfile.Member) throws(InfluxctlError) {
        for place in places {
            let isInline =
                if case .assignment = place.element.content { member.path.starts(with: place.path) } else { false }
            let isTable = place.path.count >= member.path.count && place.path.starts(with: member.path)
            guard isInline || isTable else { continue }
            let path = place.path.joined(separator: ".")
            let what = isInline ? "\(path) is an inline table" : "\(path) is a table of its own"
            throw InfluxctlError(
                .notEditable,
                "cannot edit profile \(name): \(what); write it as [profile.auth.oauth2] with \(member.key) = ...",
                line: place.element.line
            )
        }
    }

    // MARK: - Writing

    private mutating func insert(_ member: InfluxctlProfile.Member, after sibling: Place) {
        // A sibling may be written with dots, as auth.oauth2.client_id: then so is the new one.
        let prefix = sibling.path.dropFirst(sibling.table.count).dropLast().map { TOMLText.key($0) + "." }.joined()
        let line = "\(sibling.element.indent)\(prefix)\(member.key) = \(member.text)"
        insert([line], at: sibling.element.lines.upperBound)
    }

    private mutating func insertTable(_ members: [InfluxctlProfile.Member]) {
        guard let table = members.first?.table, let last = places.last else { return }
        let indent = places.first?.element.indent ?? ""
        let path = (["profile"] + table).joined(separator: ".")
        var lines = ["", "\(indent)  [\(path)]"]
        lines += members.map { "\(indent)    \($0.key) = \($0.text)" }
        insert(lines, at: last.element.lines.upperBound)
    }

    private mutating func insert(_ lines: [String], at offset: Int) {
        if let index = insertions.firstIndex(where: { $0.offset == offset }) {
            insertions[index].lines += lines
        } else {
            insertions.append((offset, lines))
        }
    }

    private func applied() -> [UInt8] {
        var edits = replacements
        for (offset, lines) in insertions {
            var text = lines.map { $0 + lineEnd }.joined()
            // The last line of a file may lack its end.
            if offset > 0, bytes[offset - 1] != UInt8(ascii: "\n") {
                text = lineEnd + String(text.dropLast(1))
            }
            edits.append(TextEdit(range: offset..<offset, replacement: Array(text.utf8)))
        }
        var result: [UInt8] = []
        var position = 0
        for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            result += bytes[position..<edit.range.lowerBound]
            result += edit.replacement
            position = edit.range.upperBound
        }
        return result + bytes[position...]
    }
}
