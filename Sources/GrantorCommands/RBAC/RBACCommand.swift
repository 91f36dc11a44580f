// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore
import OperatorCore
import YAMLSource

/// `grantor rbac`: prints the roles that the operator needs, and their bindings.
struct RBACCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rbac",
        abstract: "Print the roles that the operator needs.",
        discussion: """
            A ClusterRole for all namespaces, or a Role in each that is named, and a Role for the lease in the namespace \
            that the operator runs in; with the bindings to its service account.

            EXAMPLES
              grantor rbac | kubectl apply -f -
              grantor rbac --webhook | kubectl apply -f -
              grantor rbac --namespace influxdb --service-account influxdb/grantor | kubectl apply -f -
              grantor rbac --store configmap --namespace influxdb --service-account influxdb/grantor
            """
    )

    @OptionGroup var namespaces: NamespaceOptions

    @Option(
        help: ArgumentHelp("Who the operator is.", valueName: "namespace/name"),
        transform: ServiceAccountArgument.read
    )
    var serviceAccount = NamespacedName(namespace: "grantor", name: "grantor")

    @Flag(help: "With what the admission webhook takes.")
    var webhook = false

    @OptionGroup var forms: FormOptions

    func validate() throws {
        try forms.validate(namespaces: namespaces.names)
    }

    func run() throws {
        try StandardStream.output.write(text)
    }

    /// The roles and bindings as YAML documents.
    var text: String {
        YAMLWriter.text(
            documents: PermissionManifests(
                serviceAccount: serviceAccount,
                namespaces: namespaces.names,
                webhook: webhook,
                source: forms.foundIn,
                store: forms.store
            ).objects
        )
    }
}
