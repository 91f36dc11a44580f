// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminGrants
import KubeClient
import KubeCore
import YAMLSource

/// Arguments that may name files or AppInstances of the cluster.
enum LiveSources {
    /// What the arguments name: with a namespace AppInstances in it, else files, or `live:NAMESPACE/NAME`.
    static func sources(_ arguments: [String], namespace: String?) -> [DocumentSource] {
        arguments.map { argument in
            if let namespace { return .live(NamespacedName(namespace: namespace, name: argument)) }
            return DocumentSource(argument: argument) ?? .file(argument)
        }
    }

    /// Reads those that are in the cluster, by their arguments; nobody is asked when there are none.
    ///
    /// - Parameters:
    ///   - sources: What the arguments name.
    ///   - cluster: Where the objects are.
    ///   - withBundles: Whether the ConfigMap with certification authorities that an AppInstance names is read along;
    ///     the text is then a list of both.
    /// - Returns: The texts.
    /// - Throws: `CancellationError`; what cannot be read is in the result.
    static func read(
        _ sources: [DocumentSource],
        _ cluster: ClusterOptions,
        withBundles: Bool
    ) async throws -> [String: Result<[UInt8], FileError>] {
        let names = sources.compactMap { source in
            if case .live(let name) = source { (source.argument, name) } else { nil }
        }
        if names.isEmpty { return [:] }
        do {
            return try await LiveCluster.withClient(cluster) { client in
                var read: [String: Result<[UInt8], FileError>] = [:]
                for (argument, name) in names {
                    do {
                        let object = try await LiveCluster.appInstance(name, with: client)
                        let document = withBundles ? await list(of: object, with: client) : object
                        read[argument] = .success(document.jsonBytes)
                    } catch let error as KubeError {
                        read[argument] = .failure(FileError(error.message))
                    }
                }
                return read
            }
        } catch let error as KubeError {
            return Dictionary(names.map { ($0.0, .failure(FileError(error.message))) }) { first, _ in first }
        }
    }

    /// The AppInstance, and the ConfigMap that it names.
    private static func list(of object: JSONValue, with client: KubeClient) async -> JSONValue {
        let text = InstanceConfigMap.text(of: object).map { Array($0.utf8) }
        let instance = text.flatMap { try? YAMLSource.value(in: $0) } ?? object
        let egress = instance[path: ["spec", "package", "spec", "egress"]]
        let reference = egress?[path: ["customCertificates", "valueFrom", "configMapKeyRef"]]
        guard let map = reference?["name"]?.string, let namespace = object["metadata"]?["namespace"]?.string,
            // Whoever may not read it learns less, and nothing wrong.
            let found = try? await client.get(.configMaps, NamespacedName(namespace: namespace, name: map))
        else { return object }
        return ["apiVersion": "v1", "kind": "List", "items": [object, found]]
    }
}
