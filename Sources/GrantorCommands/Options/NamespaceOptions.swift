// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Which namespaces an operator looks after.
struct NamespaceOptions: ParsableArguments {
    @Option(
        name: [.customShort("n"), .customLong("namespace")],
        help: ArgumentHelp(
            "A namespace that the operator looks after; repeat for several. All when none is given.",
            valueName: "namespace"
        )
    )
    var names: [String] = []
}
