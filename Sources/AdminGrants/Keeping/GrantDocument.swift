// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
public import KubeCore

/// A ConfigMap that holds the grants of an AppInstance, or a part of them: `<appinstance>-admin-grants`, and with `-1`,
/// `-2` and so on what does not fit into the ones before.
///
/// Under `grants.json` it holds a list of AdminGrants with name and spec, one to a line.
public struct GrantDocument: Sendable, Hashable {
    /// The key with the grants.
    static let key = "grants.json"

    private static let suffix = "-admin-grants"

    /// Its number, from 0.
    let index: Int
    /// The identity of this incarnation.
    let uid: String
    /// The identity of what owns it; `nil` when nothing of ours does.
    let ownerUID: String?
    /// Whether it carries the label of what Grantor manages.
    let isManaged: Bool
    /// The grants in it.
    public let grants: [GrantRecord]
    /// Whether what it holds could be read.
    let isReadable: Bool
    /// Stands for everything that the operator sets.
    let fingerprint: Fingerprint

    /// Whether it is ours, and so may be changed.
    func isOurs(_ owner: InstanceIdentity) -> Bool {
        isManaged || ownerUID == owner.uid
    }

    /// The name of a ConfigMap of an AppInstance.
    static func name(_ index: Int, of appInstance: String) -> String {
        index == 0 ? appInstance + suffix : "\(appInstance)\(suffix)-\(index)"
    }

    /// The AppInstance that a ConfigMap of that name would be for; `nil` when the name is none of ours.
    static func appInstance(of name: String) -> String? {
        parse(name)?.appInstance
    }

    private static func parse(_ name: String) -> (appInstance: String, index: Int)? {
        var base = Substring(name)
        var index = 0
        if !base.hasSuffix(suffix), let dash = base.lastIndex(of: "-"),
            let number = Int(base[base.index(after: dash)...]),
            number > 0
        {
            index = number
            base = base[..<dash]
        }
        guard base.hasSuffix(suffix), base.utf8.count > suffix.utf8.count else { return nil }
        let appInstance = String(base.dropLast(suffix.count))
        // Each has one name: 01 is not 1.
        return UTF8Order.equal(name, Self.name(index, of: appInstance)) ? (appInstance, index) : nil
    }

    /// The ConfigMap as it is created and applied.
    static func object(_ text: String, index: Int, owner: InstanceIdentity) -> JSONValue {
        let metadata = ObjectMeta(
            name: name(index, of: owner.name),
            namespace: owner.namespace,
            labels: GrantLabels.labels(.grants, appInstance: owner.name),
            ownerReferences: [owner.reference]
        )
        return [
            "apiVersion": .string(ResourceType.configMaps.apiVersion),
            "kind": .string(ResourceType.configMaps.kind),
            "metadata": metadata.json,
            "data": [key: .string(text)],
        ]
    }

    /// A fingerprint of the parts that the operator sets.
    static func fingerprint(of object: JSONValue) -> Fingerprint {
        Fingerprint(of: .array([GrantContent.marks(of: object), object["data"]?[key] ?? .null]))
    }
}

extension GrantDocument: JSONReadable {
    /// Reads a ConfigMap; a text that is no list of grants holds none.
    ///
    /// - Throws: `FieldError` when the metadata cannot be read.
    public init(json: JSONValue) throws(FieldError) {
        let metadata = try ObjectMeta(json: json["metadata"] ?? .null)
        guard let (appInstance, index) = Self.parse(metadata.name) else {
            throw FieldError(.invalid, FieldPath(keys: "metadata", "name"))
        }
        let ownerUID = GrantContent.ownerReference(of: json)?["uid"]?.string
        let isManaged = metadata.labels[GrantLabels.managedBy] == GrantLabels.manager
        let text = json["data"]?[Self.key]?.string ?? ""
        let items = (try? JSONValue(parsing: Array(text.utf8)))?["items"]?.array
        self.index = index
        uid = metadata.uid
        self.ownerUID = ownerUID
        self.isManaged = isManaged
        isReadable = items != nil
        grants = (items ?? []).compactMap { item in
            guard let name = item["metadata"]?["name"]?.string, let user = item["spec"]?["userID"]?.string else {
                return nil
            }
            return GrantRecord(
                name: name,
                uid: "",
                isDeleting: false,
                appInstance: appInstance,
                ownerUID: ownerUID,
                isManaged: isManaged,
                userID: user,
                fingerprint: Fingerprint(of: item)
            )
        }
        fingerprint = Self.fingerprint(of: json)
    }
}
