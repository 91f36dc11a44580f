// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import KubeCore
import OperatorCore
import Rendering
import YAMLSource

/// The AppInstances of files, to look at the endpoints that they name.
enum FileSights {
    /// Reads AppInstances, also those in lists, in kubit's ConfigMap and in values files of the chart.
    ///
    /// CA bundles are looked up in the ConfigMaps of the files; of one that is not there only the rules speak.
    ///
    /// - Throws: `FileError` when a file cannot be read, `DocumentError` when it is not YAML.
    static func read(_ files: [String], _ scope: DoctorScope) throws -> [InstanceSight] {
        var documents: [(file: String, value: JSONValue)] = []
        for file in Directory.expand(files) {
            let bytes = try InputFile.read(file, limit: LoadedDocument.limits.bytes)
            do throws(YAMLError) {
                for document in try YAMLSource.documents(in: bytes, limits: LoadedDocument.limits) {
                    documents += flat(document.value).map { (file, $0) }
                }
            } catch {
                throw DocumentError(file, error.message, at: error.mark)
            }
        }
        var maps: [NamespacedName: JSONValue] = [:]
        for (_, value) in documents where value["kind"]?.string == "ConfigMap" {
            maps[name(of: value)] = value
        }
        return documents.compactMap { file, value in
            guard let instance = instance(in: value) else { return nil }
            var bundle = NamedCABundle.none
            if let entry = instance.caBundle {
                let name = NamespacedName(namespace: instance.metadata.namespace, name: entry.name)
                if let map = maps[name] { bundle = NamedCABundle(map, entry) }
            }
            let label = instance.metadata.name.isEmpty ? file : name(of: value).description
            return InstanceSight(
                name: label,
                instance: instance,
                bundle: bundle,
                rules: AdminRules(
                    document: value["kind"] == nil ? .values : .appInstance,
                    clusterDomain: scope.configuration.clusterDomain
                )
            )
        }
    }

    private static func name(of value: JSONValue) -> NamespacedName {
        NamespacedName(
            namespace: value["metadata"]?["namespace"]?.string,
            name: value["metadata"]?["name"]?.string ?? ""
        )
    }

    private static func flat(_ value: JSONValue) -> [JSONValue] {
        guard value["kind"]?.string?.hasSuffix("List") == true, let items = value["items"]?.array else {
            return [value]
        }
        return items.flatMap(flat)
    }

    private static func instance(in value: JSONValue) -> AppInstance? {
        switch value["kind"]?.string {
        case "AppInstance": return try? AppInstance(json: value)
        case "ConfigMap":
            guard let text = value["data"]?["app-instance"]?.string,
                let inner = try? YAMLSource.value(in: Array(text.utf8), limits: LoadedDocument.limits)
            else { return nil }
            return try? AppInstance(json: inner)
        case nil where value["admin"] != nil:
            return AppInstance(
                metadata: ObjectMeta(name: ""),
                admin: value["admin"],
                customCertificates: value[path: ["egress", "customCertificates"]]
            )
        default: return nil
        }
    }
}
