// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevAPIServer
import KubeCore
import ServiceLifecycle
import YAMLSource

/// Writes the kubeconfig once the server listens, and tells how to go on.
struct DevAnnouncement: Service {
    let server: DevAPIServer
    let kubeconfigPath: String

    /// Announces, then waits for the end.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            let address = try await server.address
            let path = try PrivateFile.write(YAMLWriter.text(try await server.kubeconfig()), to: kubeconfigPath)
            try StandardStream.output.write(
                """
                API server at \(address.url)

                  export KUBECONFIG=\(path)
                  kubectl apply -f appinstance.yaml
                  kubectl get adminaccess,admingrants -A

                """
            )
            try await gracefulShutdown()
        }
    }
}
