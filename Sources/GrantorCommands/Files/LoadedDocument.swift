// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Rendering
import YAMLSource

/// A document that was read, and what it turned out to be.
struct LoadedDocument {
    /// The kinds of documents that speak of an AppInstance.
    enum Content {
        /// An AppInstance, as it stands in the file or the cluster.
        case instance(JSONValue)
        /// An AppInstance that stands as text in kubit's ConfigMap `app-instance`.
        case singleNamespace(JSONValue)
        /// Values of the Helm chart; several documents of one file are merged, as Helm does.
        case values(JSONObject)
    }

    /// Bounds of what is read; a list of 10,000 users with all their fields has about 70,000 values.
    static let limits = YAMLSource.Limits()

    /// How the document is called in messages.
    let name: String
    /// The text of the file; empty for an object of the cluster.
    let bytes: [UInt8]
    /// What it is.
    let content: Content

    /// Takes what was read and found out elsewhere.
    init(name: String, content: Content) {
        self.name = name
        bytes = []
        self.content = content
    }

    /// The AppInstance, when it is one.
    var instance: JSONValue? {
        switch content {
        case .instance(let value), .singleNamespace(let value): value
        case .values: nil
        }
    }

    /// Finds the one AppInstance of a file, or takes the file for values.
    ///
    /// - Throws: `DocumentError` when it is not YAML, or holds neither or several.
    init(name: String, bytes: [UInt8]) throws(DocumentError) {
        self.name = name
        self.bytes = bytes
        let documents: [YAMLDocument]
        do throws(YAMLError) {
            documents = try YAMLSource.documents(in: bytes, limits: Self.limits)
        } catch {
            throw DocumentError(name, error.message, at: error.mark)
        }
        var found: [Content] = []
        for document in documents {
            found += try Self.instances(in: document.value, of: name)
        }
        if found.count > 1 {
            throw DocumentError(name, "holds \(found.count) AppInstances: give a file with one")
        }
        if let only = found.first {
            content = only
            return
        }
        content = .values(try Self.values(of: documents, name: name))
    }

    /// Takes an object of the cluster.
    ///
    /// - Throws: `DocumentError` when it is neither an AppInstance nor kubit's ConfigMap.
    init(name: String, object: JSONValue) throws(DocumentError) {
        guard let content = try Self.instances(in: object, of: name).first else {
            throw DocumentError(name, "is no AppInstance")
        }
        self.name = name
        bytes = []
        if case .singleNamespace(var instance) = content, instance["metadata"]?["namespace"] == nil {
            // It is where the ConfigMap is.
            var metadata = instance["metadata"]?.object ?? [:]
            metadata["namespace"] = object["metadata"]?["namespace"]
            instance["metadata"] = .object(metadata)
            self.content = .singleNamespace(instance)
        } else {
            self.content = content
        }
    }

    /// The AppInstances of one document: itself, items of a list, or the text in a ConfigMap.
    private static func instances(in value: JSONValue, of name: String) throws(DocumentError) -> [Content] {
        let group = value["apiVersion"]?.string?.split(separator: "/").first
        switch (value["kind"]?.string, group) {
        case ("AppInstance"?, "kubecfg.dev"?):
            return [.instance(value)]
        case ("ConfigMap"?, "v1"?):
            guard let text = value["data"]?["app-instance"]?.string else { return [] }
            do throws(YAMLError) {
                return [.singleNamespace(try YAMLSource.value(in: Array(text.utf8), limits: limits))]
            } catch {
                throw DocumentError(name, "the text of ConfigMap app-instance: \(error.message)")
            }
        case (let kind?, _) where kind.hasSuffix("List"):
            var found: [Content] = []
            for item in value["items"]?.array ?? [] { found += try instances(in: item, of: name) }
            return found
        default:
            return []
        }
    }

    /// The values that the documents of a file come to.
    static func values(of documents: [YAMLDocument], name: String) throws(DocumentError) -> JSONObject {
        var values: JSONObject = [:]
        for document in documents {
            switch document.value {
            case .null: continue
            case .object(let object) where object["kind"] == nil:
                values = HelmValues.merge(object, over: values)
            case .object(let object):
                let kind = object["kind"]?.string ?? "document with kind"
                throw DocumentError(name, "is no AppInstance and no values file but a \(kind)", at: document.start)
            default:
                let type = document.value.typeName
                throw DocumentError(name, "must hold a mapping, and holds a value of type \(type)", at: document.start)
            }
        }
        return values
    }
}
