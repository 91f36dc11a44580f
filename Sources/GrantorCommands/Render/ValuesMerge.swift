// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Rendering
import YAMLSource

/// Changes of a values file that leave every other byte of it as it is.
enum ValuesMerge {
    /// The text with other values in it.
    ///
    /// - Parameters:
    ///   - bytes: The text of the file.
    ///   - name: How it is called in messages.
    ///   - change: Makes of the values that it holds those that it is to hold.
    /// - Returns: The changed text, and what a person should know about the edits.
    /// - Throws: `DocumentError` when it is no values file, `YAMLEditingError`, or what `change` throws.
    static func merged(
        _ bytes: [UInt8],
        name: String,
        change: (JSONObject) throws -> JSONObject
    ) throws -> (bytes: [UInt8], notes: [YAMLEditingNote]) {
        let loaded = try LoadedDocument(name: name, bytes: bytes)
        guard case .values(let values) = loaded.content else {
            throw DocumentError(name, "is an AppInstance, and no values file")
        }
        var editor: YAMLEditor
        do {
            editor = try YAMLEditor(bytes, limits: LoadedDocument.limits)
            let filled = editor.documents.indices.filter { !editor.documents[$0].value.isNull }
            guard filled.count <= 1 else {
                throw DocumentError(name, "has several documents: leave one", at: editor.documents[filled[1]].start)
            }
            let wanted = JSONValue.object(try change(values))
            try editor.makeEqual(to: wanted, document: filled.first ?? 0)
        } catch let error as YAMLEditingError {
            throw DocumentError(name, error.message, at: error.mark)
        }
        return (editor.bytes, editor.notes)
    }
}
