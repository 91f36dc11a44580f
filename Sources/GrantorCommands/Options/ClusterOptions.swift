// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeClient

/// Which API server a command talks to; the flags of kubectl.
struct ClusterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The kubeconfig file to read instead of all others.", valueName: "file"),
        completion: .file()
    )
    var kubeconfig: String?

    @Option(help: ArgumentHelp("The context of the kubeconfig to use.", valueName: "name"))
    var context: String?

    /// Finds out where the API server is and who asks.
    ///
    /// - Throws: `KubeError` that names the file, the context and what to do.
    func load() throws(KubeError) -> KubeConfiguration {
        try KubeConfigurationLoader(host: .live).load(kubeconfig: kubeconfig, context: context)
    }
}
