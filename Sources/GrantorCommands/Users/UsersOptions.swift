// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore
import Rendering

/// Which file is edited, and how the result is written.
struct UsersFileOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("An AppInstance or values file; - reads standard input and writes standard output."),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var file: String

    @Option(
        name: [.short, .customLong("namespace")],
        help: ArgumentHelp(
            "For an AppInstance in the cluster, which is not edited: show how kubectl does it.",
            valueName: "namespace"
        )
    )
    var namespace: String?

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

    /// What to do instead when an AppInstance in the cluster is meant; `nil` for a file.
    var advice: [String]? {
        guard case .live(let name) = LiveSources.sources([file], namespace: namespace).first else { return nil }
        let place = name.namespace.map { "-n \($0) " } ?? ""
        return [
            "an AppInstance in the cluster is not edited, since its owner is Helm, git or you; with kubectl:",
            "  kubectl \(place)get appinstance \(name.name) -o yaml > \(name.name).yaml",
            "  grantor users ... \(name.name).yaml ...",
            "  kubectl replace -f \(name.name).yaml",
            "where it stands in kubit's ConfigMap, get configmap app-instance in its place",
        ]
    }
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
