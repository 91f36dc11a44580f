// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// The table of AppInstances that validator, webhook and policy are held to: at least one for each rule.
public enum AdmissionCases {
    /// All of them.
    public static let all = allowed + warned + provider + endpoint + users + userFields + sources

    /// Those of one verdict.
    public static func all(_ verdict: AdmissionCase.Verdict) -> [AdmissionCase] {
        all.filter { $0.verdict == verdict }
    }

    // MARK: - Parts

    static let keycloakID = "3f0c1a52-6a7e-4a7b-9b1e-2a4f0d9a7c11"
    static let otherID = "9d6f4b3e-0c55-4e0a-8f1b-6a1d2c3b4e5f"

    /// A user with more members than the four that everybody needs.
    static func user(_ id: String = keycloakID, _ more: [(String, JSONValue)] = []) -> JSONValue {
        let members: [(String, JSONValue)] = [
            ("id", .string(id)), ("firstName", "Marty"), ("lastName", "McFly"), ("email", "marty@example.com"),
        ]
        return .object(JSONObject(members + more))
    }

    /// A block in order.
    static let keycloak: JSONValue = [
        "identityProvider": "keycloak",
        "jwksEndpoint": "https://keycloak.example.com/realms/influx/protocol/openid-connect/certs",
        "users": [user()],
        "dsn": ["valueFrom": ["secretKeyRef": ["name": "catalog", "key": "dsn"]]],
    ]

    /// A block in order with another provider.
    static func block(_ provider: String, _ endpoint: String, users: [JSONValue] = [user()]) -> JSONValue {
        [
            "identityProvider": .string(provider), "jwksEndpoint": .string(endpoint), "users": .array(users),
        ]
    }

    static let entraEndpoint =
        "https://login.microsoftonline.com/8f6c0f0e-2c5c-4f7e-8a8e-0d9f0a1b2c3d/discovery/v2.0/keys"

    static func knowsNoDistance(_ verdict: AdmissionCase.Verdict) -> AdmissionCase.Exception {
        AdmissionCase.Exception(verdict: verdict, reason: "CEL has no edit distance")
    }

    // MARK: - Allowed

    static let allowed: [AdmissionCase] = [
        .allowed("a block in order for Keycloak") { _ in },
        .allowed("a block in order for Entra ID") { $0["admin"] = block("azure", entraEndpoint) },
        .allowed("a block in order for Auth0") {
            let endpoint = "https://acme.eu.auth0.com/.well-known/jwks.json"
            $0["admin"] = block("auth0", endpoint, users: [user("auth0|64f1c0ffee"), user("google-oauth2|115700")])
        },
        .allowed("another provider") {
            $0["admin"] = block("my-idp.v2_x", "https://sso.example.com:8443/keys?v=2", users: [user("00u1abc")])
        },
        .allowed("no admin block") { $0["admin"] = nil },
        .allowed("a federated user of Keycloak") {
            $0.set([user("f:5a7e9c10-2b3d-4f6a-9e8d-7c6b5a493827:marty")], at: "admin", "users")
        },
        .allowed("Keycloak below /auth") {
            let endpoint = "https://sso.example.com/auth/realms/influx/protocol/openid-connect/certs"
            $0.set(.string(endpoint), at: "admin", "jwksEndpoint")
        },
        .allowed("an admin beside an auditor") {
            $0.set(
                [user(), user(otherID, [("userGroups", ["Auditor", "Member"])])],
                at: "admin",
                "users"
            )
        },
        .allowed("every group at once") {
            $0.set([user(keycloakID, [("userGroups", ["Admin", "Auditor", "Member"])])], at: "admin", "users")
        },
        .allowed("two ids that look the same and differ in their bytes") {
            $0["admin"] = block("dex", "https://dex.example.com/keys", users: [user("\u{e9}"), user("e\u{301}")])
        },
        .allowed("plain http to loopback") {
            $0["admin"] = block("dex", "http://127.0.0.1:5556/keys")
        },
        .allowed("plain http to IPv6 loopback") { $0["admin"] = block("dex", "http://[::1]:5556/keys") },
        .allowed("plain http to a service of the cluster") {
            $0["admin"] = block("dex", "http://dex.iam.svc.cluster.local:5556/keys")
        },
        .allowed("an IPv6 address") { $0["admin"] = block("dex", "https://[2001:db8::5]:8443/keys") },
        .allowed("a host in capitals with a final dot") {
            $0["admin"] = block("dex", "HTTPS://DEX.Example.COM./keys")
        },
        .allowed("a dsn given in the open") { $0.set(["value": "postgres://db/x"], at: "admin", "dsn") },
        .allowed("a dsn from a ConfigMap") {
            let reference: JSONValue = ["name": "catalog", "key": "dsn", "optional": false]
            $0.set(["valueFrom": ["configMapKeyRef": reference]], at: "admin", "dsn")
        },
        .allowed("no dsn") { $0.set(nil, at: "admin", "dsn") },
        .allowed("a signing key of one's own") {
            let half: JSONValue = ["valueFrom": ["secretKeyRef": ["name": "signing", "key": "half"]]]
            $0.set(
                ["id": ["value": "1"], "privateKey": half, "publicKey": half],
                at: "admin",
                "internalSigningKey"
            )
        },
        .allowed("a CA bundle") {
            $0["egress"] = [
                "customCertificates": ["valueFrom": ["configMapKeyRef": ["name": "ca", "key": "ca.pem"]]]
            ]
        },
        .allowed("a hundred users") {
            $0.set(.array((0..<100).map { user(number: $0) }), at: "admin", "users")
        },
    ]

    /// A user with an id made of a number.
    public static func user(number: Int) -> JSONValue {
        let digits = String(number)
        let padding = String(repeating: "0", count: max(0, 12 - digits.utf8.count))
        return user("00000000-0000-4000-8000-\(padding)\(digits)")
    }

    // MARK: - Warned

    static let certificates = "egress.customCertificates"

    static let warned: [AdmissionCase] = [
        .warned("a final line break after the endpoint", at: "admin.jwksEndpoint") {
            let endpoint = "https://keycloak.example.com/realms/influx/protocol/openid-connect/certs\n"
            $0.set(.string(endpoint), at: "admin", "jwksEndpoint")
        },
        .warned("a Keycloak endpoint of another shape", at: "admin.jwksEndpoint") {
            $0.set("https://keycloak.example.com/certs", at: "admin", "jwksEndpoint")
        },
        .warned("a discovery document", at: "admin.jwksEndpoint") {
            let endpoint = "https://keycloak.example.com/realms/r/.well-known/openid-configuration"
            $0.set(.string(endpoint), at: "admin", "jwksEndpoint")
        },
        .warned("an Auth0 endpoint of another shape", at: "admin.jwksEndpoint") {
            $0["admin"] = block("auth0", "https://acme.eu.auth0.com/keys", users: [user("auth0|1")])
        },
        .warned("an endpoint of Entra ID with another provider", at: "admin.jwksEndpoint") {
            $0["admin"] = block("okta", entraEndpoint)
        },
        .warned("an Entra ID endpoint for all tenants", at: "admin.jwksEndpoint") {
            $0["admin"] = block("azure", "https://login.microsoftonline.com/common/discovery/v2.0/keys")
        },
        .warned("an Entra ID endpoint of another shape", at: "admin.jwksEndpoint") {
            $0["admin"] = block("azure", "https://login.microsoftonline.com/t/discovery/keys")
        },
        .warned("a misspelt provider", at: "admin.identityProvider", policy: knowsNoDistance(.allowed)) {
            $0.set("keycloack", at: "admin", "identityProvider")
        },
        .warned("a Keycloak id of another shape", at: "admin.users[0].id") {
            $0.set("marty", at: "admin", "users", "0", "id")
        },
        .warned("an Auth0 id of another shape", at: "admin.users[1].id") {
            let endpoint = "https://acme.eu.auth0.com/.well-known/jwks.json"
            $0["admin"] = block("auth0", endpoint, users: [user("auth0|64f1"), user("marty")])
        },
        .warned("an invisible character in an id", at: "admin.users[0].id") {
            $0.set("f:1:a\u{200B}b", at: "admin", "users", "0", "id")
        },
        .warned("an e-mail address of another shape", at: "admin.users[0].email") {
            $0.set("marty at example.com", at: "admin", "users", "0", "email")
        },
        .warned("a group named twice", at: "admin.users[0].userGroups[1]") {
            $0.set(["Admin", "Admin"], at: "admin", "users", "0", "userGroups")
        },
        .warned("an unknown field of a user", at: "admin.users[0].department") {
            $0.set("x", at: "admin", "users", "0", "department")
        },
        .warned("a CA bundle without a reference", at: "\(certificates).valueFrom") {
            $0["egress"] = ["customCertificates": [:]]
        },
        .warned("a CA bundle that is no mapping", at: certificates) { $0["egress"] = ["customCertificates": "ca"] },
        .warned("a CA bundle from a Secret", at: "\(certificates).valueFrom.secretKeyRef") {
            let reference: JSONValue = ["secretKeyRef": ["name": "ca", "key": "ca.pem"]]
            $0["egress"] = ["customCertificates": ["valueFrom": reference]]
        },
        .warned("a CA bundle that names no key", at: "\(certificates).valueFrom.configMapKeyRef.key") {
            let reference: JSONValue = ["configMapKeyRef": ["name": "ca"]]
            $0["egress"] = ["customCertificates": ["valueFrom": reference]]
        },
    ]
}
