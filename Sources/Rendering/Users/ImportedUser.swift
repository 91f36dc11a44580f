// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A row of a table, or an element of a list, that is to become a user.
public struct ImportedUser: Hashable, Sendable {
    /// Where it stands: `line 3` or `element 2`.
    public let place: String
    /// The user, or why there is none.
    public let user: Result<ListedUser, Refusal>

    /// Why a row is left out.
    public struct Refusal: Error, Hashable, Sendable {
        /// The reason, as it follows `skipped: `.
        public let reason: String
    }

    init(_ place: String, _ user: ListedUser) {
        self.place = place
        self.user = .success(user)
    }

    init(_ place: String, refused reason: String) {
        self.place = place
        user = .failure(Refusal(reason: reason))
    }
}

/// Why a whole import cannot be read.
public struct ImportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason: `cannot read users: ...`.
    public let description: String

    init(_ detail: String) {
        description = "cannot read users: \(detail)"
    }
}
