// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore

/// A refresh against a real API server.
///
/// Of Secrets only the metadata is asked for: neither keys nor tokens ever enter this process.
struct KubeRefreshCluster: RefreshCluster {
    private let client: KubeClient
    private let namespace: String
    private let name: String
    private let owner: JSONValue

    /// Finds the AppInstance.
    ///
    /// - Throws: `KubeError` when there is none or it cannot be read; `CancellationError`.
    init(_ instance: NamespacedName, client: KubeClient) async throws {
        let object = try await LiveCluster.appInstance(instance, with: client)
        self.client = client
        namespace = instance.namespace ?? client.configuration.namespace
        name = instance.name
        owner = [
            "apiVersion": .string(ResourceType.appInstances.apiVersion),
            "kind": .string(ResourceType.appInstances.kind),
            "name": .string(instance.name),
            "uid": object["metadata"]?["uid"] ?? "",
        ]
    }

    var instance: String { "\(namespace)/\(name)" }

    // MARK: - Looking

    func observe() async throws -> RefreshWorld {
        var world = RefreshWorld()
        let object = try await LiveCluster.appInstance(.init(namespace: namespace, name: name), with: client)
        world.isPaused = object["spec"]?["pause"]?.bool ?? false
        world.isDeleting = object["metadata"]?["deletionTimestamp"]?.string != nil
        let ready = (object["status"]?["conditions"]?.array ?? []).first { $0["type"] == "Ready" }
        world.kubitReason = ready?["reason"]?.string
        world.secrets = try await secrets()
        world.jobs = try await client.list(.jobs, namespace: namespace).items.compactMap(Self.job)
        let labels = "app in (\(RefreshWorld.apps.joined(separator: ",")))"
        let pods = try await client.list(.pods, namespace: namespace, options: .init(labelSelector: labels))
        world.pods = pods.items.compactMap(Self.pod)
        let record = try await client.get(.configMaps, configMap)
        world.record = record?["data"]?[RefreshRecord.key]?.string.flatMap { text in
            (try? JSONValue(parsing: text)).flatMap { try? RefreshRecord(json: $0) }
        }
        return world
    }

    private func secrets() async throws -> [RefreshWorld.Item] {
        var items: [RefreshWorld.Item] = []
        for name in RefreshWorld.secretNames {
            var options = ListOptions(fieldSelector: "metadata.name=\(name)")
            options.metadataOnly = true
            let found = try await client.list(.secrets, namespace: namespace, options: options)
            items += found.items.compactMap(Self.item)
        }
        return items
    }

    private static func item(_ object: JSONValue) -> RefreshWorld.Item? {
        guard let metadata = object["metadata"], let name = metadata["name"]?.string, let uid = metadata["uid"]?.string
        else { return nil }
        return RefreshWorld.Item(name: name, uid: uid, isDeleting: metadata["deletionTimestamp"]?.string != nil)
    }

    private static func job(_ object: JSONValue) -> RefreshWorld.Job? {
        guard let item = item(object), let role = JobRole(jobName: item.name) else { return nil }
        var job = RefreshWorld.Job(item: item, role: role)
        for condition in object["status"]?["conditions"]?.array ?? [] where condition["status"] == "True" {
            if condition["type"] == "Complete" { job.state = .complete }
            if condition["type"] == "Failed" { job.state = .failed }
        }
        return job
    }

    private static func pod(_ object: JSONValue) -> RefreshWorld.Pod? {
        guard let item = item(object), let app = object["metadata"]?["labels"]?["app"]?.string else { return nil }
        let conditions = object["status"]?["conditions"]?.array ?? []
        let isReady = conditions.contains { $0["type"] == "Ready" && $0["status"] == "True" }
        return RefreshWorld.Pod(item: item, app: app, isReady: isReady)
    }

    // MARK: - Asking

    func missingPermissions() async throws -> [String] {
        let needed: [(verb: String, group: String, resource: String)] = [
            ("list", "", "secrets"), ("delete", "", "secrets"), ("list", "batch", "jobs"), ("delete", "batch", "jobs"),
            ("list", "", "pods"), ("delete", "", "pods"), ("get", "", "configmaps"), ("patch", "", "configmaps"),
            ("delete", "", "configmaps"),
        ]
        var missing: [String] = []
        for (verb, group, resource) in needed {
            let review: JSONValue = [
                "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                "spec": [
                    "resourceAttributes": [
                        "namespace": .string(namespace), "verb": .string(verb), "group": .string(group),
                        "resource": .string(resource),
                    ]
                ],
            ]
            do {
                let answer = try await client.create(.selfSubjectAccessReviews, review)
                if answer["status"]?["allowed"]?.bool == false { missing.append("\(verb) \(resource)") }
            } catch is KubeError {
                // Who cannot ask finds out on the way, and can resume.
                return []
            }
        }
        return missing
    }

    // MARK: - Doing

    private var configMap: NamespacedName {
        NamespacedName(namespace: namespace, name: RefreshRecord.configMapName(of: name))
    }

    func write(_ record: RefreshRecord) async throws {
        let object: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": .string(configMap.name), "namespace": .string(namespace),
                "labels": ["app.kubernetes.io/managed-by": "grantor"],
                "ownerReferences": .array([owner]),
            ],
            "data": [RefreshRecord.key: .string(String(decoding: record.json.jsonBytes, as: UTF8.self))],
        ]
        _ = try await client.patch(.configMaps, configMap, .apply(object, force: true))
    }

    func removeRecord() async throws {
        try await client.delete(.configMaps, configMap)
    }

    func perform(_ step: RefreshPlan.Step) async throws {
        switch step {
        case .deleteSecret(let item): try await delete(.secrets, item)
        // Its pods go after it; kubectl does the same.
        case .deleteJob(let item): try await delete(.jobs, item, .background)
        case .deletePod(let item, _): try await delete(.pods, item)
        case .awaitJob, .awaitSecret, .awaitPods: break
        }
    }

    private func delete(
        _ type: ResourceType,
        _ item: RefreshWorld.Item,
        _ propagation: PropagationPolicy? = nil
    ) async throws {
        let options = DeleteOptions(uid: item.uid, propagationPolicy: propagation)
        do {
            try await client.delete(type, NamespacedName(namespace: namespace, name: item.name), options: options)
        } catch let error as KubeError where error.code == .conflict {
            // Another has taken its place in between; the next look shows it.
        }
    }
}
