// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// One operation on an API server: what is done to what; names it in messages and gives its path.
struct Call: Sendable {
    /// What is done.
    enum Verb: String, Sendable {
        case get, list, watch, create, update, patch, delete

        /// Whether the operation leaves the world as it is.
        var isRead: Bool {
            switch self {
            case .get, .list, .watch: true
            case .create, .update, .patch, .delete: false
            }
        }
    }

    /// What is done.
    let verb: Verb
    /// To what, for people: `admingrants.grantor.dev default/x`.
    let subject: Subject
    /// Path and query, percent-encoded.
    let target: String
    /// The form of the answer, as `Accept` asks for it.
    var accept = Call.json

    /// Whole objects.
    static let json = "application/json"
    /// Objects cut down to their metadata; a server that cannot do that sends them whole.
    static func metadata(list: Bool) -> String {
        "application/json;as=PartialObjectMetadata\(list ? "List" : "");g=meta.k8s.io;v=v1,application/json"
    }

    /// What a call is about.
    enum Subject: Sendable {
        /// A path as it stands.
        case path(String)
        /// A collection, or an object of it.
        case resource(ResourceType, namespace: String?, name: String?, subresource: String?)
    }

    /// A call to a path as it stands.
    init(path: String) {
        verb = .get
        subject = .path(path)
        target = path.hasPrefix("/") ? path : "/" + path
    }

    /// A call to a collection or an object.
    ///
    /// - Throws: `KubeError` with code `BadRequest` when a name or a namespace is missing or cannot stand in a path.
    init(
        _ verb: Verb,
        _ type: ResourceType,
        namespace: String?,
        name: String? = nil,
        subresource: String? = nil,
        query: QueryString = QueryString()
    ) throws(KubeError) {
        self.verb = verb
        let namespace = type.isNamespaced ? namespace : nil
        subject = .resource(type, namespace: namespace, name: name, subresource: subresource)
        var target = type.group.isEmpty ? "/api/" : "/apis/"
        target.reserveCapacity(160)
        if !type.group.isEmpty {
            target += type.group
            target += "/"
        }
        target += type.version
        if let namespace {
            target += "/namespaces/"
            guard Self.append(segment: namespace, to: &target) else {
                throw KubeError(.badRequest, "cannot \(verb.rawValue) \(subject): the namespace is no name")
            }
        } else if type.isNamespaced, name != nil || verb == .create {
            throw KubeError(.badRequest, "cannot \(verb.rawValue) \(subject): no namespace is given")
        }
        target += "/"
        target += type.plural
        if let name {
            target += "/"
            guard Self.append(segment: name, to: &target) else {
                throw KubeError(.badRequest, "cannot \(verb.rawValue) \(subject): the name is no name")
            }
        }
        if let subresource {
            target += "/"
            target += subresource
        }
        self.target = query.isEmpty ? target : target + query.text
    }

    /// Appends one segment, encoded; `false` when it would change the shape of the path.
    private static func append(segment: String, to target: inout String) -> Bool {
        guard !segment.isEmpty, segment != ".", segment != ".." else { return false }
        PercentEncoding.append(segment, to: &target)
        return true
    }
}

extension Call: CustomStringConvertible {
    /// The operation in words: `create admingrants.grantor.dev default/x`.
    var description: String { "\(verb.rawValue) \(subject)" }
}

extension Call.Subject: CustomStringConvertible {
    /// The object in words: `admingrants.grantor.dev default/x`.
    var description: String {
        switch self {
        case .path(let path): return path
        case .resource(let type, let namespace, let name, let subresource):
            var text = type.qualifiedName
            switch (namespace, name) {
            case (let namespace?, let name?): text += " \(namespace)/\(name)"
            case (nil, let name?): text += " \(name)"
            case (let namespace?, nil): text += " in namespace \(namespace)"
            case (nil, nil): break
            }
            if let subresource { text += " (\(subresource))" }
            return text
        }
    }
}
