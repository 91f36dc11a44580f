// Grantor
// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials
public import KubeCore

/// The keys in use, as `AdminAccess.status.keySet` shows them.
public struct KeySetSummary: Sendable, Hashable {
    /// What the endpoint turned out to serve.
    public enum Document: String, CaseIterable, Sendable {
        /// A key set (RFC 7517).
        case keySet = "KeySet"
        /// A discovery document that names the key set (OpenID Connect Discovery).
        case discovery = "Discovery"
    }

    /// One key.
    public struct Key: Sendable, Hashable {
        /// The key's id; `nil` when it has none.
        public var keyID: String?
        /// The key's type: `RSA`, `EC` or `OKP`.
        public var keyType: String
        /// The algorithm that the key is bound to; `nil` when the set does not say.
        public var algorithm: String?
        /// The RFC 7638 thumbprint (SHA-256, base64url).
        public var thumbprint: String

        /// Creates a key.
        public init(keyID: String?, keyType: String, algorithm: String?, thumbprint: String) {
            self.keyID = keyID
            self.keyType = keyType
            self.algorithm = algorithm
            self.thumbprint = thumbprint
        }
    }

    /// `jwksEndpoint` as it was when the keys came; after a restart they are taken up for no other.
    public var endpoint: String?
    /// The URL that the keys came from.
    public var uri: String
    /// What the configured endpoint serves.
    public var document: Document
    /// The usable keys.
    public var keys: [Key]
    /// How many keys were ignored.
    public var ignored: Int64
    /// A hash over the usable keys.
    public var hash: String
    /// When the usable keys last changed, to the second.
    public var changedAt: Date?

    /// Creates a summary.
    public init(
        endpoint: String? = nil,
        uri: String,
        document: Document,
        keys: [Key],
        ignored: Int64,
        hash: String,
        changedAt: Date?
    ) {
        self.endpoint = endpoint
        self.uri = uri
        self.document = document
        self.keys = keys
        self.ignored = ignored
        self.hash = hash
        self.changedAt = changedAt
    }
}

extension KeySetSummary: JSONReadable, JSONWritable {
    /// Reads a summary; keys that cannot be read are left out.
    ///
    /// - Throws: `FieldError` when a member is missing or of the wrong type.
    public init(json: JSONValue) throws(FieldError) {
        let path = FieldPath(keys: "status", "keySet")
        guard let object = json.object else { throw FieldError(.typeInvalid, path, detail: "must be an object") }
        let document = try object.requiredString("document", at: path)
        guard let document = Document(rawValue: document) else {
            throw FieldError(.notSupported, path.appending(key: "document"), badValue: .string(document))
        }
        self.init(
            endpoint: try object.optionalString("endpoint", at: path),
            uri: try object.requiredString("uri", at: path),
            document: document,
            keys: (object["keys"]?.array ?? []).compactMap { key in
                guard let type = key["kty"]?.string, let thumbprint = key["thumbprint"]?.string else { return nil }
                return Key(
                    keyID: key["kid"]?.string,
                    keyType: type,
                    algorithm: key["alg"]?.string,
                    thumbprint: thumbprint
                )
            },
            ignored: object["ignored"]?.integer ?? 0,
            hash: try object.optionalString("hash", at: path) ?? "",
            changedAt: object["changedAt"]?.string.flatMap(Timestamp.parse)
        )
    }

    /// The summary; what is not known is left out.
    public var json: JSONValue {
        .members([
            "endpoint": endpoint.map(JSONValue.string),
            "uri": .string(uri),
            "document": .string(document.rawValue),
            "keys": .array(
                keys.map { key in
                    .members([
                        "kid": key.keyID.map(JSONValue.string),
                        "kty": .string(key.keyType),
                        "alg": key.algorithm.map(JSONValue.string),
                        "thumbprint": .string(key.thumbprint),
                    ])
                }
            ),
            "ignored": .integer(ignored),
            "hash": .string(hash),
            "changedAt": changedAt.map { .string(Timestamp.format($0)) },
        ])
    }
}
