// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import DevIdentityProvider
import KubeClient
import KubeCore
import Subprocess
import TestKit
import Testing

/// Operators that share the namespaces of a cluster, each with a lease of its own.
@Suite(.needsGrantor, .timeLimit(.minutes(5)))
struct ScaleOutTests {
    @Test func `two shards do all the work, each its own, and neither waits for the other`() async throws {
        try await withRealm { realm in
            let endpoint = try await realm.keysURL
            let namespaces = (0..<8).map { "team-\($0)" }
            let manifests = namespaces.map { name -> JSONValue in
                ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
            }
            try await withCluster(
                manifests: CustomResourceDefinitions.all + [CustomResourceDefinitions.appInstance] + manifests
            ) { cluster in
                let workspace = Workspace(home: cluster.home)
                let writers = Journal<[String]>()
                cluster.server.obey { attempt in
                    if attempt.verb == "create", attempt.resource == "admingrants", let namespace = attempt.namespace {
                        writers.append([attempt.userAgent, namespace])
                    }
                    return nil
                }
                defer { cluster.server.obey(nil) }
                let commands = try (0..<2).map { index in
                    try workspace.grantor(
                        [
                            "operator", "--allow-loopback", "--leader-elect", "--leader-elect-identity",
                            "shard-\(index)",
                            "--shard", "\(index)/2",
                        ]
                    )
                }
                try await withTestClient(KubeConfiguration(server: try await cluster.server.address.url)) { client in
                    for namespace in namespaces {
                        _ = try await client.create(.appInstances, Self.instance(in: namespace, keysAt: endpoint))
                    }
                    try await Command.controlled(commands) { _ in
                        try await withDeadline(.seconds(60), "all to be granted") {
                            while try await client.list(.adminGrants).items.count < namespaces.count {
                                try await Task.sleep(for: .milliseconds(50))
                            }
                        }
                    }
                    let leases = try await client.list(.leases, namespace: "default").items
                    #expect(
                        leases.compactMap { $0["metadata"]?["name"]?.string }.sorted() == [
                            "grantor-0-of-2", "grantor-1-of-2",
                        ]
                    )
                }
                let pairs = Set(writers.entries)
                #expect(pairs.count == namespaces.count, "each namespace has one writer: \(pairs)")
                #expect(Set(pairs.map { $0[0] }).count == 2, "both have something to do: \(pairs)")
            }
        }
    }

    private static func instance(in namespace: String, keysAt endpoint: String) -> JSONValue {
        let admin: JSONValue = [
            "identityProvider": "keycloak", "jwksEndpoint": .string(endpoint),
            "users": [["id": "a", "firstName": "A", "lastName": "B", "email": "a@example.com"]],
            "dsn": ["value": "postgres://catalog"],
        ]
        return [
            "apiVersion": "kubecfg.dev/v1alpha1", "kind": "AppInstance",
            "metadata": ["name": "influxdb", "namespace": .string(namespace)],
            "spec": ["package": ["image": "x", "apiVersion": "influxdata.com/v1alpha1", "spec": ["admin": admin]]],
        ]
    }
}
