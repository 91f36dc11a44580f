// Grantor
// SPDX-License-Identifier: Apache-2.0

public import AdminAPI
import Crypto
public import KubeCore
import YAMLSource

/// kubit's single-namespace mode: the whole AppInstance as YAML or JSON under one key of one ConfigMap.
///
/// kubit keeps its own status under another key and its finalizer in the metadata; Grantor writes nothing of it.
public struct InstanceConfigMap: Sendable, Hashable {
    /// The name that kubit looks for unless it is told another one.
    public static let name = "app-instance"
    /// The key that holds the AppInstance.
    public static let key = "app-instance"

    /// The name of the AppInstance; `nil` while the text is none that can be read.
    public let instanceName: String?
    /// The AppInstance.
    public let record: InstanceRecord
    /// Whether there is no such key at all, as in somebody else's ConfigMap of that name.
    public let isBlank: Bool

    /// The text that a ConfigMap holds for kubit; `nil` when the object is no such ConfigMap.
    public static func text(of configMap: JSONValue) -> String? {
        guard configMap["metadata"]?["name"]?.string == name else { return nil }
        return configMap["data"]?[key]?.string
    }

    /// The AppInstance that a ConfigMap holds; `nil` when the object is no such ConfigMap.
    ///
    /// - Throws: `FieldError` when the text is no AppInstance.
    public static func instance(in configMap: JSONValue) throws(FieldError) -> AppInstance? {
        guard let text = text(of: configMap) else { return nil }
        return try instance(text, namespace: configMap["metadata"]?["namespace"]?.string)
    }

    private static func instance(_ text: String, namespace: String?) throws(FieldError) -> AppInstance {
        var value = try read(text)
        // Where it stands is where the ConfigMap stands, whatever the text says.
        value["metadata"] = .members([
            "name": .string(usableName(of: value)), "namespace": namespace.map(JSONValue.string),
        ])
        return try AppInstance(json: value)
    }

    /// Reads the text.
    ///
    /// - Returns: The AppInstance as it was written.
    /// - Throws: `FieldError` at `data.app-instance` when it is none; it quotes no value.
    static func read(_ text: String) throws(FieldError) -> JSONValue {
        let bytes = Array(text.utf8)
        // The chart writes JSON, which is read in a tenth of the time.
        if let value = try? JSONValue(parsing: bytes), value.object != nil { return try checked(value) }
        let value: JSONValue
        do throws(YAMLError) {
            value = try YAMLSource.value(in: bytes)
        } catch {
            throw problem("\(error)")
        }
        return try checked(value)
    }

    private static func checked(_ value: JSONValue) throws(FieldError) -> JSONValue {
        guard value.object != nil else { throw problem("must be an AppInstance, and is of type \(value.typeName)") }
        let group = value["apiVersion"]?.string?.split(separator: "/").first.map(String.init)
        guard value["kind"]?.string ?? ResourceType.appInstances.kind == ResourceType.appInstances.kind,
            group ?? ResourceType.appInstances.group == ResourceType.appInstances.group
        else { throw problem("must be an AppInstance of kubecfg.dev") }
        return value
    }

    private static func problem(_ detail: String) -> FieldError {
        FieldError(.invalid, FieldPath(keys: "data", key), detail: detail)
    }

    /// The name that children are called by: that of the AppInstance, unless no object could be called so.
    private static func usableName(of instance: JSONValue) -> String {
        guard let name = instance["metadata"]?["name"]?.string, (1...220).contains(name.utf8.count),
            name.utf8.allSatisfy({ Self.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }),
            let first = name.utf8.first, let last = name.utf8.last, isLetterOrDigit(first), isLetterOrDigit(last)
        else { return Self.name }
        return name
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension InstanceConfigMap: JSONReadable {
    /// Reads a ConfigMap; a text that is no AppInstance is a problem of the record.
    ///
    /// - Throws: `FieldError` when the metadata cannot be read.
    public init(json: JSONValue) throws(FieldError) {
        guard var members = json["metadata"]?.object else { throw FieldError(.required, FieldPath(keys: "metadata")) }
        members["annotations"] = nil
        members["managedFields"] = nil
        // It is kubit's status that the generation would speak of, if there were one.
        members["generation"] = nil
        let metadata = try ObjectMeta(json: .object(members))
        guard let text = json["data"]?[Self.key]?.string else {
            instanceName = nil
            isBlank = true
            let problem = "there is no such key, and it is the one that holds the AppInstance"
            record = InstanceRecord(metadata: metadata, instance: nil, contentHash: "", problem: problem)
            return
        }
        isBlank = false
        let hash = Hexadecimal.encode(SHA256.hash(data: Array(text.utf8)))
        let instance: AppInstance?
        let problem: String?
        do throws(FieldError) {
            (instance, problem) = (try Self.instance(text, namespace: metadata.namespace), nil)
        } catch {
            (instance, problem) = (nil, error.detail)
        }
        instanceName = instance?.metadata.name
        record = InstanceRecord(metadata: metadata, instance: instance, contentHash: hash, problem: problem)
    }
}
