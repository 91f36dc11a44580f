// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// An entry of `admin.users` as it stands, whether or not it is in order.
public struct ComparedUser: Hashable, Sendable {
    /// The id; a byte string.
    public let id: String
    /// The whole entry.
    public let value: JSONValue
    /// Whether group Admin is named, or no group at all.
    public let isAdmin: Bool

    /// Reads an entry; `nil` when it has no id that is a string.
    init?(_ value: JSONValue) {
        guard let id = value["id"]?.string else { return nil }
        self.id = id
        self.value = value
        switch value["userGroups"] {
        case nil, .null?: isAdmin = true
        case .array(let groups)?: isAdmin = groups.contains("Admin")
        default: isAdmin = false
        }
    }

    /// First and last name, as far as there are any.
    public var name: String {
        ["firstName", "lastName"].compactMap { value[$0]?.string }.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The e-mail address, as far as there is one.
    public var email: String? {
        value["email"]?.string
    }

    /// The groups that are named.
    public var groups: [String] {
        (value["userGroups"]?.array ?? []).compactMap(\.string)
    }

    /// All entries of a list; `nil` when it is no list, or an entry has no id or one that occurs twice.
    static func all(in list: JSONValue?) -> [ComparedUser]? {
        guard let list, !list.isNull else { return [] }
        guard let elements = list.array else { return nil }
        var users: [ComparedUser] = []
        var seen: Set<[UInt8]> = []
        for element in elements {
            guard let user = ComparedUser(element), seen.insert(Array(user.id.utf8)).inserted else { return nil }
            users.append(user)
        }
        return users
    }
}
