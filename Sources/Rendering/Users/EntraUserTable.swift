// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The list of users that the portal of Microsoft Entra ID exports as CSV.
///
/// Columns are found by their names, whatever their order and letter case: `id` (the object id) is required; `givenName`,
/// `surname`, `mail`, `displayName`, `userPrincipalName` and `accountEnabled` are used where present. Spreadsheets save
/// such files with semicolons or tabs as well.
public enum EntraUserTable {
    /// Reads a table.
    ///
    /// - Throws: `ImportError` when it is no table with a column `id`.
    public static func users(in bytes: [UInt8]) throws(ImportError) -> [ImportedUser] {
        let table = try CSVTable(bytes)
        let names = (table.rows.first?.fields ?? []).map { normalized($0) }
        guard names.contains("id") || names.contains("objectid") else {
            throw ImportError("the table has no column id; its first line is to name the columns")
        }
        if let twice = names.first(where: { name in !name.isEmpty && names.count(where: { $0 == name }) > 1 }) {
            throw ImportError("the table has two columns \(twice)")
        }
        var columns: [String: Int] = [:]
        for (index, name) in names.enumerated() { columns[name] = index }
        var firstWithID: [String: Int] = [:]
        return table.rows.dropFirst().map { row in
            let imported = Record(row: row.fields, columns: columns).user(at: "line \(row.line)")
            guard case .success(let user) = imported.user else { return imported }
            if let first = firstWithID[user.id.lowercased()] {
                return ImportedUser(imported.place, refused: "its id is that of line \(first) too")
            }
            firstWithID[user.id.lowercased()] = row.line
            return imported
        }
    }

    /// The name of a column in small letters, without spaces: the portal says both `givenName` and `First name`.
    private static func normalized(_ name: String) -> String {
        name.lowercased().filter { $0.isLetter || $0.isNumber }
    }
}

/// One row, by the names of its columns.
private struct Record {
    let row: [String]
    let columns: [String: Int]

    func user(at place: String) -> ImportedUser {
        guard let id = first("id", "objectid") else { return ImportedUser(place, refused: "it has no id") }
        if let enabled = first("accountenabled"), enabled.lowercased() == "false" {
            return ImportedUser(place, refused: "the account is disabled")
        }
        let principal = first("userprincipalname")
        let display = first("displayname") ?? principal.map { String($0.prefix { $0 != "@" }) } ?? id
        let words = display.split(separator: " ")
        let family = words.count > 1 ? words.last.map(String.init) : nil
        let given = words.count > 1 ? words.dropLast().joined(separator: " ") : display
        return ImportedUser(
            place,
            ListedUser(
                id: id,
                firstName: first("givenname", "firstname") ?? given,
                lastName: first("surname", "lastname") ?? family ?? display,
                email: first("mail", "email") ?? principal
            )
        )
    }

    /// The first of several cells with something in it, without white space around it.
    private func first(_ names: String...) -> String? {
        for name in names {
            guard let column = columns[name], row.indices.contains(column) else { continue }
            var text = row[column][...]
            while text.first?.isWhitespace == true { text.removeFirst() }
            while text.last?.isWhitespace == true { text.removeLast() }
            if !text.isEmpty { return String(text) }
        }
        return nil
    }
}
