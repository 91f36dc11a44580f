// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import KubeCore

/// The three AppInstances of the demonstration: two that work, and one broken on purpose.
enum DemoInstances {
    /// The realms that the identity provider serves for them.
    static let realms: [Realm.Configuration] = [
        .init(name: "production", shape: .keycloak, algorithms: [.rs256, .es256]),
        .init(name: "acme", shape: .auth0),
        .init(name: "72f988bf-86f1-41af-91ab-2d7cd011db47", shape: .entra),
    ]

    /// The AppInstances, each in a namespace of its own.
    ///
    /// - Parameter endpoints: Where the keys of the realms are, in the order of `realms`.
    /// - Returns: The objects to apply.
    static func objects(endpoints: [String]) -> [JSONValue] {
        let endpoint = { (index: Int) in endpoints.indices.contains(index) ? endpoints[index] : "" }
        return [
            instance(
                namespace: "influxdb-keycloak",
                admin: admin(
                    provider: "keycloak",
                    endpoint: endpoint(0),
                    users: [
                        user("0f8fad5b-d9cb-469f-a165-70867728950e", "Ada", "Lovelace"),
                        user("7c9e6679-7425-40de-944b-e07fc1f90ae7", "Grace", "Hopper"),
                        user("e2c1f6f0-3a53-4b7a-8f0e-0f3f0c5a9a11", "Alan", "Turing", groups: ["Auditor"]),
                    ]
                )
            ),
            instance(
                namespace: "influxdb-auth0",
                admin: admin(
                    provider: "auth0",
                    endpoint: endpoint(1),
                    users: [
                        user("auth0|64f1c9a2b3d4e5f60718293a", "Katherine", "Johnson"),
                        user("google-oauth2|115712345678901234567", "Dorothy", "Vaughan"),
                    ]
                )
            ),
            // Broken on purpose: the provider must be spelled azure, an id is not an object id, another is repeated.
            instance(
                namespace: "influxdb-entra",
                admin: admin(
                    provider: "entra",
                    endpoint: endpoint(2),
                    users: [
                        user("1b4e28ba-2fa1-11d2-883f-0016d3cca427", "Mary", "Jackson"),
                        user("1b4e28ba-2fa1-11d2-883f-0016d3cca427", "Mary", "Jackson"),
                        user("", "Annie", "Easley"),
                    ]
                )
            ),
        ]
    }

    private static func instance(namespace: String, admin: JSONValue) -> JSONValue {
        [
            "apiVersion": "kubecfg.dev/v1alpha1",
            "kind": "AppInstance",
            "metadata": ["name": "influxdb", "namespace": .string(namespace)],
            "spec": [
                "package": [
                    "image": "us-docker.pkg.dev/influxdb2-artifacts/clustered/influxdb:20260421-2022186",
                    "apiVersion": "influxdata.com/v1alpha1",
                    "spec": [
                        "admin": admin,
                        "catalog": ["dsn": ["valueFrom": ["secretKeyRef": ["name": "catalog", "key": "dsn"]]]],
                        "objectStore": ["bucket": "influxdb", "s3": ["region": "eu-central-1"]],
                        "ingesterStorage": ["storage": "2Gi"],
                        "monitoringStorage": ["storage": "1Gi"],
                    ],
                ]
            ],
        ]
    }

    private static func admin(provider: String, endpoint: String, users: [JSONValue]) -> JSONValue {
        [
            "identityProvider": .string(provider),
            "jwksEndpoint": .string(endpoint),
            "users": .array(users),
            "dsn": ["valueFrom": ["secretKeyRef": ["name": "catalog", "key": "dsn"]]],
        ]
    }

    private static func user(_ id: String, _ first: String, _ last: String, groups: [String]? = nil) -> JSONValue {
        .members([
            "id": .string(id),
            "firstName": .string(first),
            "lastName": .string(last),
            "email": .string("\(first.lowercased()).\(last.lowercased())@example.com"),
            "userGroups": groups.map { .array($0.map(JSONValue.string)) },
        ])
    }
}
