// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevAPIServer
import DevIdentityProvider
import KubeCore
import ServiceLifecycle
import YAMLSource

/// Writes the kubeconfig once the server listens, and tells how to go on.
struct DevAnnouncement: Service {
    let server: DevAPIServer
    let provider: DevIdentityProvider?
    let hasOperator: Bool
    let hasDefinitions: Bool
    let kubeconfig: PrivateFile

    /// Announces, then waits for the end.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            let address = try await server.address
            try kubeconfig.write(YAMLWriter.text(try await server.kubeconfig()))
            try StandardStream.output.write(text(url: address.url, endpoints: try await endpoints()))
            try await gracefulShutdown()
        }
    }

    private func endpoints() async throws -> [(name: String, url: String)] {
        var endpoints: [(name: String, url: String)] = []
        for realm in provider?.realms ?? [] {
            // What the `admin` block calls Entra ID.
            let name = realm.shape == .entra ? "azure" : realm.shape.rawValue
            endpoints.append((name, try await realm.keysURL))
        }
        return endpoints
    }

    private func text(url: String, endpoints: [(name: String, url: String)]) -> String {
        var lines = ["API server at \(url)\(hasOperator ? ", with the operator" : ", without operator")"]
        if !endpoints.isEmpty {
            lines += ["", "Identity providers to play with, as identityProvider and jwksEndpoint:"]
            lines += endpoints.map {
                "  \($0.name)\(String(repeating: " ", count: max(1, 10 - $0.name.count)))\($0.url)"
            }
        }
        lines += ["", "In another terminal:", "  export KUBECONFIG=\(kubeconfig.path)"]
        if !hasDefinitions {
            if !hasOperator {
                lines += ["  grantor operator --allow-loopback --store configmap --namespace default"]
            }
            lines += ["  kubectl create configmap app-instance --from-file=app-instance=appinstance.yaml"]
            lines += ["  kubectl get configmaps -l app.kubernetes.io/managed-by=grantor"]
        } else if hasOperator {
            lines += ["  kubectl apply -f appinstance.yaml", "  kubectl get adminaccess,admingrants -A"]
        } else {
            lines += ["  grantor operator --allow-loopback", "  kubectl apply -f appinstance.yaml"]
        }
        lines += ["", "Everything is in memory. Ctrl-C ends it.", ""]
        return lines.joined(separator: "\n")
    }
}
