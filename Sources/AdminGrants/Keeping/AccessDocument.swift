// Grantor
// SPDX-License-Identifier: Apache-2.0

public import AdminAPI
public import KubeCore
import YAMLSource

/// The ConfigMap that stands for an AdminAccess: `<appinstance>-admin-access`.
///
/// Under `spec.yaml` a user may set what `AdminAccess.spec` has; it is never written. All other keys are the operator's:
/// the whole status as JSON, and what a script or a person asks for most.
public struct AccessDocument: Sendable, Hashable {
    /// The key under which a user may set something.
    static let specKey = "spec.yaml"
    /// The key with the whole status.
    static let statusKey = "status.json"
    /// The key with the SHA-256 of the text in kubit's ConfigMap that the status speaks of; empty where it stands in none.
    static let hashKey = "app-instance.sha256"
    /// The keys that the operator writes.
    static let ownKeys = ["admins", hashKey, "message", "ready", "reason", statusKey]

    private static let suffix = "-admin-access"

    /// What it says.
    public let record: AccessRecord
    /// Whether a user has set something.
    let hasSpec: Bool
    /// Stands for everything that the operator sets.
    let fingerprint: Fingerprint

    /// The AdminAccess that a ConfigMap stands for, by the name of its AppInstance; `nil` when it is none of ours.
    public static func access(in configMap: JSONValue) -> AdminAccess? {
        guard let name = configMap["metadata"]?["name"]?.string, let instance = appInstance(of: name),
            let document = try? AccessDocument(json: configMap)
        else { return nil }
        let namespace = configMap["metadata"]?["namespace"]?.string
        return AdminAccess(
            metadata: ObjectMeta(name: instance, namespace: namespace),
            spec: document.record.spec ?? AdminAccess.Spec(),
            status: document.record.status
        )
    }

    /// The name of the ConfigMap of an AppInstance.
    static func name(of key: NamespacedName) -> NamespacedName {
        NamespacedName(namespace: key.namespace, name: key.name + suffix)
    }

    /// The AppInstance that a ConfigMap of that name would be for; `nil` when the name is none of ours.
    static func appInstance(of name: String) -> String? {
        name.hasSuffix(suffix) && name.utf8.count > suffix.utf8.count ? String(name.dropLast(suffix.count)) : nil
    }

    /// The ConfigMap as it is created and applied.
    ///
    /// - Parameters:
    ///   - status: What it says.
    ///   - owner: The AppInstance.
    ///   - isOwned: Whether it goes with the AppInstance; one that a user made does not.
    /// - Returns: The object.
    static func object(_ status: AdminAccessStatus, owner: InstanceIdentity, isOwned: Bool) -> JSONValue {
        let ready = status.condition(.ready)
        // Ready itself only names the condition that is at fault.
        let fault = status.conditions.first { $0.status == .no } ?? status.conditions.first { $0.status != .yes }
        let metadata = ObjectMeta(
            name: owner.name + suffix,
            namespace: owner.namespace,
            labels: GrantLabels.labels(.access, appInstance: owner.name),
            ownerReferences: isOwned ? [owner.reference] : []
        )
        return [
            "apiVersion": .string(ResourceType.configMaps.apiVersion),
            "kind": .string(ResourceType.configMaps.kind),
            "metadata": metadata.json,
            "data": [
                "ready": .string((ready?.status ?? .unknown).rawValue),
                "reason": .string(ready?.reason ?? ""),
                "message": .string((fault ?? ready)?.message ?? ""),
                "admins": .string(String(status.admins?.granted ?? 0)),
                hashKey: .string(owner.contentHash ?? ""),
                statusKey: .string(String(decoding: JSONWriter.bytes(status.json, layout: .indented), as: UTF8.self)),
            ],
        ]
    }

    /// A fingerprint of the parts that the operator sets.
    static func fingerprint(of object: JSONValue) -> Fingerprint {
        let data = object["data"]
        return Fingerprint(
            of: .array([GrantContent.marks(of: object)] + ownKeys.map { data?[$0] ?? .null })
        )
    }
}

extension AccessDocument: JSONReadable {
    /// Reads a ConfigMap; what a user set wrongly is a fault of the record.
    ///
    /// - Throws: `FieldError` when the metadata cannot be read.
    public init(json: JSONValue) throws(FieldError) {
        let metadata = try ObjectMeta(json: json["metadata"] ?? .null)
        let data = json["data"]
        let spec: Result<AdminAccess.Spec, FieldError>
        do throws(FieldError) {
            spec = .success(try Self.readSpec(data?[Self.specKey]?.string ?? ""))
        } catch {
            spec = .failure(error)
        }
        let text = data?[Self.statusKey]?.string ?? ""
        let status = try? JSONValue(parsing: Array(text.utf8))
        record = AccessRecord(
            metadata: metadata,
            ownerUID: GrantContent.ownerReference(of: json)?["uid"]?.string,
            spec: spec,
            statusBytes: status?.object == nil ? [] : status?.jsonBytes ?? []
        )
        hasSpec = data?[Self.specKey] != nil
        fingerprint = Self.fingerprint(of: json)
    }

    /// Reads what a user set, as strictly as the API server reads an AdminAccess.
    private static func readSpec(_ text: String) throws(FieldError) -> AdminAccess.Spec {
        let path = FieldPath(keys: "data", specKey)
        let value: JSONValue
        do throws(YAMLError) {
            value = try YAMLSource.value(in: Array(text.utf8))
        } catch {
            throw FieldError(.invalid, path, detail: "\(error)")
        }
        try check(value, at: path, ["issuer", "audiences", "userIDClaim", "keys", "allowInsecureEndpoint", "paused"])
        try check(value["keys"] ?? .null, at: path.appending(key: "keys"), ["maxAge", "maxStale"])
        for name in ["allowInsecureEndpoint", "paused"] {
            if let flag = value[name], flag.bool == nil {
                throw FieldError(.typeInvalid, path.appending(key: name), detail: "must be true or false")
            }
        }
        if let audiences = value["audiences"], audiences.array?.allSatisfy({ $0.string != nil }) != true {
            throw FieldError(.typeInvalid, path.appending(key: "audiences"), detail: "must be a list of strings")
        }
        return try AdminAccess.Spec(json: value)
    }

    private static func check(_ value: JSONValue, at path: FieldPath, _ known: Set<String>) throws(FieldError) {
        if value.isNull { return }
        guard let object = value.object else {
            throw FieldError(.typeInvalid, path, detail: "must be a mapping")
        }
        for name in object.names where !known.contains(name) {
            let names = known.sorted().joined(separator: ", ")
            throw FieldError(
                .forbidden,
                path.appending(key: name),
                detail: "there is no such field; there are \(names)"
            )
        }
    }
}
