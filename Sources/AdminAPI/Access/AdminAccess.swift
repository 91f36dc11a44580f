// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// What the operator found out about one AppInstance, and how it is to go about it (`AdminAccess` of
/// `grantor.dev/v1alpha1`); it has the AppInstance's name and namespace.
public struct AdminAccess: Sendable, Hashable {
    /// What a user may set.
    public struct Spec: Sendable, Hashable {
        /// The required `iss` of tokens; `nil` takes the discovered or derived one.
        public var issuer: String?
        /// The accepted `aud` values; with none no token is accepted.
        public var audiences: [String]
        /// The claim compared with `users[].id`; `nil` takes the provider's default.
        public var userIDClaim: String?
        /// How long a key that the provider withdrew is still accepted, at most.
        public var keysMaxAge: Duration
        /// How long the last good keys serve when the provider cannot be reached.
        public var keysMaxStale: Duration
        /// Whether plain http is permitted everywhere.
        public var allowInsecureEndpoint: Bool
        /// Whether the operator observes only.
        public var paused: Bool

        /// Creates a spec; everything has a default.
        public init(
            issuer: String? = nil,
            audiences: [String] = [],
            userIDClaim: String? = nil,
            keysMaxAge: Duration = Self.defaultKeysMaxAge,
            keysMaxStale: Duration = Self.defaultKeysMaxStale,
            allowInsecureEndpoint: Bool = false,
            paused: Bool = false
        ) {
            self.issuer = issuer
            self.audiences = audiences
            self.userIDClaim = userIDClaim
            self.keysMaxAge = keysMaxAge
            self.keysMaxStale = keysMaxStale
            self.allowInsecureEndpoint = allowInsecureEndpoint
            self.paused = paused
        }

        /// `keys.maxAge` when it is not set: 5 minutes.
        public static let defaultKeysMaxAge = Duration.seconds(300)
        /// `keys.maxStale` when it is not set: 24 hours.
        public static let defaultKeysMaxStale = Duration.seconds(86_400)
    }

    /// Name, identity and owner among others.
    public var metadata: ObjectMeta
    /// What a user set.
    public var spec: Spec
    /// What the operator found; `nil` before its first visit.
    public var status: AdminAccessStatus?

    /// Creates an AdminAccess.
    public init(metadata: ObjectMeta, spec: Spec = Spec(), status: AdminAccessStatus? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

extension AdminAccess.Spec: JSONReadable, JSONWritable {
    /// Reads a spec; `null` is the empty one.
    ///
    /// - Throws: `FieldError` when a member is of the wrong type, or a duration cannot be read.
    public init(json: JSONValue) throws(FieldError) {
        let path = FieldPath(keys: "spec")
        guard !json.isNull else {
            self.init()
            return
        }
        guard let object = json.object else {
            throw FieldError(.typeInvalid, path, badValue: .string(json.typeName), detail: "must be an object")
        }
        let keys = try object.optionalObject("keys", at: path) ?? [:]
        let keysPath = path.appending(key: "keys")
        self.init(
            issuer: try object.optionalString("issuer", at: path),
            audiences: (object["audiences"]?.array ?? []).compactMap(\.string),
            userIDClaim: try object.optionalString("userIDClaim", at: path),
            keysMaxAge: try Self.duration("maxAge", of: keys, at: keysPath) ?? Self.defaultKeysMaxAge,
            keysMaxStale: try Self.duration("maxStale", of: keys, at: keysPath) ?? Self.defaultKeysMaxStale,
            allowInsecureEndpoint: object["allowInsecureEndpoint"]?.bool ?? false,
            paused: object["paused"]?.bool ?? false
        )
    }

    private static func duration(
        _ name: String,
        of object: JSONObject,
        at path: FieldPath
    ) throws(FieldError) -> Duration? {
        guard let text = try object.optionalString(name, at: path) else { return nil }
        guard let duration = GoDuration.parse(text) else {
            let detail = "must be a duration such as 5m or 24h"
            throw FieldError(.invalid, path.appending(key: name), badValue: .string(text), detail: detail)
        }
        return duration
    }

    /// The spec; members at their default are left out.
    public var json: JSONValue {
        let keys = JSONValue.members([
            "maxAge": keysMaxAge == Self.defaultKeysMaxAge ? nil : .string(GoDuration.format(keysMaxAge)),
            "maxStale": keysMaxStale == Self.defaultKeysMaxStale ? nil : .string(GoDuration.format(keysMaxStale)),
        ])
        return .members([
            "issuer": issuer.map(JSONValue.string),
            "audiences": audiences.isEmpty ? nil : .array(audiences.map(JSONValue.string)),
            "userIDClaim": userIDClaim.map(JSONValue.string),
            "keys": keys == [:] ? nil : keys,
            "allowInsecureEndpoint": allowInsecureEndpoint ? true : nil,
            "paused": paused ? true : nil,
        ])
    }
}

extension AdminAccess: JSONReadable, JSONWritable {
    /// Reads an AdminAccess.
    ///
    /// - Throws: `FieldError` when a member is missing or of the wrong type.
    public init(json: JSONValue) throws(FieldError) {
        guard var metadata = json["metadata"]?.object else { throw FieldError(.required, FieldPath(keys: "metadata")) }
        metadata["annotations"] = nil
        metadata["managedFields"] = nil
        let status = json["status"] ?? .null
        self.init(
            metadata: try ObjectMeta(json: .object(metadata)),
            spec: try Spec(json: json["spec"] ?? .null),
            status: status.isNull ? nil : try AdminAccessStatus(json: status)
        )
    }

    /// The whole object; `spec` and `status` are left out while they are empty.
    public var json: JSONValue {
        let specJSON = spec.json
        return .members([
            "apiVersion": .string(ResourceType.adminAccesses.apiVersion),
            "kind": .string(ResourceType.adminAccesses.kind),
            "metadata": metadata.json,
            "spec": specJSON == [:] ? nil : specJSON,
            "status": status?.json,
        ])
    }
}

extension ResourceType {
    /// `AdminAccess` of Grantor.
    public static let adminAccesses = ResourceType(
        group: "grantor.dev",
        version: "v1alpha1",
        kind: "AdminAccess",
        plural: "adminaccesses"
    )
}
