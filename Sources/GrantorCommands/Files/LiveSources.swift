// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore

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
    /// A ConfigMap with certification authorities that an AppInstance names is appended as a document of its own.
    ///
    /// - Throws: `CancellationError`; what cannot be read is in the result.
    static func read(
        _ sources: [DocumentSource],
        _ cluster: ClusterOptions
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
                        read[argument] = .success(try await text(of: name, with: client))
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

    private static func text(of name: NamespacedName, with client: KubeClient) async throws -> [UInt8] {
        let object = try await LiveCluster.appInstance(name, with: client)
        let egress = object[path: ["spec", "package", "spec", "egress"]]
        let reference = egress?[path: ["customCertificates", "valueFrom", "configMapKeyRef"]]
        var documents = [object]
        if let map = reference?["name"]?.string, let namespace = object["metadata"]?["namespace"]?.string {
            // Whoever may not read it learns less, and nothing wrong.
            let found = try? await client.get(.configMaps, NamespacedName(namespace: namespace, name: map))
            if let found { documents.append(found) }
        }
        let list: JSONValue = ["apiVersion": "v1", "kind": "List", "items": .array(documents)]
        return list.jsonBytes
    }
}
