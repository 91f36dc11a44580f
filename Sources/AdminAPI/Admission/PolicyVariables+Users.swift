// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Errors of the list of users and of each user.
extension PolicyVariables {
    /// Up to how many users ids are compared with each other; and up to which product of their number and their length
    /// together, since the API server allows each expression a cost of a million, of which this is four fifths.
    private static let mostCompared = 1_000
    private static let mostCost = 4_000_000

    mutating func checkUsers() {
        let users = "variables.admin.users"
        let path: CELText = "\(Self.root).users"
        defineUserList()
        checkBlock("usersFault", of: "users") { chain in
            chain.fault(CEL.isMissing(users), CELText(.usersMissing, at: path))
            chain.fault("type(\(users)) != list", CELText(.usersNotList, at: path, showing: .typeName(users)))
            let count: CELText = "\(cel: "string(\(users).size())")"
            chain.fault(
                "\(users).size() > \(AdminRules.maximumUsers)",
                CELText(.usersTooMany, at: path, count)
            )
            chain.fault("\(users).size() == 0", CELText(.usersEmpty, at: path))
            // The list ends it at the first user who is, or may be, an admin.
            let others = CEL.list(AdminUser.Group.allCases.filter { $0 != .admin }.map(\.rawValue))
            let isNoAdmin =
                "type(u) == map && has(u.userGroups) && type(u.userGroups) == list && u.userGroups.size() > 0 && "
                + "u.userGroups.all(g, g in \(others))"
            chain.fault("\(users).all(u, \(isNoAdmin))", CELText(.nobodyAdmin, at: path))
        }
        defineCloser([
            ("variables.isEntra", Self.plainUser(id: Self.guid)), ("", Self.plainUser(id: "^[!-~]+$")),
        ])
        checkUserFields()
        checkIDs()
        for name in ["firstName", "lastName", "email"] {
            checkUsers("\(name)Fault", of: name) { chain in
                chain.when("type(u) != map", .fine)
                chain.requireText("u.\(name)", at: ".\(name)", missing: .nameMissing)
                let most = AdminRules.maximumNameLength
                // A character takes four bytes at most.
                chain.fault(
                    "u.\(name).size() > \(most / 4) && bytes(u.\(name)).size() > \(most)",
                    CELText(.nameTooLong, at: ".\(name)")
                )
            }
        }
        checkGroups()
        checkRepeatedIDs()
    }

    /// Users that are no mappings, and fields that look like one that is known: `usergroups` would make an admin.
    private mutating func checkUserFields() {
        checkUsers("userFault", of: "") { chain in
            chain.requireMapping("u", at: "", .userNotMapping)
            // Quick for those that have what everybody has and nothing else.
            chain.when(Self.hasKnownFieldsAlone, .fine)
            let isNear = NearName.isNear("k", anyOf: AdminReader.userMembers)
            let misspelt = "u.filter(k, !(k in \(CEL.list(AdminReader.userMembers))) && (\(isNear)))"
            let known = NearName.nearest(to: "k", among: AdminReader.userMembers)
            let text = CELText(.userFieldMisspelt, at: "\(cel: NearName.path(of: "k"))", "\(cel: known)")
            chain.when("\(misspelt).size() == 0", .fine)
            chain.otherwise = .expression("[\(misspelt).min()].map(k, \(text.expression))[0]")
        }
    }

    /// A GUID or UUID, as the pattern of a whole text.
    static let guid = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"

    /// A test that users in order pass, but for those with unusual ids.
    private static func plainUser(id: String) -> String {
        let names = ["firstName", "lastName", "email"].map { name in
            "\(CEL.matches("u.\(name)", #"[^\x00- ]"#)) && u.\(name).size() <= \(AdminRules.maximumNameLength / 4)"
        }
        let groups = AdminUser.Group.allCases.map(\.rawValue)
        return "\(hasPlainFields) && type(u.firstName) == string && type(u.lastName) == string && "
            + "\(CEL.matches("u.id", id)) && u.id.size() <= \(AdminRules.maximumIDLength) && "
            + names.joined(separator: " && ")
            + " && type(\(groupsOrAdmin)) == list && \(groupsOrAdmin).size() > 0 && "
            + "\(groupsOrAdmin).size() <= \(AdminRules.maximumGroups) && "
            + "\(groupsOrAdmin).all(g, g in \(CEL.list(groups)))"
    }

    static let hasKnownFieldsAlone =
        "has(u.id) && has(u.firstName) && has(u.lastName) && has(u.email) && "
        + "(u.size() == 4 || u.size() == 5 && has(u.userGroups))"

    private mutating func checkIDs() {
        checkUsers("idFault", of: "id") { chain in
            chain.when("type(u) != map", .fine)
            chain.requireText("u.id", at: ".id", missing: .idMissing)
            let most = AdminRules.maximumIDLength
            chain.fault("u.id.size() > \(most / 4) && bytes(u.id).size() > \(most)", CELText(.idTooLong, at: ".id"))
            let shown = CELText.shown("u.id")
            chain.fault("u.id != u.id.trim()", CELText(.idOuterSpace, at: ".id", showing: shown))
            chain.fault(CEL.matches("u.id", #"\p{Cc}"#), CELText(.idControlCharacter, at: ".id"))
            chain.fault(
                "variables.isEntra && !\(CEL.matches("u.id", Self.guid))",
                CELText(.idNotEntra, at: ".id", showing: shown)
            )
        }
    }

    private mutating func checkGroups() {
        let groups = "u.userGroups"
        let known = CEL.list(AdminUser.Group.allCases.map(\.rawValue))
        checkUsers("groupFault", of: "userGroups") { chain in
            chain.when("type(u) != map || !has(\(groups))", .fine)
            let path: CELText = ".userGroups"
            chain.fault("type(\(groups)) != list", CELText(.groupsNotList, at: path, showing: .typeName(groups)))
            chain.fault("\(groups).size() == 0", CELText(.groupsEmpty, at: path))
            let count: CELText = "\(cel: "string(\(groups).size())")"
            chain.fault("\(groups).size() > \(AdminRules.maximumGroups)", CELText(.groupsTooMany, at: path, count))
            chain.when("\(groups).all(g, g in \(known))", .fine)
            let index = "\(groups).map(g, g in \(known)).indexOf(false)"
            let place: CELText = "\(path)[\(cel: "string(i)")]"
            let inner = FaultChain { inner in
                inner.requireString("\(groups)[i]", at: place)
                let near = AdminUser.Group.allCases.map { group in
                    "\(groups)[i].lowerAscii() == \(CEL.literal(group.rawValue.lowercased())) ? "
                        + CEL.literal(" (did you mean \(group.rawValue)?)") + " : "
                }
                let advice: CELText = "\(cel: "(\(near.joined())'')")"
                inner.otherwise = .fault(
                    CELText(.groupUnknown, at: place, advice, showing: .shown("\(groups)[i]"))
                )
            }
            chain.otherwise = .expression("[\(index)].map(i, \(inner.expression(indent: 6)))[0]")
        }
    }

    /// Checks that no id stands twice, in lists that are short enough to compare all with all.
    private mutating func checkRepeatedIDs() {
        define(
            "ids",
            "variables.userList.size() > \(Self.mostCompared) ? [] : "
                + "variables.userList.map(u, type(u) == map && has(u.id) && type(u.id) == string ? u.id : '')"
        )
        let isOnce = "i == '' || variables.ids.indexOf(i) == variables.ids.lastIndexOf(i)"
        let isShort = "variables.ids.size() * variables.ids.join('').size() <= \(Self.mostCost)"
        define("areOnce", "!(\(isShort)) || variables.ids.all(i, \(isOnce))")
        let path: CELText = "\(Self.root).users[\(cel: "string(variables.ids.lastIndexOf(i))")].id"
        let first: CELText = "\(cel: "string(variables.ids.indexOf(i))")"
        let text = CELText(.idDuplicate, at: path, first, showing: .shown("i"))
        let chain = FaultChain { chain in
            chain.when("variables.areOnce", .fine)
            chain.otherwise = .expression(
                "[variables.ids.filter(i, !(\(isOnce)))[0]].map(i, \(text.expression))[0]"
            )
        }
        check("repeatedIDFault", of: "\(Self.root).users", chain)
    }
}
