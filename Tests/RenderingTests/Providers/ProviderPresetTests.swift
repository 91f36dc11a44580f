// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import Rendering
import Testing

struct ProviderPresetTests {
    /// What a key set's URL comes to.
    struct Case: Sendable, CustomTestStringConvertible {
        let endpoint: String
        let kind: ProviderKind
        let device: String?
        let token: String?

        init(_ endpoint: String, _ kind: ProviderKind, _ device: String?, _ token: String?) {
            self.endpoint = endpoint
            self.kind = kind
            self.device = device
            self.token = token
        }

        var testDescription: String { endpoint }
    }

    static let cases: [Case] = [
        Case(
            "https://kc.example/realms/r/protocol/openid-connect/certs",
            .keycloak,
            "https://kc.example/realms/r/protocol/openid-connect/auth/device",
            "https://kc.example/realms/r/protocol/openid-connect/token"
        ),
        Case(
            "https://kc.example:8443/auth/realms/r/protocol/openid-connect/certs",
            .keycloak,
            "https://kc.example:8443/auth/realms/r/protocol/openid-connect/auth/device",
            "https://kc.example:8443/auth/realms/r/protocol/openid-connect/token"
        ),
        Case(
            "https://t.eu.auth0.com/.well-known/jwks.json",
            .auth0,
            "https://t.eu.auth0.com/oauth/device/code",
            "https://t.eu.auth0.com/oauth/token"
        ),
        Case(
            "https://t.eu.auth0.com/.well-known/openid-configuration",
            .auth0,
            "https://t.eu.auth0.com/oauth/device/code",
            "https://t.eu.auth0.com/oauth/token"
        ),
        Case(
            "https://login.microsoftonline.com/t-1/discovery/v2.0/keys",
            .entra,
            "https://login.microsoftonline.com/t-1/oauth2/v2.0/devicecode",
            "https://login.microsoftonline.com/t-1/oauth2/v2.0/token"
        ),
        Case(
            "https://login.microsoftonline.us/t-1/discovery/keys",
            .entra,
            "https://login.microsoftonline.us/t-1/oauth2/v2.0/devicecode",
            "https://login.microsoftonline.us/t-1/oauth2/v2.0/token"
        ),
        Case(
            "https://login.microsoftonline.com/common/discovery/v2.0/keys",
            .entra,
            "https://login.microsoftonline.com/common/oauth2/v2.0/devicecode",
            "https://login.microsoftonline.com/common/oauth2/v2.0/token"
        ),
        Case(
            "https://org.okta.com/oauth2/default/v1/keys",
            .okta,
            "https://org.okta.com/oauth2/default/v1/device/authorize",
            "https://org.okta.com/oauth2/default/v1/token"
        ),
        Case(
            "https://org.okta.com/oauth2/v1/keys",
            .okta,
            "https://org.okta.com/oauth2/v1/device/authorize",
            "https://org.okta.com/oauth2/v1/token"
        ),
        Case(
            "https://www.googleapis.com/oauth2/v3/certs",
            .google,
            "https://oauth2.googleapis.com/device/code",
            "https://oauth2.googleapis.com/token"
        ),
        Case(
            "https://a.example/application/o/influx/jwks/",
            .authentik,
            "https://a.example/application/o/device/",
            "https://a.example/application/o/token/"
        ),
        Case(
            "https://dex.example/dex/keys",
            .dex,
            "https://dex.example/dex/device/code",
            "https://dex.example/dex/token"
        ),
        Case(
            "https://auth.pingone.eu/env/as/jwks",
            .pingOne,
            "https://auth.pingone.eu/env/as/device_authorization",
            "https://auth.pingone.eu/env/as/token"
        ),
        Case(
            "https://pf.example:9031/pf/JWKS",
            .pingFederate,
            "https://pf.example:9031/as/device_authz.oauth2",
            "https://pf.example:9031/as/token.oauth2"
        ),
        Case(
            "https://fs.example/adfs/discovery/keys",
            .adfs,
            "https://fs.example/adfs/oauth2/devicecode",
            "https://fs.example/adfs/oauth2/token"
        ),
        Case("https://cognito-idp.eu-west-1.amazonaws.com/p_x/.well-known/jwks.json", .cognito, nil, nil),
        Case(
            "https://gitlab.example/oauth/discovery/keys",
            .gitLab,
            "https://gitlab.example/oauth/authorize_device",
            "https://gitlab.example/oauth/token"
        ),
        Case(
            "https://z.example/oauth/v2/keys",
            .zitadel,
            "https://z.example/oauth/v2/device_authorization",
            "https://z.example/oauth/v2/token"
        ),
        Case(
            "https://au.example/jwks.json",
            .authelia,
            "https://au.example/api/oidc/device-authorization",
            "https://au.example/api/oidc/token"
        ),
    ]

    @Test(arguments: cases)
    func `a key set's URL tells where the device grant begins and ends`(_ given: Case) throws {
        let preset = try #require(ProviderPreset(jwksEndpoint: " \(given.endpoint)\n"))
        #expect(preset.kind == given.kind)
        #expect(preset.deviceURL == given.device)
        #expect(preset.tokenURL == given.token)
    }

    @Test(arguments: cases.filter { !$0.endpoint.contains("/common/") })
    func `the issuer tells the same as the key set`(_ given: Case) throws {
        let preset = try #require(ProviderPreset(jwksEndpoint: given.endpoint))
        let issuer = try #require(preset.issuer)
        #expect(
            ProviderPreset(issuer: issuer, provider: given.kind.rawValue)?.tokenURL == sameHost(preset.tokenURL, issuer)
        )
    }

    /// The issuer of version 1 tokens is the same host for all of Microsoft's clouds.
    private func sameHost(_ url: String?, _ issuer: String) -> String? {
        issuer.hasPrefix("https://sts.windows.net/") ? "https://login.microsoftonline.com/t-1/oauth2/v2.0/token" : url
    }

    @Test func `every product has a case here, and says what to switch on`() {
        #expect(Set(Self.cases.map(\.kind)) == Set(ProviderKind.allCases))
        let presets = Self.cases.compactMap { ProviderPreset(jwksEndpoint: $0.endpoint) }
        #expect(presets.allSatisfy { !$0.setting.isEmpty })
        #expect(presets.allSatisfy { $0.deviceURL != nil || $0.obstacle != nil })
    }

    @Test func `a name tells what a URL alone does not`() {
        let own = "https://login.example.com/.well-known/jwks.json"
        #expect(ProviderPreset(jwksEndpoint: own) == nil)
        #expect(
            ProviderPreset(jwksEndpoint: own, provider: "auth0")?.deviceURL
                == "https://login.example.com/oauth/device/code"
        )
        #expect(ProviderPreset(issuer: "https://id.example.com") == nil)
        #expect(ProviderPreset(issuer: "https://id.example.com/", provider: "zitadel")?.kind == .zitadel)
        #expect(ProviderPreset(issuer: "https://id.example.com", provider: "keycloak") == nil)
        let discovery = "https://id.example.com/dex/.well-known/openid-configuration"
        #expect(
            ProviderPreset(jwksEndpoint: discovery, provider: "Dex")?.tokenURL == "https://id.example.com/dex/token"
        )
    }

    @Test(arguments: ["", "not a url", "https://example.com/", "ftp://a/keys", "https://u:p@kc/realms/r"])
    func `what has no shape has no preset`(_ text: String) {
        #expect(ProviderPreset(jwksEndpoint: text) == nil)
        #expect(ProviderPreset(issuer: text) == nil)
    }

    @Test func `scopes and parameters are those that make a token that others can verify`() throws {
        let entra = try #require(ProviderPreset(issuer: "https://login.microsoftonline.com/t-1/v2.0"))
        #expect(entra.scopes(clientID: "app-1") == ["app-1/.default"])
        let auth0 = try #require(ProviderPreset(issuer: "https://t.eu.auth0.com"))
        #expect(auth0.issuer == "https://t.eu.auth0.com/")
        #expect(auth0.needsAudience)
        #expect(auth0.scopes(clientID: "x").isEmpty)
        #expect(auth0.parameters(audience: "https://api") == ["audience": "https://api"])
        #expect(auth0.parameters(audience: "").isEmpty && auth0.parameters(audience: nil).isEmpty)
        let okta = try #require(ProviderPreset(issuer: "https://org.okta.com"))
        #expect(okta.obstacle?.contains("/oauth2/default") == true)
        #expect(ProviderPreset(issuer: "https://org.okta.com/oauth2/default")?.obstacle == nil)
    }

    @Test func `two URLs of one Keycloak that differ in auth are told`() throws {
        let old = "https://kc.example/auth/realms/r/protocol/openid-connect/certs"
        let new = "https://kc.example/realms/r/protocol/openid-connect/auth/device"
        let text = try #require(KeycloakPrefix.conflict(jwksEndpoint: old, with: "device_url", new))
        #expect(text.hasPrefix("jwksEndpoint has /auth before /realms and device_url has not"))
        let same = "https://kc.example/auth/realms/r/protocol/openid-connect/auth/device"
        #expect(KeycloakPrefix.conflict(jwksEndpoint: old, with: "device_url", same) == nil)
        #expect(KeycloakPrefix.conflict(jwksEndpoint: old, with: "device_url", "https://other/realms/r") == nil)
        #expect(KeycloakPrefix.conflict(jwksEndpoint: "https://kc.example/keys", with: "x", new) == nil)
    }

    @Test func `the other form of a realm's path`() {
        #expect(KeycloakPrefix.other("https://kc/realms/r") == "https://kc/auth/realms/r")
        #expect(KeycloakPrefix.other("https://kc/x/auth/realms/auth/y") == "https://kc/x/realms/auth/y")
        #expect(KeycloakPrefix.other("https://kc/keys") == nil)
        #expect(KeycloakPrefix.other("no url") == nil)
    }
}
