// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension AdminReader {
    private static let userMembers = ["id", "firstName", "lastName", "email", "userGroups"]

    /// Reads `users`; those that are in order, or `nil` when the list itself is not.
    mutating func readUsers(_ object: JSONObject, at path: FieldPath, provider: String?) -> [AdminUser]? {
        let path = path.appending(key: "users")
        switch object["users"] {
        case nil, .null?:
            error(.required, path, "list the users, at least one")
        case .array(let elements)?:
            guard elements.count <= AdminRules.maximumUsers else {
                let most = AdminRules.maximumUsers
                error(.tooMany, path, "must have at most \(most) items, and has \(elements.count)")
                return nil
            }
            guard !elements.isEmpty else {
                error(.required, path, "must list at least one user")
                return nil
            }
            return readUsers(elements, at: path, provider: provider)
        case let value?:
            error(.typeInvalid, path, "must be a list of users", showing: .string(value.typeName))
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
                let detail = "must be a mapping with id, firstName, lastName and email"
                error(.typeInvalid, path.appending(index: index), detail, showing: .string(element.typeName))
                someGroupsUnknown = true
                continue
            }
            let id = readID(object, at: path, index, provider: provider)
            if let id, let first = firstWithID.updateValue(index, forKey: IDBytes(text: id)) {
                firstWithID[IDBytes(text: id)] = first
                let place = path.appending(index: index).appending(key: "id")
                error(.duplicate, place, "is the id of users[\(first)] too", showing: Self.shown(id))
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
            error(
                .invalid,
                path,
                "nobody is in group Admin: at least one user must be (leave out userGroups, or add Admin)"
            )
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
        let advice = "give the user's id at the identity provider"
        guard let id = requiredString("id", of: object, at: path.appending(index: index), advice) else { return nil }
        let shape = IDShape(id)
        if let problem = shape.problem {
            let place = path.appending(index: index).appending(key: "id")
            switch problem {
            case .tooLong: error(.tooLong, place, "may be at most \(AdminRules.maximumIDLength) bytes long")
            case .outerSpace: error(.invalid, place, "must not have white space around it", showing: Self.shown(id))
            case .controlCharacter: error(.invalid, place, "must not hold control characters")
            }
            return nil
        }
        if shape.hasInvisible {
            let place = path.appending(index: index).appending(key: "id")
            warn(.invalid, place, "holds an invisible character, which is compared like any other")
        }
        return checkShape(of: id, provider: provider, at: path, index) ? id : nil
    }

    /// Compares an id with what the provider issues; false when that is an error.
    private mutating func checkShape(of id: String, provider: String?, at path: FieldPath, _ index: Int) -> Bool {
        let detail: String
        switch provider {
        case "azure" where !IDShape.isGUID(id):
            detail = "must be the user's object id (OID), a GUID such as 00000000-0000-4000-8000-000000000000"
        case "keycloak" where !IDShape.isGUID(id) && !IDShape.isFederated(id):
            detail = "is no Keycloak user id: that is a UUID, or begins with f: for federated users"
        case "auth0" where !IDShape.isAuth0(id):
            detail = "is no Auth0 user id: that has the form connection|id"
        default: return true
        }
        let place = path.appending(index: index).appending(key: "id")
        if provider == "azure" {
            error(.invalid, place, detail, showing: Self.shown(id))
            return false
        }
        warn(.invalid, place, detail, showing: Self.shown(id))
        return true
    }

    // MARK: - Names, e-mail address and groups

    private mutating func readName(_ name: String, _ object: JSONObject, at path: FieldPath, _ index: Int) -> String? {
        let advice = "every user needs one; it may be made up"
        guard let text = requiredString(name, of: object, at: path.appending(index: index), advice) else { return nil }
        guard text.utf8.count <= 1_024 else {
            error(.tooLong, path.appending(index: index).appending(key: name), "may be at most 1024 bytes long")
            return nil
        }
        return text
    }

    private mutating func readEmail(_ object: JSONObject, at path: FieldPath, _ index: Int) -> String? {
        guard let text = readName("email", object, at: path, index) else { return nil }
        if !IDShape.isEmail(text) {
            // The address itself is not shown: it would stand in status and Events.
            let place = path.appending(index: index).appending(key: "email")
            warn(.invalid, place, "does not look like an e-mail address")
        }
        return text
    }

    /// The groups, `Admin` alone when none are named; `nil` when they cannot be read.
    private mutating func readGroups(_ object: JSONObject, at path: FieldPath, _ index: Int) -> [AdminUser.Group]? {
        guard let value = object["userGroups"] else { return [.admin] }
        let path = path.appending(index: index).appending(key: "userGroups")
        guard let elements = value.array else {
            let detail = "must be a list of groups; leave it out for Admin"
            error(.typeInvalid, path, detail, showing: .string(value.typeName))
            return nil
        }
        guard !elements.isEmpty else {
            error(.required, path, "must name at least one group; leave it out for Admin")
            return nil
        }
        guard elements.count <= 32 else {
            error(.tooMany, path, "must have at most 32 items, and has \(elements.count)")
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
                let detail = "supported values: \(names.map { "\"\($0)\"" }.joined(separator: ", "))\(advice)"
                error(.notSupported, place, detail, showing: Self.shown(text))
                isGood = false
                continue
            }
            if groups.contains(group) {
                warn(.duplicate, place, "is named before", showing: .string(text))
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
                error(.forbidden, place, "this field is not known: did you mean \(near)?")
            } else {
                warn(.forbidden, place, "this field is not known and does nothing")
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
