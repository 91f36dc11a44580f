// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// An entry of `admin.users` to be written; what is `nil` is left out.
public struct ListedUser: Hashable, Sendable {
    /// The user's id at the identity provider; a byte string.
    public var id: String
    /// The given name.
    public var firstName: String?
    /// The family name.
    public var lastName: String?
    /// The e-mail address.
    public var email: String?
    /// The groups; the package takes a missing list for group Admin.
    public var groups: [String]?

    /// Creates an entry.
    public init(
        id: String,
        firstName: String? = nil,
        lastName: String? = nil,
        email: String? = nil,
        groups: [String]? = nil
    ) {
        self.id = id
        self.firstName = firstName
        self.lastName = lastName
        self.email = email
        self.groups = groups
    }

    /// Reads an entry; `nil` when it has no id that is a string.
    public init?(_ json: JSONValue) {
        guard let id = json["id"]?.string else { return nil }
        self.init(
            id: id,
            firstName: json["firstName"]?.string,
            lastName: json["lastName"]?.string,
            email: json["email"]?.string,
            groups: json["userGroups"]?.array?.compactMap(\.string)
        )
    }

    /// The entry as it stands in `admin.users`.
    public var json: JSONValue {
        merged(into: .object(["id": .string(id)]))
    }

    /// An entry with the fields of this one where it has some; the id and unknown fields stay.
    public func merged(into entry: JSONValue) -> JSONValue {
        var entry = entry
        if let firstName { entry["firstName"] = .string(firstName) }
        if let lastName { entry["lastName"] = .string(lastName) }
        if let email { entry["email"] = .string(email) }
        if let groups { entry["userGroups"] = .array(groups.map(JSONValue.string)) }
        return entry
    }
}
