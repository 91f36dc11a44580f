// Grantor
// SPDX-License-Identifier: Apache-2.0

public import AdminAPI
import KubeCore

/// The listed users by their ids, which are compared byte by byte.
public struct UserDirectory: Sendable {
    /// An id whose equality is that of its bytes; `String ==` takes composed and decomposed letters for the same.
    private struct Key: Hashable {
        let id: String

        static func == (lhs: Self, rhs: Self) -> Bool {
            UTF8Order.equal(lhs.id, rhs.id)
        }

        func hash(into hasher: inout Hasher) {
            let done: Void? = id.utf8.withContiguousStorageIfAvailable { bytes in
                hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
            }
            guard done == nil else { return }
            // The same bytes in one piece, so that equal ids hash equally however they are stored.
            Array(id.utf8).withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    private let groups: [Key: [AdminUser.Group]]

    /// Takes users; of an id that occurs twice, which the rules exclude, only the groups in both count.
    public init(_ users: some Sequence<AdminUser>) {
        var groups: [Key: [AdminUser.Group]] = [:]
        for user in users {
            let key = Key(id: user.id)
            groups[key] = groups[key].map { known in known.filter(user.groups.contains) } ?? user.groups
        }
        self.groups = groups
    }

    /// The number of users.
    public var count: Int { groups.count }

    /// The groups of a user; `nil` when the user is not listed.
    public func groups(ofUser id: String) -> [AdminUser.Group]? {
        groups[Key(id: id)]
    }
}
