// Grantor
// SPDX-License-Identifier: Apache-2.0

public import AdminGrants
public import ArgumentParser

/// Where an operator finds AppInstances and keeps what it makes of them: as objects that take CRDs, or in ConfigMaps.
struct FormOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Where AdminAccess and grants are kept: crd for objects of their own, configmap for ConfigMaps in each namespace, \
            which takes no CRD and no permission outside of it.
            """,
            valueName: "form"
        )
    )
    var store = ObjectForm.resources

    @Option(
        help: ArgumentHelp(
            """
            Where AppInstances are found: crd for objects of their own, configmap for kubit's ConfigMap app-instance in \
            each namespace; as --store when it is not given.
            """,
            valueName: "form"
        )
    )
    var source: ObjectForm?

    /// Where AppInstances are found.
    var foundIn: ObjectForm { source ?? store }

    /// Refuses ConfigMaps without a namespace.
    func validate(namespaces: [String]) throws {
        guard namespaces.isEmpty, store == .configMaps || foundIn == .configMaps else { return }
        let flag = store == .configMaps ? "--store configmap" : "--source configmap"
        throw ValidationError("\(flag) works in single namespaces: name each with --namespace.")
    }
}

extension ObjectForm: ExpressibleByArgument {}
