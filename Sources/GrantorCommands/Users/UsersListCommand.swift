// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import ArgumentParser
import KubeCore
import YAMLSource

/// `grantor users list`.
struct UsersListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Print the users of a file, or of an AppInstance in the cluster.",
        discussion: """
            EXAMPLES
              grantor users list values.yaml
              grantor users list appinstance.yaml -o json | jq -r '.[].id'
              grantor users list -n influxdb influxdb
            """
    )

    /// The layouts of the output.
    enum Output: String, CaseIterable, ExpressibleByArgument {
        /// A table.
        case text
        /// One array.
        case json
    }

    @Argument(
        help: ArgumentHelp(
            "An AppInstance or values file; - is standard input. With -n, the name of an AppInstance.",
            valueName: "file|name"
        ),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var file: String

    @Option(
        name: [.short, .customLong("namespace")],
        help: ArgumentHelp("Take the AppInstance from this namespace in the cluster.", valueName: "namespace")
    )
    var namespace: String?

    @OptionGroup var cluster: ClusterOptions

    @Option(
        help: ArgumentHelp(
            "The AppInstance meant, by name or number, when the file has several.",
            valueName: "name|number"
        )
    )
    var document: String?

    @Option(name: [.short, .customLong("output")], help: ArgumentHelp("How to print users.", valueName: "format"))
    var output: Output = .text

    func run() async throws {
        let sources = LiveSources.sources([file], namespace: namespace)
        let live = try await LiveSources.read(sources, cluster, withBundles: false)
        let name = sources.first?.argument ?? file
        try UsersSession.explaining {
            let bytes = try live[name]?.get() ?? InputFile.read(file, limit: YAMLSource.Limits().bytes)
            let users = try UsersFile(name: name == "-" ? "<stdin>" : name, bytes: bytes, choice: document)
            switch output {
            case .text: try StandardStream.output.write(Self.table(users.users))
            case .json:
                let array = JSONValue.array(users.users.map(Self.effective))
                let text = String(decoding: JSONWriter.bytes(array, layout: .indented), as: UTF8.self)
                try StandardStream.output.write(text + "\n")
            }
        }
    }

    /// A user with the groups that count: Admin when none are named.
    private static func effective(_ user: JSONValue) -> JSONValue {
        guard user.object != nil, user["userGroups"] == nil else { return user }
        var user = user
        user["userGroups"] = [.string(AdminUser.Group.admin.rawValue)]
        return user
    }

    /// The users as a table, columns aligned.
    static func table(_ users: [JSONValue]) -> String {
        var rows = [["ID", "NAME", "EMAIL", "GROUPS"]]
        for user in users {
            func text(_ name: String) -> String {
                guard let value = user[name] else { return "" }
                return value.string.map(UsersSession.shown) ?? value.jsonText
            }
            let names = [text("firstName"), text("lastName")].filter { !$0.isEmpty }.joined(separator: " ")
            let groups = (effective(user)["userGroups"]?.array ?? []).map { $0.string ?? $0.jsonText }
            rows.append([text("id"), names, text("email"), groups.joined(separator: ",")])
        }
        var widths = [0, 0, 0, 0]
        for row in rows { for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.count) } }
        return rows.map { row in
            var line = ""
            for (index, cell) in row.enumerated() {
                line += cell
                if index < 3 { line += String(repeating: " ", count: widths[index] - cell.count + 3) }
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }
        .joined()
    }
}
