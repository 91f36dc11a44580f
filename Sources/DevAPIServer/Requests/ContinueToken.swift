// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// Where a list that was cut goes on; opaque to clients (`apiserver/pkg/storage/continue.go`).
struct ContinueToken: Sendable, Hashable {
    /// The resource version of the whole list.
    var revision: Int64
    /// The namespace of the last object that was shown.
    var namespace: String
    /// The name of the last object that was shown.
    var name: String

    /// Creates a token.
    init(revision: Int64, namespace: String, name: String) {
        self.revision = revision
        self.namespace = namespace
        self.name = name
    }

    /// Reads a token.
    ///
    /// - Throws: `Status` 400 when this server did not write it.
    init(parsing text: String) throws(Status) {
        var padded = text.replacing("-", with: "+").replacing("_", with: "/")
        while padded.utf8.count % 4 != 0 { padded += "=" }
        guard let data = Data(base64Encoded: padded), let json = try? JSONValue(parsing: data),
            json["v"] == "meta.k8s.io/v1", let revision = json["rv"]?.integer, revision > 0,
            let start = json["start"]?.array, start.count == 2, let namespace = start[0].string,
            let name = start[1].string
        else { throw .badRequest("continue key is not valid: the token was not made by this server") }
        self.init(revision: revision, namespace: namespace, name: name)
    }

    /// The token as text that needs no escaping in a query.
    var text: String {
        let json: JSONValue = [
            "v": "meta.k8s.io/v1", "rv": .integer(revision), "start": [.string(namespace), .string(name)],
        ]
        return Data(json.jsonBytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Whether an object comes after the place of the token.
    func precedes(_ key: ObjectKey) -> Bool {
        let order = UTF8Order.compare(namespace, key.namespace)
        return order == 0 ? UTF8Order.compare(name, key.name) < 0 : order < 0
    }
}
