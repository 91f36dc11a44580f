// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// What differs between two AppInstances, those who have access first.
///
/// What the API server and kubit write (`status`, versions, managed fields) and annotations of tools do not count; nor
/// does the order of the users.
public struct InstanceComparison: Hashable, Sendable {
    /// A user that stands in both lists with other fields.
    public struct Change: Hashable, Sendable {
        /// The entry in the first AppInstance.
        public let old: ComparedUser
        /// The entry in the second.
        public let new: ComparedUser
        /// The fields that differ, with paths below the entry.
        public let fields: [ValueDifference]
    }

    /// Who is in group Admin only in the second.
    public private(set) var gains: [ComparedUser] = []
    /// Who is in group Admin only in the first.
    public private(set) var loses: [ComparedUser] = []
    /// Who is listed in both, with other fields; also those above when they are.
    public private(set) var changes: [Change] = []
    /// Who is listed only in the second, without being in group Admin.
    public private(set) var added: [ComparedUser] = []
    /// Who was listed only in the first, without being in group Admin.
    public private(set) var removed: [ComparedUser] = []
    /// What else differs in `admin` and `egress`.
    public private(set) var admin: [ValueDifference] = []
    /// What differs anywhere else.
    public private(set) var rest: [ValueDifference] = []

    /// Whether both mean the same.
    public var isSame: Bool {
        gains.isEmpty && loses.isEmpty && changes.isEmpty && added.isEmpty && removed.isEmpty && admin.isEmpty
            && rest.isEmpty
    }

    /// Compares two AppInstances.
    ///
    /// - Parameters:
    ///   - old: The first.
    ///   - new: The second.
    ///   - isAdminOnly: Whether `admin` and `egress` alone count.
    public init(_ old: JSONValue, _ new: JSONValue, isAdminOnly: Bool = false) {
        var before = Self.reduced(old)
        var after = Self.reduced(new)
        if let users = ComparedUser.all(in: Self.users(of: before)),
            let others = ComparedUser.all(in: Self.users(of: after))
        {
            compare(users, others)
            before = Self.withoutUsers(before)
            after = Self.withoutUsers(after)
        }
        for difference in ValueDifference.between(before, after) {
            if Self.isAdmin(difference.path) {
                admin.append(difference)
            } else if !isAdminOnly {
                rest.append(difference)
            }
        }
    }

    private mutating func compare(_ old: [ComparedUser], _ new: [ComparedUser]) {
        var before: [[UInt8]: ComparedUser] = [:]
        for user in old { before[Array(user.id.utf8)] = user }
        for user in new {
            guard let known = before.removeValue(forKey: Array(user.id.utf8)) else {
                if user.isAdmin { gains.append(user) } else { added.append(user) }
                continue
            }
            if user.isAdmin, !known.isAdmin { gains.append(user) }
            if known.isAdmin, !user.isAdmin { loses.append(user) }
            let fields = ValueDifference.between(known.value, user.value)
            if !fields.isEmpty { changes.append(Change(old: known, new: user, fields: fields)) }
        }
        for user in old where before[Array(user.id.utf8)] != nil {
            if user.isAdmin { loses.append(user) } else { removed.append(user) }
        }
    }

    // MARK: - What counts

    private static let packageSpec = ["spec", "package", "spec"]

    private static func users(of instance: JSONValue) -> JSONValue? {
        instance[path: packageSpec + ["admin", "users"]]
    }

    private static func withoutUsers(_ instance: JSONValue) -> JSONValue {
        guard var admin = instance[path: packageSpec + ["admin"]]?.object, var package = instance[path: packageSpec]
        else {
            return instance
        }
        admin["users"] = nil
        package["admin"] = .object(admin)
        var outer = instance["spec"]?["package"] ?? [:]
        outer["spec"] = package
        var spec = instance["spec"] ?? [:]
        spec["package"] = outer
        var copy = instance
        copy["spec"] = spec
        return copy
    }

    private static func isAdmin(_ path: FieldPath) -> Bool {
        let elements = path.elements
        guard elements.count > packageSpec.count else {
            // Where one of them has no package at all, it has no admin block either.
            return elements.first == .key("spec") && elements.dropFirst().allSatisfy { packageSpec.contains($0.name) }
        }
        return elements[packageSpec.count] == .key("admin") || elements[packageSpec.count] == .key("egress")
    }

    /// The parts that people write.
    private static func reduced(_ instance: JSONValue) -> JSONValue {
        var object = instance.object ?? [:]
        object["status"] = nil
        var metadata: JSONObject = [:]
        for name in ["name", "namespace"] { metadata[name] = instance["metadata"]?[name] }
        for kind in ["labels", "annotations"] {
            guard var own = instance["metadata"]?[kind]?.object else { continue }
            own.keep { !ChartTarget.isOfTool($0.name) }
            if !own.isEmpty { metadata[kind] = .object(own) }
        }
        object["metadata"] = .object(metadata)
        if var spec = object["spec"]?.object {
            // What its absence means, kubit's definition says.
            if spec["pause"] == nil { spec["pause"] = false }
            if spec["imagePullSecrets"] == nil { spec["imagePullSecrets"] = [] }
            object["spec"] = .object(spec)
        }
        return HelmNumber.canonical(.object(object))
    }
}

extension FieldPath.Element {
    /// The name of a member; empty for an index.
    fileprivate var name: String {
        if case .key(let name) = self { name } else { "" }
    }
}
