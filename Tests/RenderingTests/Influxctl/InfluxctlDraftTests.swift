// Grantor
// SPDX-License-Identifier: Apache-2.0

import Rendering
import Testing

struct InfluxctlDraftTests {
    private static func draft(
        _ endpoint: String? = "https://kc.example/realms/r/protocol/openid-connect/certs",
        provider: String? = "keycloak"
    ) -> InfluxctlDraft {
        var draft = InfluxctlDraft(clientID: "influxctl")
        draft.jwksEndpoint = endpoint
        draft.identityProvider = provider
        draft.ingressHosts = ["influxdb.example.com"]
        return draft
    }

    @Test func `Keycloak's profile follows from the endpoint of its keys`() throws {
        let result = try Self.draft().make()
        #expect(result.notes.isEmpty)
        #expect(
            result.profile.text == """
                [[profile]]
                  name = "default"
                  product = "clustered"
                  host = "influxdb.example.com"
                  port = "443"

                  [profile.auth.oauth2]
                    client_id = "influxctl"
                    token_url = "https://kc.example/realms/r/protocol/openid-connect/token"
                    device_url = "https://kc.example/realms/r/protocol/openid-connect/auth/device"

                """
        )
    }

    @Test func `Entra asks for its own application's scope`() throws {
        let endpoint = "https://login.microsoftonline.com/t-1/discovery/v2.0/keys"
        let profile = try Self.draft(endpoint, provider: "azure").make().profile
        #expect(profile.scopes == ["influxctl/.default"])
        #expect(profile.text.contains("    scopes = [\"influxctl/.default\"]\n"))
        #expect(profile.deviceURL == "https://login.microsoftonline.com/t-1/oauth2/v2.0/devicecode")
    }

    @Test func `Auth0 wants an audience, and gets it`() throws {
        var draft = Self.draft("https://t.eu.auth0.com/.well-known/jwks.json", provider: "auth0")
        #expect(try draft.make().notes.contains { $0.contains("--audience") })
        draft.audience = "https://influxdb"
        let result = try draft.make()
        #expect(result.notes.isEmpty)
        #expect(result.profile.text.contains("    parameters = { audience = \"https://influxdb\" }\n"))
    }

    @Test func `what discovery found counts before the shape`() throws {
        var draft = Self.draft()
        draft.discovery = .init(
            issuer: "https://kc.example/realms/r",
            deviceURL: "https://kc.example/auth/realms/r/protocol/openid-connect/auth/device",
            tokenURL: "https://kc.example/auth/realms/r/protocol/openid-connect/token",
            listsDeviceGrant: false
        )
        let result = try draft.make()
        #expect(result.profile.deviceURL.contains("/auth/realms/"))
        #expect(result.notes.contains { $0.contains("device_url has /auth before /realms and jwksEndpoint has not") })
        #expect(result.notes.contains { $0.contains("does not list the device grant") })
    }

    @Test func `a discovery document without the grant falls back on the shape, and says so`() throws {
        var draft = Self.draft()
        draft.discovery = .init(issuer: "https://other", deviceURL: nil, tokenURL: nil)
        let result = try draft.make()
        #expect(result.profile.tokenURL == "https://kc.example/realms/r/protocol/openid-connect/token")
        #expect(result.notes.contains { $0.contains("no device_authorization_endpoint") })
        #expect(result.notes.contains { $0.contains("another issuer, https://other") })
    }

    @Test(arguments: ["http://kc.example/token", "token", "https://u:p@kc.example/token"])
    func `a discovery document that sends tokens over plain http or nowhere is refused`(url: String) {
        var draft = Self.draft()
        draft.discovery = .init(issuer: nil, deviceURL: "https://kc.example/device", tokenURL: url)
        let error = #expect(throws: InfluxctlError.self) { try draft.make() }
        #expect(error?.code == .invalid)
    }

    @Test func `a declared issuer counts before the endpoint`() throws {
        var draft = Self.draft()
        draft.issuer = "https://dex.example/dex"
        draft.identityProvider = "dex"
        #expect(try draft.make().profile.tokenURL == "https://dex.example/dex/token")
        draft.identityProvider = "unknown"
        let error = #expect(throws: InfluxctlError.self) { try draft.make() }
        #expect(error?.code == .incomplete)
    }

    @Test(arguments: [[], [""], ["*.example.com"], ["http://x"]] as [[String]])
    func `no host in the ingress asks for one`(hosts: [String]) {
        var draft = Self.draft()
        draft.ingressHosts = hosts
        let error = #expect(throws: InfluxctlError.self) { try draft.make() }
        #expect(error?.code == .incomplete)
        #expect(error?.message.contains("--host") == true)
    }

    @Test(arguments: ["https://x", "x:443", "x/y", "", "a b", "[::1]:443", "x?y", "u@x"])
    func `a host is a host alone`(host: String) {
        var draft = Self.draft()
        draft.host = host
        #expect(throws: InfluxctlError.self) { try draft.make() }
    }

    @Test(arguments: ["0", "65536", "http", ""])
    func `a port is a number`(port: String) {
        var draft = Self.draft()
        draft.port = port
        #expect(throws: InfluxctlError.self) { try draft.make() }
    }

    @Test func `what was given is used, the port of an own host is left to influxctl`() throws {
        var draft = Self.draft()
        draft.host = "10.0.0.7"
        #expect(try draft.make().profile.port == nil)
        draft.port = "8086"
        draft.scopes = ["openid", ""]
        draft.legacyClientSecret = "s\"e\\c"
        let result = try draft.make()
        #expect(result.profile.port == "8086")
        #expect(result.profile.text.contains("    client_secret = \"s\\\"e\\\\c\"\n"))
        #expect(result.profile.text.contains("    scopes = [\"openid\"]\n"))
        #expect(
            result.notes == ["client_secret is refused by influxctl 2.9.8 and later: better a client without secret"]
        )
    }

    @Test func `a provider without the grant is refused with what to do`() throws {
        let endpoint = "https://cognito-idp.eu-west-1.amazonaws.com/p_x/.well-known/jwks.json"
        let error = #expect(throws: InfluxctlError.self) { try Self.draft(endpoint, provider: "cognito").make() }
        #expect(error?.message.contains("no device authorization endpoint") == true)
    }
}
