// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore

/// The ConfigMaps that stand in the validated files, to look CA bundles up in.
struct CABundleIndex {
    private var maps: [NamespacedName: JSONObject] = [:]

    /// Adds a ConfigMap, or those of a list; anything else is passed over.
    mutating func add(_ value: JSONValue) {
        if let items = value["items"]?.array {
            for item in items { add(item) }
        } else if value["kind"]?.string == "ConfigMap", let name = value["metadata"]?["name"]?.string {
            let key = NamespacedName(namespace: value["metadata"]?["namespace"]?.string, name: name)
            maps[key] = value["data"]?.object ?? [:]
        }
    }

    /// What the files say of the bundle that a `customCertificates` names; nothing when they do not hold the ConfigMap.
    func state(of certificates: JSONValue?, namespace: String?) -> AdminRules.CABundle {
        let reference = certificates?["valueFrom"]?["configMapKeyRef"]
        guard let name = reference?["name"]?.string, let key = reference?["key"]?.string,
            let data = maps[NamespacedName(namespace: namespace, name: name)]
        else { return .notLooked }
        guard let text = data[key]?.string else { return .keyMissing(others: data.names) }
        return text.contains("-----BEGIN CERTIFICATE-----") ? .usable : .notPEM
    }
}
