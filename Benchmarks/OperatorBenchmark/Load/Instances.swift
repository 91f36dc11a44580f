// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore

/// AppInstances as users write them, in any number.
struct Instances: Sendable {
    /// How many there are.
    var count: Int
    /// How many users each lists.
    var users = 5
    /// Where the keys are.
    var keysURL: String

    /// The number of namespaces they are spread over.
    var namespaceCount: Int { min(count, 20) }
    /// The names of the namespaces.
    var namespaces: [String] { (0..<namespaceCount).map { "team-\($0)" } }

    /// The name of an instance.
    func name(_ index: Int) -> NamespacedName {
        NamespacedName(namespace: "team-\(index % namespaceCount)", name: "influxdb-\(index)")
    }

    /// An instance, with an id of your own for the first user where one is given.
    func object(_ index: Int, replacing firstUser: String? = nil) -> JSONValue {
        let name = name(index)
        let users = (0..<users).map { user -> JSONValue in
            let id = user == 0 ? firstUser : nil
            return [
                "id": .string(id ?? "auth0|\(index)-\(user)"),
                "firstName": "Ada",
                "lastName": .string("Lovelace \(user)"),
                "email": .string("ada.\(index).\(user)@example.com"),
                "userGroups": ["Admin"],
            ]
        }
        return [
            "apiVersion": .string(ResourceType.appInstances.apiVersion),
            "kind": .string(ResourceType.appInstances.kind),
            "metadata": ["name": .string(name.name), "namespace": .string(name.namespace ?? "")],
            "spec": [
                "package": [
                    "image": "us-docker.pkg.dev/influxdb2-artifacts/clustered/influxdb:20260421-2022186",
                    "apiVersion": "influxdata.com/v1alpha1",
                    "spec": [
                        "admin": [
                            "identityProvider": "auth0",
                            "jwksEndpoint": .string(keysURL),
                            "users": .array(users),
                            "dsn": ["valueFrom": ["secretKeyRef": ["name": "catalog", "key": "dsn"]]],
                        ],
                        "catalog": ["dsn": ["valueFrom": ["secretKeyRef": ["name": "catalog", "key": "dsn"]]]],
                        "objectStore": ["bucket": "influxdb", "s3": ["region": "eu-central-1"]],
                        "ingesterStorage": ["storage": "2Gi"],
                        "monitoringStorage": ["storage": "1Gi"],
                    ],
                ]
            ],
        ]
    }

    /// Creates the namespaces and all instances.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    func create(in world: World) async throws {
        for namespace in namespaces {
            do {
                _ = try await world.client.create(.namespaces, ["metadata": ["name": .string(namespace)]])
            } catch let error as KubeError where error.code == .alreadyExists {
                // Of an earlier measurement on a server that is not ours.
            }
        }
        try await ParallelWriter.run(count: count) { index in
            _ = try await world.client.create(.appInstances, object(index))
        }
    }
}
