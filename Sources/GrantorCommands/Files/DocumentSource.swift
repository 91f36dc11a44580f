// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore
import YAMLSource

/// Where a document that is named on the command line comes from.
enum DocumentSource: Hashable, Sendable {
    /// A file; `-` is standard input.
    case file(String)
    /// An AppInstance in the cluster: `live:NAMESPACE/NAME`, or `live:NAME` in the namespace of the context.
    case live(NamespacedName)

    /// Reads an object of the cluster, as it is there.
    typealias LiveReader = (NamespacedName) async throws -> JSONValue

    /// How the document is called in messages.
    var name: String {
        switch self {
        case .file("-"): "<stdin>"
        case .file(let path): path
        case .live(let name): "live:\(name)"
        }
    }

    /// How the document is named on the command line.
    var argument: String {
        switch self {
        case .file(let path): path
        case .live(let name): "live:\(name)"
        }
    }

    /// Reads the document, and finds out what it is.
    ///
    /// - Parameter live: Called for an object of the cluster alone.
    /// - Returns: The document.
    /// - Throws: `FileError`, `DocumentError`, or what `live` throws.
    func read(live: LiveReader) async throws -> LoadedDocument {
        switch self {
        case .file(let path):
            let bytes = try InputFile.read(path, limit: LoadedDocument.limits.bytes)
            return try LoadedDocument(name: name, bytes: bytes)
        case .live(let object):
            return try LoadedDocument(name: name, object: try await live(object))
        }
    }
}

extension DocumentSource: ExpressibleByArgument {
    init?(argument: String) {
        guard argument.hasPrefix("live:") else {
            self = .file(argument)
            return
        }
        let parts = argument.dropFirst(5).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard !parts.contains(""), (1...2).contains(parts.count) else { return nil }
        self = .live(NamespacedName(namespace: parts.count == 2 ? parts[0] : nil, name: parts[parts.count - 1]))
    }
}
