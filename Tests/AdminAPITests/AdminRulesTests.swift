// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Testing

/// A block with something wrong, and the one finding that it must give.
struct RuleCase: Sendable, CustomTestStringConvertible {
    let name: String
    let change: @Sendable (inout JSONValue) -> Void
    let path: String
    let body: String

    var testDescription: String { name }

    init(
        _ name: String,
        _ path: String,
        _ body: String,
        _ change: @escaping @Sendable (inout JSONValue) -> Void
    ) {
        self.name = name
        self.change = change
        self.path = path
        self.body = body
    }
}

struct AdminRulesTests {
    static let keycloakID = "3f0c1a52-6a7e-4a7b-9b1e-2a4f0d9a7c11"

    static func user(_ id: String = keycloakID, _ more: [(String, JSONValue)] = []) -> JSONValue {
        let members: [(String, JSONValue)] = [
            ("id", .string(id)), ("firstName", "Marty"), ("lastName", "McFly"), ("email", "marty@example.com"),
        ]
        return .object(JSONObject(members + more))
    }

    static let good: JSONValue = [
        "identityProvider": "keycloak",
        "jwksEndpoint": "https://keycloak.example.com/realms/influx/protocol/openid-connect/certs",
        "users": [user()],
        "dsn": ["valueFrom": ["secretKeyRef": ["name": "catalog", "key": "dsn"]]],
    ]

    /// The block with one value set, at a path of names and numbers.
    static func setting(_ value: JSONValue?, at path: String...) -> @Sendable (inout JSONValue) -> Void {
        { admin in set(value, in: &admin, at: path[...]) }
    }

    private static func set(_ value: JSONValue?, in target: inout JSONValue, at path: ArraySlice<String>) {
        guard let first = path.first else { return }
        if let index = Int(first), case .array(var elements) = target {
            var inner = elements[index]
            if path.count == 1 { inner = value ?? .null } else { set(value, in: &inner, at: path.dropFirst()) }
            elements[index] = inner
            target = .array(elements)
        } else if path.count == 1 {
            target[first] = value
        } else {
            var inner = target[first] ?? [:]
            set(value, in: &inner, at: path.dropFirst())
            target[first] = inner
        }
    }

    static func changed(_ change: (inout JSONValue) -> Void) -> JSONValue {
        var admin = good
        change(&admin)
        return admin
    }

    @Test func `a block in order has no finding and becomes a configuration`() throws {
        let verdict = AdminRules().validate(admin: Self.good)
        #expect(verdict.findings.isEmpty)
        let admin = try #require(verdict.admin)
        #expect(admin.identityProvider == "keycloak")
        #expect(admin.jwksEndpoint == "https://keycloak.example.com/realms/influx/protocol/openid-connect/certs")
        #expect(
            admin.users == [
                AdminUser(id: Self.keycloakID, firstName: "Marty", lastName: "McFly", email: "marty@example.com")
            ]
        )
        #expect(admin.defaultUserIDClaim == "sub")
    }

    // MARK: - Errors

    static let root = "spec.package.spec.admin"

    static let errors: [RuleCase] = [
        RuleCase("unknown key", "issuer", "Forbidden: this field is not known, and the package refuses it") {
            $0["issuer"] = "x"
        },
        RuleCase(
            "misspelt key",
            "user",
            "Forbidden: this field is not known, and the package refuses it: did you mean users?"
        ) { $0["user"] = [] },
        RuleCase(
            "no provider",
            "identityProvider",
            "Required value: name the identity provider, such as keycloak, auth0 or azure"
        ) { $0["identityProvider"] = nil },
        RuleCase(
            "empty provider",
            "identityProvider",
            "Required value: name the identity provider, such as keycloak, auth0 or azure"
        ) { $0["identityProvider"] = "" },
        RuleCase("provider no", "identityProvider", "Invalid value: false: must be a string: put it in quotes") {
            $0["identityProvider"] = false
        },
        RuleCase(
            "provider is a word of YAML",
            "identityProvider",
            "Invalid value: \"Off\": the Helm chart writes it without quotes, where YAML takes it for a Boolean or null"
        ) { $0["identityProvider"] = "Off" },
        RuleCase(
            "provider with a space",
            "identityProvider",
            "Invalid value: \"my idp\": must begin with a letter and hold letters, digits, '.', '_' and '-' alone (at most 128)"
        ) { $0["identityProvider"] = "my idp" },
        RuleCase(
            "provider begins with a digit",
            "identityProvider",
            "Invalid value: \"1.0\": must begin with a letter and hold letters, digits, '.', '_' and '-' alone (at most 128)"
        ) { $0["identityProvider"] = "1.0" },
        RuleCase(
            "known provider in the wrong case",
            "identityProvider",
            "Unsupported value: \"Keycloak\": must be spelled exactly \"keycloak\""
        ) { $0["identityProvider"] = "Keycloak" },
        RuleCase(
            "no endpoint",
            "jwksEndpoint",
            "Required value: give the URL of the identity provider's key set (jwks_uri of its discovery document)"
        ) { $0["jwksEndpoint"] = nil },
        RuleCase("endpoint a number", "jwksEndpoint", "Invalid value: 5: must be a string: put it in quotes") {
            $0["jwksEndpoint"] = 5
        },
        RuleCase("relative endpoint", "jwksEndpoint", "Invalid value: must be an absolute URL, beginning with https://")
        {
            $0["jwksEndpoint"] = "keycloak.example.com/certs"
        },
        RuleCase("other scheme", "jwksEndpoint", "Invalid value: \"ftp://...\": must be an https URL") {
            $0["jwksEndpoint"] = "ftp://keycloak.example.com/certs"
        },
        RuleCase("no host", "jwksEndpoint", "Invalid value: has no host") { $0["jwksEndpoint"] = "https:///certs" },
        RuleCase("user name in the URL", "jwksEndpoint", "Invalid value: must not hold a user name or password") {
            $0["jwksEndpoint"] = "https://u:secret@keycloak.example.com/certs"
        },
        RuleCase("fragment", "jwksEndpoint", "Invalid value: must not have a fragment (#...)") {
            $0["jwksEndpoint"] = "https://keycloak.example.com/certs#x"
        },
        RuleCase(
            "number for a host",
            "jwksEndpoint",
            "Invalid value: has a host that is neither a DNS name nor an IP address"
        ) { $0["jwksEndpoint"] = "https://2130706433/certs" },
        RuleCase("too long", "jwksEndpoint", "Too long: may be at most 2048 bytes long") {
            $0["jwksEndpoint"] = .string("https://keycloak.example.com/" + String(repeating: "x", count: 2_048))
        },
        RuleCase("port out of range", "jwksEndpoint", "Invalid value: has a port that is not between 1 and 65535") {
            $0["jwksEndpoint"] = "https://keycloak.example.com:70000/certs"
        },
        RuleCase(
            "host with a bad character",
            "jwksEndpoint",
            "Invalid value: has a host that is neither a DNS name nor an IP address"
        ) { $0["jwksEndpoint"] = "https://key~cloak.example.com/certs" },
        RuleCase(
            "space inside",
            "jwksEndpoint",
            "Invalid value: holds a character that a URL may not hold; percent-encode it"
        ) { $0["jwksEndpoint"] = "https://keycloak.example.com/my certs" },
        RuleCase(
            "plain http",
            "jwksEndpoint",
            "Invalid value: \"http://keycloak.example.com/certs\": must be https; http is permitted for loopback and "
                + "services of the cluster (*.svc) alone, unless the AdminAccess says allowInsecureEndpoint: true"
        ) { $0["jwksEndpoint"] = "http://keycloak.example.com/certs" },
        RuleCase(
            "placeholder",
            "jwksEndpoint",
            "Invalid value: the placeholder KEYCLOAK_HOST from the documentation is still to be replaced"
        ) { $0["jwksEndpoint"] = "https://KEYCLOAK_HOST/realms/KEYCLOAK_REALM/protocol/openid-connect/certs" },
        RuleCase(
            "placeholder in angle brackets",
            "jwksEndpoint",
            "Invalid value: the placeholder <tenant> from the documentation is still to be replaced"
        ) { $0["jwksEndpoint"] = "https://login.example.com/<tenant>/keys" },
        RuleCase(
            "line break inside",
            "jwksEndpoint",
            "Invalid value: has a line break inside the URL, as pasted from documentation: write it on one line"
        ) { $0["jwksEndpoint"] = "https://keycloak.example.com\n/certs" },
        RuleCase("no users", "users", "Required value: list the users, at least one") { $0["users"] = nil },
        RuleCase("empty users", "users", "Required value: must list at least one user") { $0["users"] = [] },
        RuleCase("users a mapping", "users", "Invalid value: \"object\": must be a list of users") {
            $0["users"] = [:]
        },
        RuleCase(
            "user a string",
            "users[0]",
            "Invalid value: \"string\": must be a mapping with id, firstName, lastName and email"
        ) { $0["users"] = ["marty"] },
        RuleCase("no id", "users[0].id", "Required value: give the user's id at the identity provider") {
            setting(nil, at: "users", "0", "id")(&$0)
        },
        RuleCase("empty first name", "users[0].firstName", "Required value: every user needs one; it may be made up") {
            setting("", at: "users", "0", "firstName")(&$0)
        },
        RuleCase("blank last name", "users[0].lastName", "Required value: every user needs one; it may be made up") {
            setting("  ", at: "users", "0", "lastName")(&$0)
        },
        RuleCase("no e-mail", "users[0].email", "Required value: every user needs one; it may be made up") {
            setting(.null, at: "users", "0", "email")(&$0)
        },
        RuleCase("id a number", "users[0].id", "Invalid value: 83: must be a string: put it in quotes") {
            setting(83, at: "users", "0", "id")(&$0)
        },
        RuleCase(
            "first name a Boolean",
            "users[0].firstName",
            "Invalid value: true: must be a string: put it in quotes"
        ) {
            setting(true, at: "users", "0", "firstName")(&$0)
        },
        RuleCase("id with space around", "users[0].id", "Invalid value: \" x\": must not have white space around it") {
            setting(" x", at: "users", "0", "id")(&$0)
        },
        RuleCase("id with a final line break", "users[0].id", "Invalid value: must not have white space around it") {
            setting("x\n", at: "users", "0", "id")(&$0)
        },
        RuleCase("id with a control character", "users[0].id", "Invalid value: must not hold control characters") {
            setting("a\u{7}b", at: "users", "0", "id")(&$0)
        },
        RuleCase("id too long", "users[0].id", "Too long: may be at most 256 bytes long") {
            setting(.string(String(repeating: "é", count: 129)), at: "users", "0", "id")(&$0)
        },
        RuleCase(
            "id twice",
            "users[1].id",
            "Duplicate value: \"3f0c1a52-6a7e-4a7b-9b1e-2a4f0d9a7c11\": is the id of users[0] too"
        ) { $0["users"] = [user(), user()] },
        RuleCase(
            "unknown group",
            "users[0].userGroups[0]",
            "Unsupported value: \"admin\": supported values: \"Admin\", \"Auditor\", \"Member\" (did you mean Admin?)"
        ) { $0["users"] = [user(keycloakID, [("userGroups", ["admin"])])] },
        RuleCase(
            "groups a string",
            "users[0].userGroups",
            "Invalid value: \"string\": must be a list of groups; leave it out for Admin"
        ) { $0["users"] = [user(keycloakID, [("userGroups", "Admin")])] },
        RuleCase(
            "no group named",
            "users[0].userGroups",
            "Required value: must name at least one group; leave it out for Admin"
        ) { $0["users"] = [user(keycloakID, [("userGroups", [])])] },
        RuleCase(
            "nobody is admin",
            "users",
            "Invalid value: nobody is in group Admin: at least one user must be (leave out userGroups, or add Admin)"
        ) { $0["users"] = [user(keycloakID, [("userGroups", ["Auditor", "Member"])])] },
        RuleCase(
            "misspelt groups",
            "users[0].usergroups",
            "Forbidden: this field is not known: did you mean userGroups?"
        ) { $0["users"] = [user(keycloakID, [("usergroups", ["Auditor"])])] },
        RuleCase(
            "dsn a string",
            "dsn",
            "Invalid value: \"string\": must be a mapping with value or valueFrom"
        ) { $0["dsn"] = "postgres://u:secret@db/x" },
        RuleCase("dsn empty", "dsn", "Required value: exactly one of value and valueFrom must be set") {
            $0["dsn"] = [:]
        },
        RuleCase("dsn both", "dsn", "Forbidden: value and valueFrom must not both be set") {
            setting("secret", at: "dsn", "value")(&$0)
        },
        RuleCase(
            "dsn refers to nothing",
            "dsn.valueFrom",
            "Required value: exactly one of secretKeyRef and configMapKeyRef must be set"
        ) { $0["dsn"] = ["valueFrom": [:]] },
        RuleCase("dsn names no Secret", "dsn.valueFrom.secretKeyRef.name", "Required value: name the object") {
            setting("", at: "dsn", "valueFrom", "secretKeyRef", "name")(&$0)
        },
        RuleCase("dsn names no key", "dsn.valueFrom.secretKeyRef.key", "Required value: name the key") {
            setting(nil, at: "dsn", "valueFrom", "secretKeyRef", "key")(&$0)
        },
        RuleCase(
            "signing key without its public half",
            "internalSigningKey.publicKey",
            "Required value: must be set; leave out internalSigningKey to have one generated"
        ) { $0["internalSigningKey"] = ["id": ["value": "1"], "privateKey": ["value": "secret"]] },
    ]

    @Test(arguments: errors)
    func `a broken rule is one error that says where and what to do`(_ rule: RuleCase) {
        let verdict = AdminRules().validate(admin: Self.changed(rule.change))
        #expect(verdict.errors.map(\.description) == ["\(Self.root).\(rule.path): \(rule.body)"])
        #expect(!verdict.isValid)
        #expect(
            !verdict.findings.contains { $0.description.contains("secret") && !$0.description.contains("secretKey") }
        )
    }

    @Test(arguments: ["text", 5, true, .null, []] as [JSONValue])
    func `admin that is no mapping is refused`(_ admin: JSONValue) {
        let verdict = AdminRules().validate(admin: admin)
        #expect(verdict.errors.map(\.error.path.description) == [Self.root])
        #expect(verdict.errors.first?.error.kind == .typeInvalid)
    }

    @Test(arguments: [
        "Azure", "AZURE", "entra", "Entra ID", "entraid", "entra-id", "AzureAD", "azure_ad", "aad", "microsoft",
        "Microsoft Entra ID",
    ])
    func `Entra ID in any other spelling is refused with the right one`(_ name: String) {
        let verdict = AdminRules().validate(admin: Self.changed { $0["identityProvider"] = .string(name) })
        let error = verdict.errors.first?.error
        #expect(error?.kind == .notSupported)
        #expect(error?.detail == "Microsoft Entra ID must be spelled exactly \"azure\"")
    }

    @Test(arguments: ["okta", "a", "Dex", "my-idp.v2_x", "google"])
    func `any other well-formed name is a provider`(_ name: String) {
        #expect(AdminRules().validate(admin: Self.changed { $0["identityProvider"] = .string(name) }).isValid)
    }

    // MARK: - http

    @Test(arguments: [
        "http://localhost:8080/certs", "http://127.0.0.1/certs", "http://127.9.9.9/certs", "http://[::1]:80/certs",
        "http://idp.localhost/certs", "http://keycloak.iam.svc/certs",
        "http://keycloak.iam.svc.cluster.local:8080/certs",
    ])
    func `plain http is permitted for loopback and services of the cluster`(_ url: String) {
        let admin = Self.changed {
            $0["identityProvider"] = "dex"
            $0["jwksEndpoint"] = .string(url)
        }
        #expect(AdminRules().validate(admin: admin).admin?.jwksEndpoint == url)
    }

    @Test(arguments: [
        "http://localhost.example.com/certs", "http://127.0.0.1.example.com/certs", "http://svc/certs",
        "http://keycloak.iam.svc.example.com/certs", "http://128.0.0.1/certs", "http://10.0.0.1/certs",
    ])
    func `plain http is refused elsewhere unless it is permitted everywhere`(_ url: String) {
        let admin = Self.changed {
            $0["identityProvider"] = "dex"
            $0["jwksEndpoint"] = .string(url)
        }
        #expect(!AdminRules().validate(admin: admin).isValid)
        #expect(AdminRules(allowsInsecureEndpoint: true).validate(admin: admin).isValid)
    }

    @Test func `the cluster's domain is taken into account`() {
        let admin = Self.changed { $0["jwksEndpoint"] = "http://kc.iam.svc.corp.internal/certs" }
        #expect(!AdminRules().validate(admin: admin).isValid)
        #expect(AdminRules(clusterDomain: "corp.internal").validate(admin: admin).isValid)
    }

    // MARK: - Warnings

    static let warnings: [RuleCase] = [
        RuleCase(
            "final line break",
            "jwksEndpoint",
            "has white space or a line break around the URL (use |- rather than |); it is used without"
        ) { $0["jwksEndpoint"] = "https://keycloak.example.com/realms/influx/protocol/openid-connect/certs\n" },
        RuleCase(
            "Keycloak endpoint of another shape",
            "jwksEndpoint",
            "is not the usual https://HOST/realms/REALM/protocol/openid-connect/certs of Keycloak"
        ) { $0["jwksEndpoint"] = "https://keycloak.example.com/certs" },
        RuleCase(
            "discovery document",
            "jwksEndpoint",
            "is a discovery document: better give the key set that its jwks_uri names"
        ) { $0["jwksEndpoint"] = "https://keycloak.example.com/realms/r/.well-known/openid-configuration" },
        RuleCase("misspelt provider", "identityProvider", "this provider is not known: did you mean keycloak?") {
            $0["identityProvider"] = "keycloack"
        },
        RuleCase("Keycloak id of another shape", "users[0].id", "is no Keycloak user id") {
            setting("marty", at: "users", "0", "id")(&$0)
        },
        RuleCase("e-mail of another shape", "users[0].email", "does not look like an e-mail address") {
            setting("marty at example.com", at: "users", "0", "email")(&$0)
        },
        RuleCase("invisible character in an id", "users[0].id", "holds an invisible character") {
            setting("f:1:a\u{200B}b", at: "users", "0", "id")(&$0)
        },
        RuleCase("group named twice", "users[0].userGroups[1]", "is named before") {
            setting(["Admin", "Admin"], at: "users", "0", "userGroups")(&$0)
        },
        RuleCase("unknown field of a user", "users[0].department", "this field is not known and does nothing") {
            setting("x", at: "users", "0", "department")(&$0)
        },
        RuleCase(
            "endpoint of Entra with another provider",
            "jwksEndpoint",
            "is an endpoint of Microsoft Entra ID, but identityProvider is not azure"
        ) {
            $0["identityProvider"] = "okta"
            $0["jwksEndpoint"] = "https://login.microsoftonline.com/x/discovery/v2.0/keys"
        },
    ]

    @Test(arguments: warnings)
    func `a doubtful block gives a warning and stays usable`(_ rule: RuleCase) throws {
        let verdict = AdminRules().validate(admin: Self.changed(rule.change))
        #expect(verdict.isValid)
        let warning = try #require(verdict.warnings.first)
        #expect(verdict.warnings.count == 1)
        #expect(warning.error.path.description == "\(Self.root).\(rule.path)")
        #expect(warning.error.detail.hasPrefix(rule.body))
    }

    @Test func `white space around the endpoint is taken off`() {
        let url = "https://keycloak.example.com/realms/influx/protocol/openid-connect/certs"
        let admin = Self.changed { $0["jwksEndpoint"] = .string("  \(url)\r\n") }
        #expect(AdminRules().validate(admin: admin).admin?.jwksEndpoint == url)
    }
}
