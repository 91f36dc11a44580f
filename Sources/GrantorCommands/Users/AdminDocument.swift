// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import YAMLSource

/// A document of a file that has an admin block.
struct AdminDocument {
    /// What it is: an AppInstance or a values file.
    let kind: AdminRules.Document
    /// Its place among the documents of the text, counted from 0.
    let index: Int
    /// Where it stands in that document: at the root, or as an item of a list.
    let prefix: FieldPath
    /// Where its text stands when it is a string inside a ConfigMap, and its place among the documents of that text.
    let embedding: (path: FieldPath, index: Int)?
    /// The name of the AppInstance.
    let name: String?
    /// Where it begins.
    let mark: Mark

    /// The path of `admin` in the text that holds it.
    var adminPath: FieldPath {
        var path = embedding == nil ? prefix : FieldPath()
        if kind == .appInstance { for key in ["spec", "package", "spec"] { path.append(key: key) } }
        path.append(key: "admin")
        return path
    }

    /// What it is, for people.
    var title: String {
        kind == .values ? "values in line \(mark.line)" : "AppInstance \(name ?? "") in line \(mark.line)"
    }

    /// Finds the documents of a text that have an admin block.
    static func all(in documents: [YAMLDocument]) -> [AdminDocument] {
        documents.enumerated().flatMap { index, document in
            find(in: document.value, of: document, index: index, prefix: FieldPath())
        }
    }

    private static func find(
        in value: JSONValue,
        of document: YAMLDocument,
        index: Int,
        prefix: FieldPath
    ) -> [AdminDocument] {
        let mark = document.mark(at: prefix) ?? document.start
        let name = value["metadata"]?["name"]?.string
        switch (value["kind"]?.string, value["apiVersion"]?.string?.split(separator: "/").first) {
        case ("AppInstance"?, "kubecfg.dev"?):
            guard value[path: ["spec", "package", "spec", "admin"]] != nil else { return [] }
            return [.init(kind: .appInstance, index: index, prefix: prefix, embedding: nil, name: name, mark: mark)]
        case ("ConfigMap"?, "v1"?):
            guard let text = value["data"]?["app-instance"]?.string,
                let inner = try? YAMLSource.documents(in: Array(text.utf8))
            else { return [] }
            let path = prefix.appending(key: "data").appending(key: "app-instance")
            return all(in: inner).filter { $0.kind == .appInstance && $0.embedding == nil }.map { found in
                .init(
                    kind: .appInstance,
                    index: index,
                    prefix: prefix,
                    embedding: (path, found.index),
                    name: found.name,
                    mark: document.mark(at: path) ?? mark
                )
            }
        case (let kind?, _) where kind.hasSuffix("List"):
            return (value["items"]?.array ?? []).enumerated().flatMap { position, item in
                let place = prefix.appending(key: "items").appending(index: position)
                return find(in: item, of: document, index: index, prefix: place)
            }
        case (nil, nil) where value["admin"] != nil:
            return [.init(kind: .values, index: index, prefix: prefix, embedding: nil, name: nil, mark: mark)]
        default: return []
        }
    }
}
