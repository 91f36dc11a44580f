// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Testing

struct ProviderShapeTests {
    static func admin(_ provider: String, _ endpoint: String, id: String) -> JSONValue {
        [
            "identityProvider": .string(provider), "jwksEndpoint": .string(endpoint),
            "users": [AdminRulesTests.user(id)],
        ]
    }

    static let entra = "https://login.microsoftonline.com/7e1b0c9a-8f9e-4f0e-9a55-0d7a3c1f2b44/discovery/v2.0/keys"
    static let guid = "0b6b1f5e-6c1c-4d27-9c3c-5b7f6d0a9e21"

    @Test func `the documented shapes of the three providers have no finding`() {
        let blocks = [
            Self.admin("azure", Self.entra, id: Self.guid),
            Self.admin("auth0", "https://acme.eu.auth0.com/.well-known/jwks.json", id: "auth0|64f1"),
            Self.admin("auth0", "https://acme.eu.auth0.com/.well-known/jwks.json", id: "google-oauth2|1157"),
            Self.admin("keycloak", "https://kc.example.com/auth/realms/r/protocol/openid-connect/certs", id: Self.guid),
            Self.admin("keycloak", "https://kc.example.com/realms/r/protocol/openid-connect/certs", id: "f:ab:marty"),
        ]
        for block in blocks {
            #expect(AdminRules().validate(admin: block).findings.isEmpty)
        }
    }

    @Test(arguments: ["marty", "auth0|x", "{0b6b1f5e-6c1c-4d27-9c3c-5b7f6d0a9e21}", "0b6b1f5e6c1c4d279c3c5b7f6d0a9e21"])
    func `an Entra id that is no GUID is an error`(_ id: String) {
        let verdict = AdminRules().validate(admin: Self.admin("azure", Self.entra, id: id))
        #expect(verdict.errors.map(\.error.path.description) == ["spec.package.spec.admin.users[0].id"])
    }

    @Test(arguments: ["marty", "|x", "auth0|"])
    func `an Auth0 id without connection is a warning`(_ id: String) {
        let endpoint = "https://acme.eu.auth0.com/.well-known/jwks.json"
        let verdict = AdminRules().validate(admin: Self.admin("auth0", endpoint, id: id))
        #expect(verdict.isValid)
        #expect(verdict.warnings.map(\.error.path.description) == ["spec.package.spec.admin.users[0].id"])
    }

    @Test(arguments: ["common", "organizations", "consumers"])
    func `an endpoint for all tenants is a warning`(_ tenant: String) {
        let endpoint = "https://login.microsoftonline.com/\(tenant)/discovery/v2.0/keys"
        let verdict = AdminRules().validate(admin: Self.admin("azure", endpoint, id: Self.guid))
        #expect(verdict.isValid)
        #expect(
            verdict.warnings.map(\.error.detail) == [
                "names all tenants (\(tenant)) rather than yours: give the tenant id"
            ]
        )
    }

    @Test func `the discovery document of Auth0 is a warning that names the key set`() {
        let endpoint = "https://acme.eu.auth0.com/.well-known/openid-configuration"
        let verdict = AdminRules().validate(admin: Self.admin("auth0", endpoint, id: "auth0|x"))
        #expect(verdict.isValid)
        #expect(verdict.warnings.count == 1)
        #expect(verdict.warnings.first?.error.detail.hasSuffix("/.well-known/jwks.json") == true)
    }

    @Test func `an Entra host or path that is not usual is a warning`() {
        for endpoint in [
            "https://idp.example.com/t/discovery/v2.0/keys", "https://login.microsoftonline.com/t/discovery/keys",
        ] {
            let verdict = AdminRules().validate(admin: Self.admin("azure", endpoint, id: Self.guid))
            #expect(verdict.isValid)
            #expect(verdict.warnings.count == 1)
        }
    }
}

struct AdminRulesScaleTests {
    static func block(users: Int) -> JSONValue {
        var admin = AdminRulesTests.good
        admin["identityProvider"] = "dex"
        admin["users"] = .array((0..<users).map { AdminRulesTests.user("user-\($0)") })
        return admin
    }

    @Test func `ten thousand users are read, one more is refused`() {
        #expect(AdminRules().validate(admin: Self.block(users: 10_000)).admin?.users.count == 10_000)
        let verdict = AdminRules().validate(admin: Self.block(users: 10_001))
        #expect(verdict.errors.map(\.error.kind) == [.tooMany])
    }

    @Test func `ids that differ in bytes alone are different users`() {
        let admin = AdminRulesTests.changed {
            $0["identityProvider"] = "dex"
            $0["users"] = [AdminRulesTests.user("caf\u{E9}"), AdminRulesTests.user("cafe\u{301}")]
        }
        #expect(AdminRules().validate(admin: admin).admin?.users.count == 2)
    }

    @Test func `every problem is reported at once, within 32 KiB`() {
        var admin = AdminRulesTests.good
        admin["users"] = .array((0..<5_000).map { _ in ["id": 5, "firstName": "", "lastName": "", "email": ""] })
        let verdict = AdminRules().validate(admin: admin)
        #expect(verdict.errors.count == 20_000)
        let message = verdict.message(.error)
        let length = message.utf8.count
        #expect(length <= 32 << 10)
        #expect(length > 31 << 10)
        let shown = message.ranges(of: "spec.package.spec.admin.users[").count
        #expect(message.split(separator: ";").last ?? "" == " and \(20_000 - shown) more")
        #expect(verdict.message(.warning).isEmpty)
    }

    @Test func `neither e-mail addresses nor secrets stand in any message`() {
        let admin: JSONValue = [
            "identityProvider": "boss@example.com",
            "jwksEndpoint": "https://boss@example.com:secret@host/x",
            "boss@example.com": 1,
            "users": [
                ["id": "boss@example.com ", "firstName": "x", "lastName": "y", "email": "boss@example.com x"],
                ["id": "boss@example.com", "firstName": "x", "lastName": "y", "email": "boss@example.com"],
                ["id": "boss@example.com", "firstName": "x", "lastName": "y", "email": "boss@example.com"],
            ],
            "dsn": ["value": "secret", "boss@example.com": "secret", "valueFrom": "secret"],
            "internalSigningKey": ["id": "secret", "privateKey": "secret", "publicKey": ["value": 5]],
        ]
        let verdict = AdminRules().validate(admin: admin, customCertificates: ["boss@example.com": "secret"])
        #expect(verdict.errors.count >= 8)
        for finding in verdict.findings {
            #expect(!finding.description.contains("@"))
            #expect(!finding.description.contains("secret\""))
        }
    }
}

struct CustomCertificatesTests {
    static let reference: JSONValue = ["valueFrom": ["configMapKeyRef": ["name": "ca", "key": "ca.pem"]]]
    static let root = "spec.package.spec.egress.customCertificates"

    @Test func `a reference in order has no finding`() {
        for state in [AdminRules.CABundle.notLooked, .usable] {
            let rules = AdminRules(caBundle: state)
            #expect(rules.validate(admin: AdminRulesTests.good, customCertificates: Self.reference).findings.isEmpty)
        }
    }

    @Test(
        arguments: [
            ("valueFrom.configMapKeyRef.name", ["valueFrom": ["configMapKeyRef": ["key": "ca.pem"]]]),
            ("valueFrom.configMapKeyRef.key", ["valueFrom": ["configMapKeyRef": ["name": "ca", "key": ""]]]),
            ("valueFrom", ["valueFrom": [:]]),
            ("valueFrom", [:]),
            ("secretKeyRef", ["valueFrom": ["configMapKeyRef": ["name": "ca", "key": "k"]], "secretKeyRef": [:]]),
        ] as [(String, JSONValue)]
    )
    func `a reference of the wrong shape warns offline and fails at run time`(_ path: String, _ value: JSONValue) {
        let offline = AdminRules().validate(admin: AdminRulesTests.good, customCertificates: value)
        #expect(offline.isValid)
        #expect(offline.warnings.map(\.error.path.description) == ["\(Self.root).\(path)"])
        let online = AdminRules(caBundle: .configMapMissing)
            .validate(admin: AdminRulesTests.good, customCertificates: value)
        #expect(online.errors.map(\.error.path.description) == ["\(Self.root).\(path)"])
    }

    @Test(
        arguments: [
            (.configMapMissing, "name: Not found: \"ca\": there is no such ConfigMap in the namespace"),
            (
                .keyMissing(others: ["certs.pem"]),
                "key: Not found: \"ca.pem\": the ConfigMap has no such key; it has certs.pem"
            ),
            (.notPEM, "key: Invalid value: \"ca.pem\": the entry holds no PEM certificate that can be read"),
        ] as [(AdminRules.CABundle, String)]
    )
    func `a bundle that is not there is an error`(_ state: AdminRules.CABundle, _ text: String) {
        let verdict = AdminRules(caBundle: state)
            .validate(admin: AdminRulesTests.good, customCertificates: Self.reference)
        #expect(verdict.errors.map(\.description) == ["\(Self.root).valueFrom.configMapKeyRef.\(text)"])
    }

    @Test func `in a values file the paths begin at its root`() {
        var admin = AdminRulesTests.good
        admin["users"] = []
        let verdict = AdminRules(document: .values).validate(admin: admin, customCertificates: [:])
        #expect(
            verdict.findings.map(\.error.path.description) == ["admin.users", "egress.customCertificates.valueFrom"]
        )
    }

    @Test func `the source of a number is named when it is known`() {
        let admin = AdminRulesTests.changed {
            $0["users"] = [["id": 83, "firstName": "a", "lastName": "b", "email": "c@d"]]
        }
        let verdict = AdminRules { path in path.description.hasSuffix(".id") ? "0123" : nil }.validate(admin: admin)
        #expect(
            verdict.errors.map(\.error.body) == [
                "Invalid value: must be a string; `0123` is the number 83 in YAML: quote it"
            ]
        )
    }
}
