// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// One admin that was granted (`AdminGrant` of `grantor.dev/v1alpha1`): the outcome, never the source.
public struct AdminGrant: Sendable, Hashable {
    /// What is granted to whom.
    public struct Spec: Sendable, Hashable {
        /// The name of the AppInstance; cannot be changed.
        public var appInstance: String
        /// The user's id at the identity provider; cannot be changed.
        public var userID: String
        /// The identity provider; cannot be changed.
        public var identityProvider: String
        /// The e-mail address as listed.
        public var email: String
        /// The given name as listed.
        public var firstName: String
        /// The family name as listed.
        public var lastName: String
        /// The groups, `Admin` among them.
        public var groups: [String]

        /// Creates a spec.
        public init(
            appInstance: String,
            userID: String,
            identityProvider: String,
            email: String,
            firstName: String,
            lastName: String,
            groups: [String]
        ) {
            self.appInstance = appInstance
            self.userID = userID
            self.identityProvider = identityProvider
            self.email = email
            self.firstName = firstName
            self.lastName = lastName
            self.groups = groups
        }

        /// Creates the spec for a listed user.
        public init(appInstance: String, identityProvider: String, user: AdminUser) {
            self.init(
                appInstance: appInstance,
                userID: user.id,
                identityProvider: identityProvider,
                email: user.email,
                firstName: user.firstName,
                lastName: user.lastName,
                groups: user.groups.map(\.rawValue)
            )
        }
    }

    /// Name, labels and owner among others.
    public var metadata: ObjectMeta
    /// What is granted to whom.
    public var spec: Spec

    /// Creates a grant.
    public init(metadata: ObjectMeta, spec: Spec) {
        self.metadata = metadata
        self.spec = spec
    }
}

extension AdminGrant.Spec: JSONReadable, JSONWritable {
    /// Reads a spec.
    ///
    /// - Throws: `FieldError` when a member is missing or of the wrong type.
    public init(json: JSONValue) throws(FieldError) {
        let path = FieldPath(keys: "spec")
        guard let object = json.object else { throw FieldError(.required, path) }
        let instance = try object.optionalObject("appInstance", at: path) ?? [:]
        self.init(
            appInstance: try instance.requiredString("name", at: path.appending(key: "appInstance")),
            userID: try object.requiredString("userID", at: path),
            identityProvider: try object.requiredString("identityProvider", at: path),
            email: try object.optionalString("email", at: path) ?? "",
            firstName: try object.optionalString("firstName", at: path) ?? "",
            lastName: try object.optionalString("lastName", at: path) ?? "",
            groups: (object["groups"]?.array ?? []).compactMap(\.string)
        )
    }

    /// The spec, all members present.
    public var json: JSONValue {
        [
            "appInstance": ["name": .string(appInstance)],
            "userID": .string(userID),
            "identityProvider": .string(identityProvider),
            "email": .string(email),
            "firstName": .string(firstName),
            "lastName": .string(lastName),
            "groups": .array(groups.map(JSONValue.string)),
        ]
    }
}

extension AdminGrant: JSONReadable, JSONWritable {
    /// Reads a grant.
    ///
    /// - Throws: `FieldError` when a member is missing or of the wrong type.
    public init(json: JSONValue) throws(FieldError) {
        self.init(
            metadata: try ObjectMeta(json: json["metadata"] ?? .null),
            spec: try Spec(json: json["spec"] ?? .null)
        )
    }

    /// The whole object.
    public var json: JSONValue {
        [
            "apiVersion": .string(ResourceType.adminGrants.apiVersion),
            "kind": .string(ResourceType.adminGrants.kind),
            "metadata": metadata.json,
            "spec": spec.json,
        ]
    }
}

extension ResourceType {
    /// `AdminGrant` of Grantor.
    public static let adminGrants = ResourceType(
        group: "grantor.dev",
        version: "v1alpha1",
        kind: "AdminGrant",
        plural: "admingrants"
    )
}
