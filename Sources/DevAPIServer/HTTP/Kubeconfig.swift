// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// The kubeconfig that leads clients to this server.
enum Kubeconfig {
    /// The name of cluster, user and context.
    static let name = "grantor-dev"

    /// One cluster, one user and one context.
    static func json(server: String, credentials: ServerCredentials?) -> JSONValue {
        let cluster = JSONValue.members([
            "server": .string(server),
            "certificate-authority-data": credentials.map {
                .string(Data($0.authorityPEM.utf8).base64EncodedString())
            },
        ])
        let user = JSONValue.members(["token": credentials.map { .string($0.token) }])
        return [
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [["name": .string(name), "cluster": cluster]],
            "users": [["name": .string(name), "user": user]],
            "contexts": [
                [
                    "name": .string(name),
                    "context": ["cluster": .string(name), "user": .string(name), "namespace": "default"],
                ]
            ],
            "current-context": .string(name),
        ]
    }
}
