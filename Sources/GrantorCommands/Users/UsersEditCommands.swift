// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Rendering

/// `grantor users add`.
struct UsersAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a user at the end of the list.",
        discussion: """
            A user who is listed already is left as they are; with other fields than those given, that is an error.

            EXAMPLES
              grantor users add values.yaml --id 'auth0|6f1' --first-name Ada --last-name Lovelace --email ada@example.com
              grantor users add - --id 42 --first-name A --last-name B --email a@example.com --group Auditor < v.yaml
            """
    )

    @OptionGroup var options: UsersFileOptions

    @OptionGroup var fields: UserFieldOptions

    func run() throws {
        let user = fields.user
        try UsersSession(options: options).run { users in
            guard users.add(user) else {
                let advice = "is listed already, with other fields: change them with grantor users set"
                throw UsersSession.Refusal(lines: ["\(options.file): \(UsersSession.shown(user.id)) \(advice)"])
            }
        }
    }
}

/// `grantor users set`.
struct UsersSetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change fields of a user who is listed.",
        discussion: """
            Fields that are not given stay. Groups are replaced as a whole.

            EXAMPLES
              grantor users set values.yaml --id 'auth0|6f1' --email ada@new.example.com
              grantor users set appinstance.yaml --id 42 --group Auditor --group Member
            """
    )

    @OptionGroup var options: UsersFileOptions

    @OptionGroup var fields: UserFieldOptions

    func run() throws {
        let user = fields.user
        try UsersSession(options: options).run { users in
            guard users.set(user) else {
                let advice = "is not listed: add the user with grantor users add"
                throw UsersSession.Refusal(lines: ["\(options.file): \(UsersSession.shown(user.id)) \(advice)"])
            }
        }
    }
}

/// `grantor users remove`.
struct UsersRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove users.",
        discussion: """
            An id that is not listed is reported, and is no error. Access ends when the file is applied.

            EXAMPLES
              grantor users remove values.yaml --id 'auth0|6f1' --id 'auth0|6f2'
            """
    )

    @OptionGroup var options: UsersFileOptions

    @Option(name: .customLong("id"), help: ArgumentHelp("The id of a user; repeatable.", valueName: "id"))
    var ids: [String]

    func run() throws {
        try UsersSession(options: options).run { users in
            for id in ids { users.remove(id) }
        }
    }
}
