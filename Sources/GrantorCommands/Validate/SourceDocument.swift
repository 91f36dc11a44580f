// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import YAMLSource

/// An object inside a file: on its own, as an item of a list, or as text in a ConfigMap.
struct SourceDocument {
    /// The object.
    let value: JSONValue
    /// The document that it stands in.
    let document: YAMLDocument
    /// Where it stands in that document.
    let prefix: FieldPath
    /// What turns a position of the document into one of the file.
    let origin: Origin

    /// How positions in a document relate to the file.
    enum Origin {
        /// They are the same.
        case file
        /// The document is a literal block: lines and columns are shifted.
        case block(lines: Int, columns: Int)
        /// The document is a quoted string: everything stands where the string begins.
        case fixed(Mark)
    }

    /// The position of a field in the file; `preferringKey` when the name of the member is what is wrong.
    func mark(at path: FieldPath, preferringKey: Bool) -> Mark {
        let whole = FieldPath(prefix.elements + path.elements)
        let mark = (preferringKey ? document.keyMark(at: whole) : nil) ?? document.mark(at: whole) ?? document.start
        switch origin {
        case .file: return mark
        case .block(let lines, let columns): return Mark(line: mark.line + lines, column: mark.column + columns)
        case .fixed(let mark): return mark
        }
    }

    /// The text of a plain scalar that is no string.
    func sourceText(at path: FieldPath) -> String? {
        document.sourceText(at: FieldPath(prefix.elements + path.elements))
    }
}
