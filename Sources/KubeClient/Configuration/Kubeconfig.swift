// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The content of one kubeconfig file, or of several that were merged (`Config` of client-go's `clientcmd/api/v1`).
struct Kubeconfig: Sendable {
    /// A named entry, and the file it stands in.
    struct Entry: Sendable {
        /// Its members.
        var fields: JSONObject
        /// The file.
        var file: String

        /// The directory of the file, against which relative paths count.
        var directory: String {
            file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
        }

        /// A path of this entry, made absolute.
        func resolve(_ path: String) -> String {
            path.hasPrefix("/") ? path : directory == "/" ? "/\(path)" : "\(directory)/\(path)"
        }
    }

    /// The context to use when none is asked for, and the file that says so.
    var currentContext: (name: String, file: String)?
    /// The clusters by name.
    var clusters: [String: Entry] = [:]
    /// The users by name.
    var users: [String: Entry] = [:]
    /// The contexts by name.
    var contexts: [String: Entry] = [:]
    /// The files that were read.
    var files: [String] = []

    /// Whether nothing at all is configured.
    var isEmpty: Bool { currentContext == nil && clusters.isEmpty && users.isEmpty && contexts.isEmpty }

    /// Creates an empty one.
    init() {}

    /// Reads the content of a file.
    ///
    /// - Parameters:
    ///   - bytes: The content, YAML or JSON.
    ///   - file: The file's absolute path.
    /// - Throws: `KubeError` with code `InvalidConfiguration`.
    init(_ bytes: [UInt8], file: String) throws(KubeError) {
        files = [file]
        let value = try ConfigurationText.parse(bytes, name: file)
        if value == .null { return }
        guard let root = value.object else { throw Self.failure(file, "it is no mapping") }
        if let kind = root["kind"]?.string, kind != "Config" { throw Self.failure(file, "its kind is not Config") }
        if let version = root["apiVersion"]?.string, version != "v1" {
            throw Self.failure(file, "its apiVersion is not v1")
        }
        do throws(FieldError) {
            if let name = try root.optionalString("current-context"), !name.isEmpty { currentContext = (name, file) }
        } catch {
            throw Self.failure(file, "\(error)")
        }
        clusters = try Self.entries("clusters", "cluster", of: root, file: file)
        users = try Self.entries("users", "user", of: root, file: file)
        contexts = try Self.entries("contexts", "context", of: root, file: file)
    }

    /// Takes over what a further file has and this one has not.
    mutating func merge(_ other: Kubeconfig) {
        currentContext = currentContext ?? other.currentContext
        clusters.merge(other.clusters) { first, _ in first }
        users.merge(other.users) { first, _ in first }
        contexts.merge(other.contexts) { first, _ in first }
        files += other.files
    }

    private static func entries(
        _ list: String,
        _ member: String,
        of root: JSONObject,
        file: String
    ) throws(KubeError) -> [String: Entry] {
        switch root[list] {
        case nil, .null: return [:]
        case .array(let elements):
            var entries: [String: Entry] = [:]
            for (index, element) in elements.enumerated() {
                guard let name = element["name"]?.string else {
                    throw failure(file, "\(list)[\(index)] has no name; quote it if it looks like a number")
                }
                let fields: JSONObject
                switch element[member] {
                case nil, .null: fields = [:]
                case .object(let object): fields = object
                default: throw failure(file, "\(list)[\(index)].\(member) is no mapping")
                }
                guard entries.updateValue(Entry(fields: fields, file: file), forKey: name) == nil else {
                    throw failure(file, "\(list) names \"\(name)\" twice")
                }
            }
            return entries
        default: throw failure(file, "\(list) is no list")
        }
    }

    private static func failure(_ file: String, _ detail: String) -> KubeError {
        KubeError(.invalidConfiguration, "cannot use the kubeconfig \(file): \(detail)")
    }
}
