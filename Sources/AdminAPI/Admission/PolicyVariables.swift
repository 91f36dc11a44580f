// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The variables of a policy and what it checks, in order; each part of the block adds its own.
struct PolicyVariables {
    /// A check: a variable that holds what is wrong, and the words for when even that cannot be found out.
    struct Check: Sendable {
        let variable: String
        let fallback: String
    }

    /// Where the block stands.
    static let root = AdminRules.Document.appInstance.root.appending(key: "admin").description
    /// `spec.package.spec` of the object; `package` is a word that CEL keeps for itself.
    static let packageSpec = "dyn(object).spec['package'].spec"

    private(set) var variables: [(name: String, expression: String)] = []
    private(set) var checks: [Check] = []

    /// Adds a variable.
    mutating func define(_ name: String, _ expression: String) {
        variables.append((name, expression))
    }

    /// Adds a check: the variable holds a message, or the empty string.
    mutating func check(_ name: String, of field: String, _ chain: FaultChain) {
        check(name, of: field, chain.expression())
    }

    /// Adds a check from an expression that gives a message or the empty string.
    mutating func check(_ name: String, of field: String, _ expression: String) {
        define(name, expression)
        checks.append(Check(variable: name, fallback: "\(field): Invalid value: grantor validate says why"))
    }

    /// Adds a check of a block that is a mapping.
    mutating func checkBlock(_ name: String, of member: String, _ build: (inout FaultChain) -> Void) {
        let chain = FaultChain { chain in
            chain.when("!variables.isMapping", .fine)
            build(&chain)
        }
        check(name, of: "\(Self.root).\(member)", chain)
    }

    /// Adds a check of each user that is looked at closely: a list of messages without the path of the user, and the
    /// first of them with it.
    mutating func checkUsers(_ name: String, of member: String, _ build: (inout FaultChain) -> Void) {
        define("\(name)s", "variables.closer.map(u, \(FaultChain(build).expression(indent: 2)))")
        let faults = "variables.\(name)s.filter(f, f != '')"
        let user = "variables.closer[variables.\(name)s.indexOf(\(faults)[0])]"
        let path: CELText = "\(Self.root).users[\(cel: "string(variables.userList.indexOf(\(user)))")]"
        let more = "(\(faults).size() == 1 ? '' : ' (and ' + string(\(faults).size() - 1) + ' more)')"
        let text: CELText = "\(path)\(cel: "\(faults)[0]")\(cel: more)"
        let chain = FaultChain { chain in
            chain.when("variables.\(name)s.all(f, f == '')", .fine)
            chain.otherwise = .fault(text)
        }
        check(name, of: "\(Self.root).users" + (member.isEmpty ? "" : "[].\(member)"), chain)
    }

    /// Adds what both policies begin with.
    mutating func defineBlock() {
        define("admin", "\(Self.packageSpec).admin")
        define("isMapping", "type(variables.admin) == map")
    }

    /// Up to how many users are looked at closely; of more, the first is.
    private static let mostCloser = 500

    /// Adds the users that are looked at closely: those that one quick test does not find to be in order.
    ///
    /// The test is passed by nearly everybody, and it is a plain conjunction: the API server takes a time that grows with
    /// the square of the iterations for conditions that are skipped, which is seconds for some thousand users.
    mutating func defineCloser(_ plain: [(condition: String, test: String)]) {
        let all = Self.choice(plain) { "variables.userList.all(u, \($0))" }
        let others = Self.choice(plain) { "variables.userList.filter(u, !(\($0)))" }
        define("arePlain", all)
        define("others", "variables.arePlain ? [] : \(others)")
        define(
            "closer",
            "variables.others.size() <= \(Self.mostCloser) ? variables.others : [variables.others[0]]"
        )
    }

    /// One expression or another by conditions, of which the last is not looked at.
    private static func choice(
        _ options: [(condition: String, test: String)],
        _ expression: (String) -> String
    ) -> String {
        let texts = options.enumerated().map { index, option in
            let text = expression(option.test)
            return index == options.count - 1 ? text : "\(option.condition) ? \(text)\n: "
        }
        return "(\(texts.joined()))"
    }

    /// A quick test of what both policies want of a user: the known fields alone, and some groups.
    static let hasPlainFields =
        "type(u) == map && has(u.id) && has(u.firstName) && has(u.lastName) && has(u.email) && "
        + "u.size() <= 5 && (u.size() == 4) != has(u.userGroups) && "
        + "type(u.id) == string && type(u.email) == string"

    /// The groups of a user, or those of one who names none, without a condition.
    static let groupsOrAdmin = "u.?userGroups.orValue(['Admin'])"

    /// Up to how many users are looked at one by one: the API server takes a second for some 2,000, and at most ten
    /// seconds for a webhook, which no policy should take either.
    static let mostUsers = 2_000

    /// Adds the users that are looked at one by one: none when the list is too long or cannot be used.
    mutating func defineUserList() {
        let isList = "variables.isMapping && has(variables.admin.users) && type(variables.admin.users) == list"
        let isShort = "variables.admin.users.size() <= \(Self.mostUsers)"
        define("userList", "\(isList) && \(isShort) ? variables.admin.users : []")
    }

    /// Adds the parts of the endpoint's URL, all empty when it is no string.
    mutating func defineEndpoint() {
        let endpoint = "variables.admin.jwksEndpoint"
        let isText = "variables.isMapping && has(\(endpoint)) && type(\(endpoint)) == string"
        define("url", "\(isText) ? \(endpoint).trim() : ''")
        define("scheme", #"variables.url.find(r'^[A-Za-z][A-Za-z0-9+.-]*:').lowerAscii()"#)
        define(
            "authority",
            "variables.scheme == '' ? '' : variables.url.substring(variables.scheme.size()).find(r'^//[^/?#]*')"
        )
        define(
            "host",
            "variables.authority == '' ? '' : variables.authority.startsWith('//[') ? "
                + #"variables.authority.find(r'\[[^\]]*\]?') : variables.authority.find(r'^//[^:]*').substring(2)"#
        )
        define(
            "port",
            "variables.authority == '' ? '' : variables.authority.substring(2 + variables.host.size())"
        )
        define(
            "path",
            "variables.url.substring(variables.scheme.size() + variables.authority.size()).find(r'^[^?#]*')"
        )
    }
}
