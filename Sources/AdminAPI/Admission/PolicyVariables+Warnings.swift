// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What is doubtful about the endpoint and the users, and refused by nobody.
extension PolicyVariables {
    /// Warns of the endpoint; also of plain http, which an AdminAccess may permit and a policy cannot look up.
    mutating func warnOfEndpoint(clusterDomain: String) {
        let path: CELText = "\(Self.root).jwksEndpoint"
        let provider = "variables.admin.identityProvider"
        defineEndpoint()
        define(
            "isURL",
            "variables.scheme in ['https:', 'http:'] && variables.host != '' && "
                + "!variables.authority.contains('@') && !\(CEL.matches("variables.url", #"[^!-~]|["<>\\^`{|}#]"#))"
        )
        define("provider", "variables.isURL && has(\(provider)) ? \(provider) : null")
        define("hostName", "variables.host.lowerAscii().find(r'^.*[^.]')")
        let isDefault = "variables.port == (variables.scheme == 'https:' ? ':443' : ':80')"
        define("origin", "variables.scheme + '//' + variables.hostName + (\(isDefault) ? '' : variables.port)")
        define("pathShown", "variables.path == '' ? '/' : \(Self.shortened("variables.path"))")
        define("shown", "variables.origin + (\(CEL.isShowable("variables.pathShown")) ? variables.pathShown : '/...')")
        let shown: CELText = ": \"\(cel: "variables.shown")\""

        checkURL("outerSpaceWarning") {
            $0.fault(
                "variables.url != variables.admin.jwksEndpoint",
                CELText(.endpointOuterSpace, at: path, showing: shown)
            )
        }
        let domain = clusterDomain.lowercased().replacing(".", with: #"\."#)
        let isSafe = CEL.matches("variables.hostName", #"(^|\.)localhost$|.\.svc(\.\#(domain))?$|^127(\.[0-9]+){3}$"#)
        let isSafeV6 = CEL.matches("variables.hostName", #"^\[[0:]*:0{0,3}1\]$|^\[[0:]*:ffff:(127\.|7f[0-9a-f]{2}:)"#)
        checkURL("insecureWarning") {
            $0.fault(
                "variables.scheme == 'http:' && !\(isSafe) && !\(isSafeV6)",
                CELText(.endpointInsecure, at: path, showing: shown)
            )
        }
        let isEntraHost =
            "variables.hostName in \(CEL.list(AdminReader.entraHosts)) || "
            + "variables.hostName.endsWith(\(CEL.literal(AdminReader.entraHostSuffix)))"
        define("isEntraHost", isEntraHost)
        checkURL("otherProviderWarning") {
            $0.fault(
                "variables.isEntraHost && variables.provider != null && variables.provider != 'azure'",
                CELText(.endpointOfEntra, at: path, showing: shown)
            )
        }
        warnOfShape(at: path, shown)
    }

    private mutating func warnOfShape(at path: CELText, _ shown: CELText) {
        let isDiscovery = "variables.path.endsWith(\(CEL.literal(AdminReader.discoverySuffix)))"
        let tenants = AdminReader.sharedTenants.joined(separator: "|")
        let isShared = "\(CEL.matches("variables.path", "(?i)^/(\(tenants))(/|$)"))"
        checkURL("tenantWarning") {
            $0.fault(
                "variables.provider == 'azure' && !\(isDiscovery) && \(isShared)",
                CELText(.endpointAllTenants, at: path, "\(cel: "variables.path.split('/')[1]")", showing: shown)
            )
        }
        checkURL("shapeWarning") { chain in
            let advice = "(variables.provider == 'auth0' ? \(CEL.literal(AdminReader.auth0Advice)) : '')"
            chain.fault(isDiscovery, CELText(.endpointDiscovery, at: path, "\(cel: advice)", showing: shown))
            let isEntraPath = CEL.matches("variables.path", #"^/[^/]*/discovery/v2\.0/keys$"#)
            chain.fault(
                "variables.provider == 'azure' && !(variables.isEntraHost && \(isEntraPath))",
                CELText(.endpointNotEntra, at: path, showing: shown)
            )
            chain.fault(
                "variables.provider == 'auth0' && variables.path != \(CEL.literal(AdminReader.auth0Path))",
                CELText(.endpointNotAuth0, at: path, showing: shown)
            )
            let isRealm = CEL.matches("variables.path", "/realms/[^/]+/protocol/openid-connect/certs$")
            chain.fault(
                "variables.provider == 'keycloak' && !\(isRealm)",
                CELText(.endpointNotKeycloak, at: path, showing: shown)
            )
        }
    }

    /// Adds a check of an endpoint that is a URL.
    private mutating func checkURL(_ name: String, _ build: (inout FaultChain) -> Void) {
        let chain = FaultChain { chain in
            chain.when("!variables.isURL", .fine)
            build(&chain)
        }
        check(name, of: "\(Self.root).jwksEndpoint", chain)
    }

    private static func shortened(_ text: String) -> String {
        "\(text).size() <= \(AdminReader.maximumShown) ? \(text) : "
            + "\(text).substring(0, \(AdminReader.keptShown)) + '...'"
    }

    mutating func warnOfUsers() {
        defineUserList()
        let provider = "variables.admin.identityProvider"
        for name in ["keycloak", "auth0"] {
            define("is\(name.capitalizedASCII)", "variables.isMapping && has(\(provider)) && \(provider) == '\(name)'")
        }
        let guid = #"^(\#(Self.guid.dropFirst().dropLast())|f:[!-~]+)$"#
        defineCloser([
            ("variables.isKeycloak", Self.plainUser(id: guid)),
            ("variables.isAuth0", Self.plainUser(id: #"^[!-{}~]+\|[!-~]+$"#)), ("", Self.plainUser(id: "^[!-~]+$")),
        ])
        let hasID = "type(u) == map && has(u.id) && type(u.id) == string && u.id.trim() != ''"
        let keycloakID = #"^(\#(Self.guid.dropFirst())|f:.)"#
        checkUsers("idWarning", of: "id") { chain in
            chain.when("!(\(hasID))", .fine)
            let shown = CELText.shown("u.id")
            chain.fault(
                "variables.isKeycloak && !\(CEL.matches("u.id", keycloakID))",
                CELText(.idNotKeycloak, at: ".id", showing: shown)
            )
            chain.fault(
                "variables.isAuth0 && !\(CEL.matches("u.id", #"^[^|]+\|."#))",
                CELText(.idNotAuth0, at: ".id", showing: shown)
            )
        }
        checkUsers("invisibleWarning", of: "id") { chain in
            chain.when("!(\(hasID))", .fine)
            chain.fault(CEL.matches("u.id", #"[\p{Cf}\p{Zl}\p{Zp}]"#), CELText(.idInvisible, at: ".id"))
        }
        checkUsers("emailWarning", of: "email") { chain in
            chain.when("type(u) != map || !has(u.email) || type(u.email) != string || u.email.trim() == ''", .fine)
            // The address itself is not shown: warnings are logged.
            chain.fault("!\(CEL.matches("u.email", Self.address))", CELText(.emailShape, at: ".email"))
        }
        warnOfGroups()
        warnOfUserFields()
    }

    /// What looks like an e-mail address.
    private static let address =
        #"^[^@\x00- \x7f]+@[^@.\x00- \x7f]([^@\x00- \x7f]*[^@.\x00- \x7f])?$"#

    /// A test that users pass of whom there is nothing to say.
    private static func plainUser(id: String) -> String {
        "\(hasPlainFields) && \(CEL.matches("u.id", id)) && \(CEL.matches("u.email", address)) && "
            + "type(\(groupsOrAdmin)) == list && \(groupsOrAdmin).size() < 2"
    }

    private mutating func warnOfGroups() {
        let groups = "u.userGroups"
        let known = CEL.list(AdminUser.Group.allCases.map(\.rawValue))
        checkUsers("groupWarning", of: "userGroups") { chain in
            chain.when("type(u) != map || !has(\(groups)) || type(\(groups)) != list", .fine)
            chain.when("\(groups).size() < 2 || \(groups).size() > \(AdminRules.maximumGroups)", .fine)
            let repeated = "\(groups).filter(g, g in \(known) && \(groups).indexOf(g) != \(groups).lastIndexOf(g))"
            chain.when("\(repeated).size() == 0", .fine)
            let place: CELText = ".userGroups[\(cel: "string(\(groups).lastIndexOf(g))")]"
            let text = CELText(.groupRepeated, at: place, showing: ": \"\(cel: "g")\"")
            chain.otherwise = .expression("\(repeated).map(g, \(text.expression))[0]")
        }
    }

    private mutating func warnOfUserFields() {
        checkUsers("fieldWarning", of: "") { chain in
            chain.when("type(u) != map || \(Self.hasKnownFieldsAlone)", .fine)
            let isNear = NearName.isNear("k", anyOf: AdminReader.userMembers)
            let unknown = "u.filter(k, !(k in \(CEL.list(AdminReader.userMembers))) && !(\(isNear)))"
            chain.when("\(unknown).size() == 0", .fine)
            let text = CELText(.userFieldUnknown, at: "\(cel: NearName.path(of: "k"))")
            chain.otherwise = .expression("[\(unknown).min()].map(k, \(text.expression))[0]")
        }
    }
}

extension String {
    fileprivate var capitalizedASCII: String {
        prefix(1).uppercased() + dropFirst()
    }
}
