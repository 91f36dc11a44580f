// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Rendering
import YAMLSource

/// Values files, read and merged as Helm does it.
enum ValuesFiles {
    /// The values of several files, the later over the earlier; numbers as Helm holds those of files.
    ///
    /// - Throws: `FileError` or `DocumentError`.
    static func merged(_ paths: [String]) throws -> JSONObject {
        var values: JSONObject = [:]
        for path in paths {
            values = HelmValues.merge(try read(path), over: values)
        }
        return HelmValues.fromFile(values)
    }

    /// The values of one file.
    ///
    /// - Throws: `FileError`, or `DocumentError` when it holds something else.
    static func read(_ path: String) throws -> JSONObject {
        let bytes = try InputFile.read(path, limit: LoadedDocument.limits.bytes)
        let document = try LoadedDocument(name: path == "-" ? "<stdin>" : path, bytes: bytes)
        guard case .values(let values) = document.content else {
            throw DocumentError(document.name, "is an AppInstance, and no values file")
        }
        return values
    }
}
