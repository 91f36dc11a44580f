// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Rendering

/// Which file is edited, and how the result is written.
struct UsersFileOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("An AppInstance or values file; - reads standard input and writes standard output."))
    var file: String

    @Option(
        help: ArgumentHelp(
            "The AppInstance meant, by name or number, when the file has several.",
            valueName: "name|number"
        )
    )
    var document: String?

    @Flag(help: "Print the difference and write nothing.")
    var dryRun = false

    @Flag(help: "Write the file even when nobody in group Admin is left.")
    var force = false
}

/// The fields of a user.
struct UserFieldOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The id at the identity provider.", valueName: "id"))
    var id: String

    @Option(help: ArgumentHelp("The given name; it may be made up.", valueName: "name"))
    var firstName: String?

    @Option(help: ArgumentHelp("The family name; it may be made up.", valueName: "name"))
    var lastName: String?

    @Option(help: ArgumentHelp("The e-mail address; it may be made up.", valueName: "address"))
    var email: String?

    @Option(
        name: .customLong("group"),
        help: ArgumentHelp(
            "A group: Admin, Auditor or Member; repeatable. Without one, the user is an Admin.",
            valueName: "group"
        )
    )
    var groups: [String] = []

    /// The user as it is to be listed.
    var user: ListedUser {
        ListedUser(
            id: id,
            firstName: firstName,
            lastName: lastName,
            email: email,
            groups: groups.isEmpty ? nil : groups
        )
    }
}
