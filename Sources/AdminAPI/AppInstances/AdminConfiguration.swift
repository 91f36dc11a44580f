// Grantor
// SPDX-License-Identifier: Apache-2.0

/// An `admin` block that satisfies the rules, ready for use.
public struct AdminConfiguration: Sendable, Hashable {
    /// The identity provider, as in `keycloak`, `auth0`, `azure`.
    public var identityProvider: String
    /// The URL of the key set or discovery document, without white space around it.
    public var jwksEndpoint: String
    /// The users in the order listed; their ids differ.
    public var users: [AdminUser]

    /// Creates a configuration.
    public init(identityProvider: String, jwksEndpoint: String, users: [AdminUser]) {
        self.identityProvider = identityProvider
        self.jwksEndpoint = jwksEndpoint
        self.users = users
    }

    /// The users that get a grant.
    public var admins: [AdminUser] {
        users.filter(\.isAdmin)
    }

    /// The claim that holds a user's id unless the AdminAccess says otherwise: Entra's `sub` differs per application.
    public var defaultUserIDClaim: String {
        identityProvider == "azure" ? "oid" : "sub"
    }
}

/// One entry of `admin.users`.
public struct AdminUser: Sendable, Hashable {
    /// A group of users in InfluxDB Clustered.
    public enum Group: String, CaseIterable, Sendable {
        /// May do everything; the group of whoever names none.
        case admin = "Admin"
        /// May read, not change.
        case auditor = "Auditor"
        /// May use what is shared.
        case member = "Member"
    }

    /// The user's id at the identity provider; a byte string.
    public var id: String
    /// The given name.
    public var firstName: String
    /// The family name.
    public var lastName: String
    /// The e-mail address, which need not be real.
    public var email: String
    /// The groups, without repetition, in the order listed.
    public var groups: [Group]

    /// Creates a user.
    public init(id: String, firstName: String, lastName: String, email: String, groups: [Group] = [.admin]) {
        self.id = id
        self.firstName = firstName
        self.lastName = lastName
        self.email = email
        self.groups = groups
    }

    /// Whether the user gets a grant.
    public var isAdmin: Bool {
        groups.contains(.admin)
    }
}
