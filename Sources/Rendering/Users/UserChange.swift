// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// A change of a list of users, and what it comes to for each of them.
public struct UserChange: Sendable {
    /// What became of one user.
    public enum Outcome: Hashable, Sendable {
        /// A new entry.
        case added
        /// An entry that differs now.
        case changed
        /// An entry that is gone.
        case removed
        /// An entry that was there and is as it was, and why where that is not plain.
        case kept(String?)
        /// Somebody who is not listed, and why.
        case skipped(String)
    }

    /// A user and what became of them.
    public struct Report: Hashable, Sendable {
        /// The user's id, or where they stood in an import when they have none.
        public let user: String
        /// What became of them.
        public let outcome: Outcome
    }

    /// The entries, as they stand in `admin.users`.
    public private(set) var users: [JSONValue]
    /// What became of whom, in order.
    public private(set) var reports: [Report] = []

    private var places: [[UInt8]: Int] = [:]
    /// GUIDs in small letters, which other spellings of the same user are found by.
    private var spellings: [String: Int] = [:]

    /// Begins with the users of a file.
    public init(_ users: [JSONValue]) {
        self.users = users
        for (index, user) in users.enumerated() {
            guard let id = user["id"]?.string else { continue }
            remember(id, at: index)
        }
    }

    /// Whether nothing differs.
    public var isEmpty: Bool {
        !reports.contains { report in
            switch report.outcome {
            case .added, .changed, .removed: true
            case .kept, .skipped: false
            }
        }
    }

    /// Adds a user unless they are listed; false when they are, with other fields.
    public mutating func add(_ user: ListedUser) -> Bool {
        if let place = places[Array(user.id.utf8)] {
            let isSame = user.merged(into: users[place]).isSame(as: users[place])
            report(user.id, .kept(isSame ? nil : "is listed already, with other fields"))
            return isSame
        }
        if user.id.utf8.count == 36, let place = spellings[user.id.lowercased()] {
            report(user.id, .kept("is listed already, as \(users[place]["id"]?.string ?? "")"))
            return true
        }
        remember(user.id, at: users.count)
        users.append(user.json)
        report(user.id, .added)
        return true
    }

    /// Changes the fields of a listed user; false when they are not listed.
    public mutating func set(_ user: ListedUser) -> Bool {
        guard let place = places[Array(user.id.utf8)] else {
            report(user.id, .skipped("is not listed"))
            return false
        }
        let entry = user.merged(into: users[place])
        let isSame = entry.isSame(as: users[place])
        users[place] = entry
        report(user.id, isSame ? .kept(nil) : .changed)
        return true
    }

    /// Takes out every entry with an id; nothing happens when there is none.
    public mutating func remove(_ id: String) {
        let count = users.count
        users.removeAll { $0["id"]?.string.map { UTF8Order.equal($0, id) } ?? false }
        report(id, users.count < count ? .removed : .skipped("is not listed"))
        self = Self(users, reports)
    }

    /// Records somebody whom an import leaves out.
    public mutating func skip(_ user: String, _ reason: String) {
        report(user, .skipped(reason))
    }

    private init(_ users: [JSONValue], _ reports: [Report]) {
        self.init(users)
        self.reports = reports
    }

    private mutating func remember(_ id: String, at index: Int) {
        let key = Array(id.utf8)
        if places[key] == nil { places[key] = index }
        if id.utf8.count == 36 { spellings[id.lowercased()] = index }
    }

    private mutating func report(_ user: String, _ outcome: Outcome) {
        reports.append(Report(user: user, outcome: outcome))
    }
}
