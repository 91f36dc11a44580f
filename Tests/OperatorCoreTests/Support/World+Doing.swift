// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevIdentityProvider
import KubeClient
import KubeCore

extension ResourceType {
    /// Namespaces of `core/v1`.
    static let namespaces = ResourceType(
        group: "",
        version: "v1",
        kind: "Namespace",
        plural: "namespaces",
        isNamespaced: false
    )
}

/// What people do in a cluster.
extension World {
    /// One entry of `users`.
    static func user(_ id: String, email: String = "someone@example.com", groups: [String]? = nil) -> JSONValue {
        .members([
            "id": .string(id), "firstName": "Some", "lastName": "One", "email": .string(email),
            "userGroups": groups.map { .array($0.map(JSONValue.string)) },
        ])
    }

    /// An `admin` block.
    static func admin(_ users: [JSONValue], endpoint: String, provider: String = "keycloak") -> JSONValue {
        [
            "identityProvider": .string(provider), "jwksEndpoint": .string(endpoint), "users": .array(users),
            "dsn": ["value": "postgres://catalog"],
        ]
    }

    /// An AppInstance.
    static func instance(
        _ name: String = "influxdb",
        in namespace: String = "default",
        admin: JSONValue?,
        egress: JSONValue? = nil
    ) -> JSONValue {
        [
            "apiVersion": "kubecfg.dev/v1alpha1", "kind": "AppInstance",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": [
                "package": [
                    "image": "registry.example.com/influxdb:1", "apiVersion": "influxdata.com/v1alpha1",
                    "spec": .members(["admin": admin, "egress": egress]),
                ]
            ],
        ]
    }

    /// Creates an AppInstance whose users' keys come from a realm.
    func create(
        _ ids: [String],
        _ name: String = "influxdb",
        in namespace: String = "default",
        realm: String = "main"
    ) async throws {
        let endpoint = try await provider.realm(realm).keysURL
        let admin = Self.admin(ids.map { Self.user($0) }, endpoint: endpoint)
        try await create(Self.instance(name, in: namespace, admin: admin))
    }

    /// Creates an AppInstance.
    func create(_ instance: JSONValue) async throws {
        _ = try await client.create(.appInstances, instance)
    }

    /// Creates an object from within a rule of the server, which must not throw.
    ///
    /// - Returns: What the rule should answer: nothing, or that the object could not be made.
    func insert(_ type: ResourceType, _ object: JSONValue) async -> Status? {
        do {
            _ = try await client.create(type, object)
            return nil
        } catch {
            return Status(code: 500, reason: "", message: "cannot play the race: \(error)")
        }
    }

    /// Changes the `admin` block of an AppInstance.
    func change(
        _ block: JSONValue,
        of name: String = "influxdb",
        in namespace: String = "default"
    ) async throws {
        _ = try await client.patch(
            .appInstances,
            NamespacedName(namespace: namespace, name: name),
            .merge(["spec": ["package": ["spec": ["admin": block]]]])
        )
    }

    /// Lists other users.
    func list(_ ids: [String], _ name: String = "influxdb", in namespace: String = "default") async throws {
        try await change(["users": .array(ids.map { Self.user($0) })], of: name, in: namespace)
    }

    /// Changes any object.
    func merge(
        _ type: ResourceType,
        _ name: String,
        in namespace: String = "default",
        _ patch: JSONValue
    ) async throws {
        _ = try await client.patch(type, NamespacedName(namespace: namespace, name: name), .merge(patch))
    }

    /// Deletes any object.
    func delete(_ type: ResourceType, _ name: String, in namespace: String = "default") async throws {
        try await client.delete(type, NamespacedName(namespace: namespace, name: name))
    }
}
