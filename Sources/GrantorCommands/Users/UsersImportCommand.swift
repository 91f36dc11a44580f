// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Rendering
import YAMLSource

/// `grantor users import`: many users at once.
struct UsersImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Add the users of an exported list.",
        discussion: """
            Takes the CSV file that the portal of Microsoft Entra ID exports (Users > Download users; column id is the \
            object id), or a JSON array of objects with id, firstName, lastName and email. Who is listed already stays \
            as they are; disabled accounts and rows without id are skipped. Look at the difference first: --dry-run.

            EXAMPLES
              grantor users import values.yaml --from entra-users.csv --dry-run
              kcadm.sh get users -r influxdb | grantor users import values.yaml --from - --group Auditor
            """
    )

    @OptionGroup var options: UsersFileOptions

    @Option(help: ArgumentHelp("The CSV or JSON file; - is standard input.", valueName: "file"))
    var from: String

    @Option(
        name: .customLong("group"),
        help: ArgumentHelp("A group for those whom the list gives none; repeatable.", valueName: "group")
    )
    var groups: [String] = []

    func validate() throws {
        if from == "-", options.file == "-" { throw ValidationError("only one file can be standard input") }
    }

    func run() throws {
        try UsersSession.explaining {
            let imported = try Self.users(from: from)
            try UsersSession(options: options).run { users in
                for row in imported {
                    switch row.user {
                    case .success(var user):
                        if user.groups == nil, !groups.isEmpty { user.groups = groups }
                        _ = users.add(user)
                    case .failure(let refusal): users.skip(row.place, refusal.reason)
                    }
                }
            }
        }
    }

    /// Reads a list: JSON when it begins as an array, else a table.
    static func users(from path: String) throws -> [ImportedUser] {
        let bytes = try InputFile.read(path, limit: YAMLSource.Limits().bytes)
        let name = path == "-" ? "<stdin>" : path
        let first = bytes.drop { [0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D].contains($0) }.first
        do throws(ImportError) {
            let isJSON = first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
            return try isJSON ? UserArray.users(in: bytes) : EntraUserTable.users(in: bytes)
        } catch {
            throw DocumentError(name, error.description)
        }
    }
}
