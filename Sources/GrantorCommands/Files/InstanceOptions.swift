// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore

/// Which AppInstance a command speaks of: one in a file, or one in the cluster.
struct InstanceOptions: ParsableArguments {
    @Option(
        name: [.short, .customLong("file")],
        help: ArgumentHelp("The file with the AppInstance; - is standard input.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var file: String?

    @Argument(help: ArgumentHelp("The name of an AppInstance in the cluster, instead of a file.", valueName: "name"))
    var name: String?

    @Option(
        name: [.short, .customLong("namespace")],
        help: ArgumentHelp("Its namespace; that of the context when it is left out.", valueName: "namespace")
    )
    var namespace: String?

    @OptionGroup var cluster: ClusterOptions

    func validate() throws {
        if (file == nil) == (name == nil) {
            throw ValidationError("give either a file with -f, or the name of an AppInstance in the cluster")
        }
        if file != nil, namespace != nil {
            throw ValidationError("-n goes with the name of an AppInstance in the cluster")
        }
    }

    /// Where the AppInstance comes from.
    var source: DocumentSource {
        if let name { return .live(NamespacedName(namespace: namespace, name: name)) }
        return .file(file ?? "-")
    }

    /// Reads it.
    ///
    /// - Throws: `FileError`, `DocumentError` or `KubeError`.
    func read() async throws -> LoadedDocument {
        try await source.read { try await cluster.appInstance($0) }
    }
}
