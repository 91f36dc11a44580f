// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import KubeCore
import Testing

struct IssuerResolutionTests {
    /// One provider's shape.
    struct Shape: Sendable, CustomTestStringConvertible {
        let endpoint: String
        let issuer: String?

        init(_ endpoint: String, _ issuer: String?) {
            self.endpoint = endpoint
            self.issuer = issuer
        }

        var testDescription: String { endpoint }
    }

    static let shapes: [Shape] = [
        Shape("https://kc.example/realms/r/protocol/openid-connect/certs", "https://kc.example/realms/r"),
        Shape(
            "https://KC.example:8443/auth/realms/r/protocol/openid-connect/certs",
            "https://kc.example:8443/auth/realms/r"
        ),
        Shape("https://kc.example:443/realms/r/.well-known/openid-configuration", "https://kc.example/realms/r"),
        Shape("https://t.eu.auth0.com/.well-known/jwks.json", "https://t.eu.auth0.com/"),
        Shape("https://t.eu.auth0.com/.well-known/openid-configuration", "https://t.eu.auth0.com/"),
        Shape(
            "https://login.microsoftonline.com/t-1/discovery/v2.0/keys",
            "https://login.microsoftonline.com/t-1/v2.0"
        ),
        Shape("https://login.microsoftonline.com/t-1/discovery/keys", "https://sts.windows.net/t-1/"),
        Shape(
            "https://login.microsoftonline.com/t-1/v2.0/.well-known/openid-configuration",
            "https://login.microsoftonline.com/t-1/v2.0"
        ),
        Shape("https://org.okta.com/oauth2/v1/keys", "https://org.okta.com"),
        Shape("https://org.okta.com/oauth2/default/v1/keys", "https://org.okta.com/oauth2/default"),
        Shape("https://www.googleapis.com/oauth2/v3/certs", "https://accounts.google.com"),
        Shape("https://a.example/application/o/influx/jwks/", "https://a.example/application/o/influx/"),
        Shape("https://dex.example/dex/keys", "https://dex.example/dex"),
        Shape("https://dex.example/keys", "https://dex.example"),
        Shape("https://auth.pingone.eu/env/as/jwks", "https://auth.pingone.eu/env/as"),
        Shape("https://pf.example:9031/pf/JWKS", "https://pf.example:9031"),
        Shape("https://fs.example/adfs/discovery/keys", "https://fs.example/adfs"),
        Shape(
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x/.well-known/jwks.json",
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x"
        ),
        Shape("https://gitlab.example/oauth/discovery/keys", "https://gitlab.example"),
        Shape("https://z.example/oauth/v2/keys", "https://z.example"),
        Shape("https://au.example/jwks.json", "https://au.example"),
        // Shapes that leave the issuer open.
        Shape("https://login.microsoftonline.com/common/discovery/v2.0/keys", nil),
        Shape("https://login.microsoftonline.com/Organizations/discovery/v2.0/keys", nil),
        Shape("https://login.microsoftonline.com/consumers/discovery/keys", nil),
        Shape("https://www.googleapis.com/oauth2/v1/certs", nil),
        Shape("https://custom.example/.well-known/jwks.json", nil),
        Shape("https://custom.example/.well-known/openid-configuration", nil),
        Shape("https://kc.example/realms//protocol/openid-connect/certs", nil),
        Shape("https://dex.example/dex/keys?x=1", nil),
        Shape("https://some.example/other/discovery/keys", nil),
        Shape("not a url", nil),
    ]

    @Test(arguments: shapes)
    func `the issuer follows from the provider's URL where its shape tells`(shape: Shape) {
        let resolution = IssuerResolution(declared: nil, discovered: nil, endpoint: shape.endpoint)
        #expect(resolution.value == shape.issuer)
        #expect(resolution.source == (shape.issuer == nil ? .unknown : .derived))
    }

    @Test func `what is declared counts before what is discovered, and that before what is derived`() {
        let endpoint = "https://dex.example/keys"
        let declared = IssuerResolution(declared: "https://a", discovered: "https://b", endpoint: endpoint)
        #expect(declared.value == "https://a" && declared.source == .declared)
        let discovered = IssuerResolution(declared: "", discovered: "https://b", endpoint: endpoint)
        #expect(discovered.value == "https://b" && discovered.source == .discovered)
    }

    @Test func `a discovery document has a string jwks_uri and no keys`() {
        let document: JSONValue = ["jwks_uri": "https://a/keys", "issuer": "https://a", "x": [1]]
        #expect(DiscoveryDocument(document) == DiscoveryDocument(keySetURI: "https://a/keys", issuer: "https://a"))
        #expect(DiscoveryDocument(["jwks_uri": "https://a/keys", "keys": []]) == nil)
        #expect(DiscoveryDocument(["jwks_uri": 1]) == nil)
        #expect(DiscoveryDocument(["issuer": "https://a"]) == nil)
        #expect(DiscoveryDocument("https://a/keys") == nil)
        #expect(DiscoveryDocument(["jwks_uri": "https://a/keys", "issuer": ""])?.issuer == nil)
    }
}
