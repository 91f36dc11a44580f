// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore
import TestKit
import Testing

/// Everything that can happen to AppInstances and their children in a namespace, as an administrator and others see it.
struct OperatorLife: Sendable {
    /// An administrator of the cluster.
    let client: KubeClient
    /// Where the keys are.
    let endpoint: String
    /// Certificate authorities in PEM; any will do, since the provider is asked by plain http.
    let authorities: String
    /// The namespace that all of it happens in.
    let namespace: String

    /// The same in another namespace.
    func moved(to namespace: String) -> OperatorLife {
        OperatorLife(client: client, endpoint: endpoint, authorities: authorities, namespace: namespace)
    }

    /// Lives it, from nothing to nothing.
    func run() async throws {
        try await begin()
        // Others become admins, and the same two sentences are told again and again.
        for users in [["c"], ["a"], ["c"], ["a"]] {
            try await merge(.appInstances, "influxdb", ["spec": Self.package(admin(users))])
            try await eventually("\(users) are granted") { try await granted(by: "influxdb") == users }
        }
        try await tamper()
        try await delete(.appInstances, "private")
        try await merge(.appInstances, "influxdb", ["spec": ["package": ["spec": ["admin": .null]]]])
        try await eventually("nothing is left") {
            let grants = try await granted(by: "influxdb")
            let access = try await get(.adminAccesses, "influxdb")
            let keys = try await get(.configMaps, "influxdb-admin-keys")
            return grants.isEmpty && access == nil && keys == nil
        }
        try await delete(.appInstances, "influxdb")
    }

    /// An AppInstance, and one whose provider has a certificate authority of its own.
    private func begin() async throws {
        try await create(.configMaps, "ca", ["data": ["ca.pem": .string(authorities)]])
        try await create(.appInstances, "influxdb", ["spec": Self.package(admin(["a"]))])
        let bundle: JSONValue = [
            "customCertificates": ["valueFrom": ["configMapKeyRef": ["name": "ca", "key": "ca.pem"]]]
        ]
        try await create(.appInstances, "private", ["spec": Self.package(admin(["b"]), egress: bundle)])
        for name in ["influxdb", "private"] {
            try await eventually("\(name) is ready") {
                let conditions = try await get(.adminAccesses, name)?["status"]?["conditions"]?.array ?? []
                return conditions.contains { $0["type"] == "Ready" && $0["status"] == "True" }
            }
        }
    }

    /// Somebody changes and removes what is the operator's, who puts it back.
    private func tamper() async throws {
        let grants = try await client.list(.adminGrants, namespace: namespace).items
        let grant = try #require(grants.first { $0["spec"]?["userID"] == "a" }?["metadata"]?["name"]?.string)
        try await merge(.adminGrants, grant, ["spec": ["email": "other@example.com"]])
        try await merge(.configMaps, "influxdb-admin-keys", ["data": ["jwks.json": "{}"]])
        try await eventually("both are put back") {
            let keys = try await get(.configMaps, "influxdb-admin-keys")?["data"]?["jwks.json"]?.string ?? ""
            let email = try await get(.adminGrants, grant)?["spec"]?["email"]
            return keys.count > 2 && email != "other@example.com"
        }
        try await delete(.adminGrants, grant)
        try await delete(.configMaps, "influxdb-admin-keys")
        try await delete(.adminAccesses, "influxdb")
        try await eventually("all three are made again") {
            let keys = try await get(.configMaps, "influxdb-admin-keys")
            let access = try await get(.adminAccesses, "influxdb")
            let users = try await granted(by: "influxdb")
            return keys != nil && access?["status"]?["conditions"] != nil && users == ["a"]
        }
    }

    // MARK: - Objects

    private func admin(_ users: [String]) -> JSONValue {
        [
            "identityProvider": "keycloak", "jwksEndpoint": .string(endpoint),
            "dsn": ["value": "postgres://hunter2@catalog"],
            "users": .array(
                users.map { user in
                    [
                        "id": .string(user), "firstName": "A", "lastName": "B",
                        "email": .string("\(user)@example.com"),
                    ]
                }
            ),
        ]
    }

    private static func package(_ admin: JSONValue, egress: JSONValue? = nil) -> JSONValue {
        [
            "package": [
                "image": "x", "apiVersion": "influxdata.com/v1alpha1",
                "spec": .members(["admin": admin, "egress": egress]),
            ]
        ]
    }

    private func granted(by instance: String) async throws -> [String] {
        try await client.list(.adminGrants, namespace: namespace).items
            .filter { $0["spec"]?["appInstance"]?["name"]?.string == instance }
            .compactMap { $0["spec"]?["userID"]?.string }.sorted()
    }

    private func create(_ type: ResourceType, _ name: String, _ content: JSONObject) async throws {
        var object = content
        object["apiVersion"] = .string(type.apiVersion)
        object["kind"] = .string(type.kind)
        object["metadata"] = ["name": .string(name), "namespace": .string(namespace)]
        _ = try await client.create(type, .object(object))
    }

    private func get(_ type: ResourceType, _ name: String) async throws -> JSONValue? {
        try await client.get(type, NamespacedName(namespace: namespace, name: name))
    }

    private func merge(_ type: ResourceType, _ name: String, _ patch: JSONValue) async throws {
        _ = try await client.patch(type, NamespacedName(namespace: namespace, name: name), .merge(patch))
    }

    private func delete(_ type: ResourceType, _ name: String) async throws {
        try await client.delete(type, NamespacedName(namespace: namespace, name: name))
    }

    private func eventually(
        _ what: String,
        _ condition: @escaping @Sendable () async throws -> Bool
    ) async throws {
        try await withDeadline(.seconds(30), "\(what) in \(namespace)") {
            while try await !condition() { try await Task.sleep(for: .milliseconds(20)) }
        }
    }
}
