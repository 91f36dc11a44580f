// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import DevIdentityProvider
import KubeClient
import KubeCore
import OperatorCore
import TestKit
import Testing

/// A cluster without CRDs: the AppInstance stands in a ConfigMap, and so does what is made of it.
extension World {
    /// Makes an operator work so.
    static func withoutDefinitions(_ configuration: inout OperatorConfiguration) {
        configuration.namespaces = ["default"]
        configuration.source = .configMaps
        configuration.store = .configMaps
    }

    /// kubit's ConfigMap with a text.
    static func holder(_ text: String, in namespace: String = "default") -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "app-instance", "namespace": .string(namespace)],
            "data": ["app-instance": .string(text)],
        ]
    }

    /// The text of an AppInstance with users, as the chart of InfluxDB Clustered writes it: one line of JSON.
    func text(_ ids: [String], _ name: String = "influxdb") async throws -> String {
        let endpoint = try await realm.keysURL
        return Self.instance(name, admin: Self.admin(ids.map { Self.user($0) }, endpoint: endpoint)).jsonText
    }

    /// Creates the ConfigMap with users.
    func hold(_ ids: [String], _ name: String = "influxdb", in namespace: String = "default") async throws {
        _ = try await client.create(.configMaps, Self.holder(try await text(ids, name), in: namespace))
    }

    /// Replaces the text.
    func rewrite(_ text: String, in namespace: String = "default") async throws {
        try await merge(.configMaps, "app-instance", in: namespace, ["data": ["app-instance": .string(text)]])
    }

    /// What the ConfigMap with the report says under a key.
    func report(_ key: String, of name: String = "influxdb", in namespace: String = "default") async throws -> String {
        try await get(.configMaps, "\(name)-admin-access", in: namespace)?["data"]?[key]?.string ?? ""
    }

    /// Waits until the report says something.
    func says(
        ready: String,
        _ reason: String,
        of name: String = "influxdb",
        in namespace: String = "default"
    ) async throws {
        do {
            try await withDeadline(.seconds(30), "\(name) to be \(ready) with \(reason)") {
                while true {
                    let now = try await (
                        report("ready", of: name, in: namespace), report("reason", of: name, in: namespace)
                    )
                    if now == (ready, reason) { return }
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
        } catch let error as DeadlineExceeded {
            let state = try await get(.configMaps, "\(name)-admin-access", in: namespace)?["data"]?.jsonText
            Issue.record("\(error); the report is \(state ?? "none")")
            throw error
        }
    }

    /// The users that the ConfigMaps with grants hold, sorted.
    func held(of name: String = "influxdb", in namespace: String = "default") async throws -> [String] {
        let options = ListOptions(labelSelector: "app.kubernetes.io/component=admin-grants")
        let documents = try await client.list(.configMaps, namespace: namespace, options: options).items
        return try documents.flatMap { document -> [String] in
            let text = try #require(document["data"]?["grants.json"]?.string)
            guard let items = (try? JSONValue(parsing: Array(text.utf8)))?["items"]?.array else {
                return ["unreadable"]
            }
            return items.compactMap { item in
                item["spec"]?["appInstance"]?["name"]?.string == name ? item["spec"]?["userID"]?.string : nil
            }
        }
        .sorted()
    }

    /// Waits until exactly these users are granted.
    func holds(_ ids: [String], of name: String = "influxdb", in namespace: String = "default") async throws {
        try await withDeadline(.seconds(30), "\(ids) to be granted") {
            while try await held(of: name, in: namespace) != ids { try await Task.sleep(for: .milliseconds(10)) }
        }
    }

    /// The names of the ConfigMaps of a namespace.
    func configMaps(in namespace: String = "default") async throws -> [String] {
        try await client.list(.configMaps, namespace: namespace).items.compactMap { $0["metadata"]?["name"]?.string }
            .filter { $0 != "kube-root-ca.crt" }.sorted()
    }
}
