// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import ArgumentParser
import KubeCore
import YAMLSource

/// `grantor crds`: prints the custom resource definitions, as `kubectl apply -f -` takes them.
struct CRDsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crds",
        abstract: "Print the custom resource definitions.",
        discussion: """
            Grantor needs its own two. The one of AppInstance comes with kubit; clusters that run it have it.

            EXAMPLES
              grantor crds | kubectl apply -f -
              grantor crds --with-appinstance | kubectl apply -f -
            """
    )

    @Flag(
        name: .customLong("with-appinstance"),
        help: "Also print kubit's AppInstance, for servers that do not have it."
    )
    var withAppInstance = false

    func run() throws {
        try StandardStream.output.write(Self.text(withAppInstance: withAppInstance))
    }

    /// The definitions as YAML documents.
    static func text(withAppInstance: Bool) -> String {
        var definitions = CustomResourceDefinitions.all
        if withAppInstance { definitions.append(CustomResourceDefinitions.appInstance) }
        return YAMLWriter.text(documents: definitions)
    }
}
