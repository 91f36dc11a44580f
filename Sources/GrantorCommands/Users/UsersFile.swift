// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Rendering
import YAMLSource

/// The text of a file with a list of users in it.
struct UsersFile {
    /// How the file is called in messages.
    let name: String
    /// The document that holds the users.
    let document: AdminDocument
    /// The text, to be changed.
    private(set) var editor: YAMLEditor
    /// The changes of the text so far.
    private(set) var edits: [TextEdit] = []
    /// The text as it was.
    let original: [UInt8]

    /// Reads a text and finds the document meant.
    ///
    /// The choice is the name of an AppInstance, or the number of a document among those with an admin block, counted
    /// from 1; `nil` when there is only one.
    ///
    /// - Throws: `DocumentError` when the text is not YAML, or it is not clear which document is meant.
    init(name: String, bytes: [UInt8], choice: String?) throws(DocumentError) {
        self.name = name
        original = bytes
        do throws(YAMLEditingError) {
            editor = try YAMLEditor(bytes)
        } catch {
            throw DocumentError(name, error.message, at: error.mark)
        }
        document = try Self.choose(choice, of: AdminDocument.all(in: editor.documents), name: name)
    }

    private static func choose(
        _ choice: String?,
        of all: [AdminDocument],
        name: String
    ) throws(DocumentError) -> AdminDocument {
        guard let first = all.first else {
            throw DocumentError(name, "has no admin block: neither an AppInstance with one nor values of the chart")
        }
        let list = all.enumerated().map { "\($0 + 1) (\($1.title))" }.joined(separator: ", ")
        guard let choice else {
            guard all.count == 1 else {
                throw DocumentError(name, "has \(all.count) admin blocks: choose with --document: \(list)")
            }
            return first
        }
        let named = all.filter { $0.name == choice }
        if let only = named.first, named.count == 1 { return only }
        if named.isEmpty, let number = Int(choice), all.indices.contains(number - 1) { return all[number - 1] }
        let problem = named.isEmpty ? "has no such document" : "has several AppInstances of that name"
        throw DocumentError(name, "\(problem): choose with --document: \(list)")
    }

    // MARK: - The block

    /// The block as it stands in the text now.
    var admin: JSONValue {
        guard let value = content?.value else { return .null }
        var result = value
        for element in document.adminPath.elements {
            switch element {
            case .key(let name): result = result[name] ?? .null
            case .index(let index): result = result[index] ?? .null
            }
        }
        return result
    }

    /// The users as they stand in the text now.
    var users: [JSONValue] { admin["users"]?.array ?? [] }

    /// What the rules say about the text as it is now.
    var verdict: AdminVerdict {
        let content = content
        let prefix = document.embedding == nil ? document.prefix : FieldPath()
        let rules = AdminRules(document: document.kind) { path in
            content?.sourceText(at: FieldPath(prefix.elements + path.elements))
        }
        return rules.validate(admin: admin)
    }

    /// The document that the path of the block speaks of: that of the file, or the one inside the ConfigMap.
    private var content: YAMLDocument? {
        guard editor.documents.indices.contains(document.index) else { return nil }
        let outer = editor.documents[document.index]
        guard let embedding = document.embedding else { return outer }
        guard let text = embedded(in: outer.value, embedding.path),
            let inner = try? YAMLSource.documents(in: Array(text.utf8)), inner.indices.contains(embedding.index)
        else { return nil }
        return inner[embedding.index]
    }

    private func embedded(in value: JSONValue, _ path: FieldPath) -> String? {
        var value = value
        for element in path.elements {
            switch element {
            case .key(let name): value = value[name] ?? .null
            case .index(let index): value = value[index] ?? .null
            }
        }
        return value.string
    }

    /// Makes the text list other users.
    ///
    /// - Throws: `DocumentError` when the text cannot be edited; it is then as it was.
    mutating func setUsers(_ users: [JSONValue]) throws(DocumentError) {
        let path = document.adminPath.appending(key: "users")
        do throws(YAMLEditingError) {
            guard let embedding = document.embedding else {
                edits = try editor.makeEqual(at: path, to: .array(users), document: document.index)
                return
            }
            let text = embedded(in: editor.documents[document.index].value, embedding.path) ?? ""
            var inner = try YAMLEditor(Array(text.utf8))
            try inner.makeEqual(at: path, to: .array(users), document: embedding.index)
            let changed = JSONValue.string(String(decoding: inner.bytes, as: UTF8.self))
            edits = try editor.set(changed, at: embedding.path, document: document.index)
        } catch {
            throw DocumentError(name, error.message, at: error.mark)
        }
    }

    /// The changes as `diff -u` shows them.
    var difference: String {
        UnifiedDiff(original, edits: edits).text(oldName: name, newName: name)
    }
}
