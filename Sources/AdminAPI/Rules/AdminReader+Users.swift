// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension AdminReader {
    static let userMembers = ["id", "firstName", "lastName", "email", "userGroups"]

    /// Reads `users`; those that are in order, or `nil` when the list itself is not.
    mutating func readUsers(_ object: JSONObject, at path: FieldPath, provider: String?) -> [AdminUser]? {
        let path = path.appending(key: "users")
        switch object["users"] {
        case nil, .null?:
            report(.usersMissing, path)
        case .array(let elements)?:
            guard elements.count <= AdminRules.maximumUsers else {
                report(.usersTooMany, path, "\(elements.count)")
                return nil
            }
            guard !elements.isEmpty else {
                report(.usersEmpty, path)
                return nil
            }
            return readUsers(elements, at: path, provider: provider)
        case let value?:
            report(.usersNotList, path, showing: .string(value.typeName))
        }
        return nil
    }

    private mutating func readUsers(_ elements: [JSONValue], at path: FieldPath, provider: String?) -> [AdminUser] {
        var users: [AdminUser] = []
        users.reserveCapacity(elements.count)
        var firstWithID: [IDBytes: Int] = [:]
        firstWithID.reserveCapacity(elements.count)
        var someAdmin = false
        var someGroupsUnknown = false
        for (index, element) in elements.enumerated() {
            guard let object = element.object else {
                report(.userNotMapping, path.appending(index: index), showing: .string(element.typeName))
                someGroupsUnknown = true
                continue
            }
            let id = readID(object, at: path, index, provider: provider)
            if let id, let first = firstWithID.updateValue(index, forKey: IDBytes(text: id)) {
                firstWithID[IDBytes(text: id)] = first
                let place = path.appending(index: index).appending(key: "id")
                report(.idDuplicate, place, "\(first)", showing: Self.shown(id))
            }
            let firstName = readName("firstName", object, at: path, index)
            let lastName = readName("lastName", object, at: path, index)
            let email = readEmail(object, at: path, index)
            let groups = readGroups(object, at: path, index)
            if object.count > Self.userMembers.count || object.contains(where: { !Self.isUserMember($0.name) }) {
                refuseUnknownUserMembers(object, at: path.appending(index: index))
            }
            someAdmin = someAdmin || groups?.contains(.admin) ?? false
            someGroupsUnknown = someGroupsUnknown || groups == nil
            if let id, let firstName, let lastName, let email, let groups {
                users.append(
                    AdminUser(id: id, firstName: firstName, lastName: lastName, email: email, groups: groups)
                )
            }
        }
        if !someAdmin, !someGroupsUnknown {
            report(.nobodyAdmin, path)
        }
        return users
    }

    // MARK: - id

    private mutating func readID(
        _ object: JSONObject,
        at path: FieldPath,
        _ index: Int,
        provider: String?
    ) -> String? {
        guard let id = requiredString("id", of: object, at: path.appending(index: index), missing: .idMissing) else {
            return nil
        }
        let shape = IDShape(id)
        if let problem = shape.problem {
            let place = path.appending(index: index).appending(key: "id")
            switch problem {
            case .tooLong: report(.idTooLong, place)
            case .outerSpace: report(.idOuterSpace, place, showing: Self.shown(id))
            case .controlCharacter: report(.idControlCharacter, place)
            }
            return nil
        }
        if shape.hasInvisible {
            let place = path.appending(index: index).appending(key: "id")
            report(.idInvisible, place)
        }
        return checkShape(of: id, provider: provider, at: path, index) ? id : nil
    }

    /// Compares an id with what the provider issues; false when that is an error.
    private mutating func checkShape(of id: String, provider: String?, at path: FieldPath, _ index: Int) -> Bool {
        let rule: AdminRule
        switch provider {
        case "azure" where !IDShape.isGUID(id): rule = .idNotEntra
        case "keycloak" where !IDShape.isGUID(id) && !IDShape.isFederated(id): rule = .idNotKeycloak
        case "auth0" where !IDShape.isAuth0(id): rule = .idNotAuth0
        default: return true
        }
        let place = path.appending(index: index).appending(key: "id")
        report(rule, place, showing: Self.shown(id))
        return rule.level == .warning
    }

    // MARK: - Names, e-mail address and groups

    private mutating func readName(_ name: String, _ object: JSONObject, at path: FieldPath, _ index: Int) -> String? {
        guard let text = requiredString(name, of: object, at: path.appending(index: index), missing: .nameMissing)
        else { return nil }
        guard text.utf8.count <= AdminRules.maximumNameLength else {
            report(.nameTooLong, path.appending(index: index).appending(key: name))
            return nil
        }
        return text
    }

    private mutating func readEmail(_ object: JSONObject, at path: FieldPath, _ index: Int) -> String? {
        guard let text = readName("email", object, at: path, index) else { return nil }
        if !IDShape.isEmail(text) {
            // The address itself is not shown: it would stand in status and Events.
            let place = path.appending(index: index).appending(key: "email")
            report(.emailShape, place)
        }
        return text
    }

    /// The groups, `Admin` alone when none are named; `nil` when they cannot be read.
    private mutating func readGroups(_ object: JSONObject, at path: FieldPath, _ index: Int) -> [AdminUser.Group]? {
        guard let value = object["userGroups"] else { return [.admin] }
        let path = path.appending(index: index).appending(key: "userGroups")
        guard let elements = value.array else {
            report(.groupsNotList, path, showing: .string(value.typeName))
            return nil
        }
        guard !elements.isEmpty else {
            report(.groupsEmpty, path)
            return nil
        }
        guard elements.count <= AdminRules.maximumGroups else {
            report(.groupsTooMany, path, "\(elements.count)")
            return nil
        }
        var groups: [AdminUser.Group] = []
        var isGood = true
        for (position, element) in elements.enumerated() {
            let place = path.appending(index: position)
            guard let text = element.string else {
                refuseNonString(element, at: place)
                isGood = false
                continue
            }
            guard let group = AdminUser.Group(rawValue: text) else {
                let names = AdminUser.Group.allCases.map(\.rawValue)
                let advice = Suggestion.nearest(to: text, in: names).map { " (did you mean \($0)?)" } ?? ""
                report(.groupUnknown, place, advice, showing: Self.shown(text))
                isGood = false
                continue
            }
            if groups.contains(group) {
                report(.groupRepeated, place, showing: .string(text))
            } else {
                groups.append(group)
            }
        }
        return isGood ? groups : nil
    }

    // MARK: - Unknown members

    private static func isUserMember(_ name: String) -> Bool {
        userMembers.contains { UTF8Order.equal($0, name) }
    }

    /// Reports fields that are not known: a misspelt one as an error, since `usergroups: [Auditor]` would make an admin.
    private mutating func refuseUnknownUserMembers(_ object: JSONObject, at path: FieldPath) {
        for (name, _) in object where !Self.isUserMember(name) {
            let place = Self.shownPath(path, name)
            if let near = Suggestion.nearest(to: name, in: Self.userMembers) {
                report(.userFieldMisspelt, place, near)
            } else {
                report(.userFieldUnknown, place)
            }
        }
    }
}

/// A user id that equals another only when the bytes are the same.
private struct IDBytes: Hashable {
    let text: String

    static func == (lhs: Self, rhs: Self) -> Bool {
        UTF8Order.equal(lhs.text, rhs.text)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
