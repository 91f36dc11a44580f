// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevAPIServer
import FoundationEssentials
import KubeClient
import KubeCore
import TestKit
import Testing

/// The API server that is held to the rules of Kubernetes, and a namespace of one test on it.
///
/// By default each test has an embedded server of its own. With `GRANTOR_TEST_KUBECONFIG=FILE` all tests share the
/// cluster of that file, and nothing else changes: a test that knows which of the two it has is no conformance test.
struct Cluster: Sendable {
    /// Who talks to the server; its field manager is `conformance`.
    let client: KubeClient
    /// The namespace of the test.
    let namespace: String
    /// What makes names of the whole cluster the test's own.
    let suffix: String

    /// How the server is reached.
    let configuration: KubeConfiguration

    private let definitions = Journal<String>()
    private let clusterWide = Journal<ClusterWide>()

    private struct ClusterWide: Sendable {
        let type: ResourceType
        let name: String
    }

    /// The name of an object in the test's namespace.
    func name(_ name: String) -> NamespacedName {
        NamespacedName(namespace: namespace, name: name)
    }

    /// Creates an object in the test's namespace, with the `apiVersion` and `kind` of its type.
    @discardableResult
    func create(
        _ type: ResourceType,
        _ name: String,
        _ content: JSONObject = [:],
        labels: JSONObject = [:],
        options: WriteOptions = WriteOptions()
    ) async throws -> JSONValue {
        try await client.create(
            type,
            object(type, name, content, labels: labels),
            namespace: namespace,
            options: options
        )
    }

    /// An object of the test's namespace, to be sent.
    func object(
        _ type: ResourceType,
        _ name: String,
        _ content: JSONObject = [:],
        labels: JSONObject = [:]
    ) -> JSONValue {
        var object = content
        object["apiVersion"] = .string(type.apiVersion)
        object["kind"] = .string(type.kind)
        var metadata = content["metadata"]?.object ?? [:]
        metadata["name"] = .string(name)
        metadata["namespace"] = .string(namespace)
        if !labels.isEmpty { metadata["labels"] = .object(labels) }
        object["metadata"] = .object(metadata)
        return .object(object)
    }

    /// The object, which must be there.
    func get(
        _ type: ResourceType,
        _ name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let object = try await client.get(type, self.name(name))
        return try #require(object, "\(type.plural) \(name) is not there", sourceLocation: sourceLocation)
    }

    /// The names of what a list of the test's namespace shows.
    func names(_ type: ResourceType, _ options: ListOptions = ListOptions()) async throws -> [String] {
        try await client.list(type, namespace: namespace, options: options).items.map(\.name)
    }

    /// The resource version at which a list of the test's namespace is made now.
    func resourceVersion(_ type: ResourceType) async throws -> String {
        try await client.list(type, namespace: namespace).resourceVersion
    }

    /// Changes an object by a merge patch.
    @discardableResult
    func merge(
        _ type: ResourceType,
        _ name: String,
        _ patch: JSONValue,
        options: WriteOptions = WriteOptions()
    ) async throws -> JSONValue {
        try await client.patch(type, self.name(name), .merge(patch), options: options)
    }

    /// The first events of a watch of the test's namespace.
    func events(_ type: ResourceType, _ options: WatchOptions, count: Int) async throws -> [WatchEvent<JSONValue>] {
        let stream = client.watch(type, namespace: namespace, options: options)
        return try await withDeadline(.seconds(60), "\(count) events of \(type.plural)") {
            var events: [WatchEvent<JSONValue>] = []
            for try await event in stream {
                events.append(event)
                if events.count == count { break }
            }
            return events
        }
    }

    /// Waits until a condition holds, which nothing but asking again can tell.
    func eventually(
        _ what: String,
        within limit: Duration = .seconds(90),
        _ condition: @escaping @Sendable () async throws -> Bool
    ) async throws {
        try await withDeadline(limit, what) {
            var pause = Duration.milliseconds(5)
            while try await !condition() {
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .milliseconds(500))
            }
        }
    }

    /// Waits until an object is gone.
    func gone(_ type: ResourceType, _ name: String) async throws {
        try await eventually("\(type.plural) \(name) is gone") { try await client.get(type, self.name(name)) == nil }
    }

    /// Has a definition removed after the test.
    func removeLater(definition name: String) {
        definitions.append(name)
    }

    /// Has an object of the whole cluster removed after the test.
    func removeLater(_ type: ResourceType, _ name: String) {
        clusterWide.append(ClusterWide(type: type, name: name))
    }

    /// Removes what the test made.
    fileprivate func clean() async {
        for name in definitions.entries {
            _ = try? await client.delete(.customResourceDefinitions, NamespacedName(namespace: nil, name: name))
        }
        for object in clusterWide.entries {
            _ = try? await client.delete(object.type, NamespacedName(namespace: nil, name: object.name))
        }
        _ = try? await client.delete(.namespaces, NamespacedName(namespace: nil, name: namespace))
    }
}

extension Cluster {
    /// The kubeconfig of the cluster to test; `nil` means the embedded server.
    static let kubeconfig = ProcessInfo.processInfo.environment["GRANTOR_TEST_KUBECONFIG"].flatMap {
        $0.isEmpty ? nil : $0
    }

    /// Whether garbage is collected and namespaces are emptied; an API server alone, as of envtest, does neither.
    static func hasControllers() async throws -> Bool {
        guard kubeconfig != nil else { return true }
        return try await withCluster { cluster in
            // Whoever empties namespaces ends one that was never used; nobody else does.
            let name = NamespacedName(namespace: nil, name: cluster.namespace)
            try await cluster.client.delete(.namespaces, name)
            do {
                try await cluster.eventually("an empty namespace is gone", within: .seconds(30)) {
                    try await cluster.client.get(.namespaces, name) == nil
                }
                return true
            } catch is DeadlineExceeded {
                return false
            }
        }
    }
}

extension Cluster {
    /// Whether the first history is forgotten; etcd keeps all of it for the first minutes of a cluster.
    static func hasCompacted() async throws -> Bool {
        guard kubeconfig != nil else { return true }
        return try await withCluster { cluster in
            try await cluster.create(.leases, "a")
            do {
                _ = try await cluster.events(.leases, WatchOptions(resourceVersion: "1"), count: 1)
                return false
            } catch let error as KubeError {
                return error.code == .expired
            }
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs only where the first history is forgotten.
    static var needsCompaction: Self {
        .enabled("the cluster still knows all of its history") { try await Cluster.hasCompacted() }
    }

    /// Runs only where garbage is collected and namespaces are emptied.
    static var needsControllers: Self {
        .enabled("the cluster has no kube-controller-manager") { try await Cluster.hasControllers() }
    }
}

/// Runs a test against a server that obeys roles and bindings, as an administrator in a namespace of its own.
@discardableResult
func withRoles<Result: Sendable>(_ body: (Cluster) async throws -> Result) async throws -> Result {
    guard let kubeconfig = Cluster.kubeconfig else {
        return try await withDevAPIServer(DevAPIServer.Configuration(enforcesRoles: true)) { server in
            let configuration = KubeConfiguration(
                server: try await server.address.url,
                certificateAuthority: server.certificateAuthority.map { .data(Secret($0)) },
                authorization: server.token.map { .token(Secret($0)) } ?? .none,
                origin: "the embedded server"
            )
            return try await withCluster(configuration, body)
        }
    }
    return try await withCluster(KubeConfigurationLoader(host: .live).load(kubeconfig: kubeconfig), body)
}

/// Runs a test against the server, in a namespace of its own.
@discardableResult
func withCluster<Result: Sendable>(_ body: (Cluster) async throws -> Result) async throws -> Result {
    guard let kubeconfig = Cluster.kubeconfig else {
        return try await withDevAPIServer { server in
            let configuration = KubeConfiguration(server: try await server.address.url, origin: "the embedded server")
            return try await withCluster(configuration, body)
        }
    }
    return try await withCluster(KubeConfigurationLoader(host: .live).load(kubeconfig: kubeconfig), body)
}

private func withCluster<Result: Sendable>(
    _ configuration: KubeConfiguration,
    _ body: (Cluster) async throws -> Result
) async throws -> Result {
    try await withTestClient(configuration, as: "conformance") { client in
        let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
        let namespace = "conformance-\(suffix)"
        _ = try await client.create(
            .namespaces,
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]]
        )
        let cluster = Cluster(client: client, namespace: namespace, suffix: suffix, configuration: configuration)
        do {
            let result = try await body(cluster)
            await cluster.clean()
            return result
        } catch {
            await cluster.clean()
            throw error
        }
    }
}
