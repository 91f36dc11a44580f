// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What is refused: the block, its provider and its endpoint.
extension AdmissionCases {
    static let seesNoAccess = AdmissionCase.Exception(
        verdict: .warned,
        reason: "a policy does not see the AdminAccess, which may permit plain http"
    )

    static let provider: [AdmissionCase] = [
        .denied("a block that is a text", at: "admin") { $0["admin"] = "text" },
        .denied("a block that is a list", at: "admin") { $0["admin"] = [] },
        .denied("a block that is null", at: "admin") { $0["admin"] = .null },
        .denied("an unknown field", at: "admin.issuer") { $0.set("x", at: "admin", "issuer") },
        .denied("a misspelt field", at: "admin.user") { $0.set([], at: "admin", "user") },
        .denied("no provider", at: "admin.identityProvider") { $0.set(nil, at: "admin", "identityProvider") },
        .denied("an empty provider", at: "admin.identityProvider") { $0.set("", at: "admin", "identityProvider") },
        .denied("a provider that is no", at: "admin.identityProvider") {
            $0.set(false, at: "admin", "identityProvider")
        },
        .denied("a provider that is a word of YAML", at: "admin.identityProvider") {
            $0.set("Off", at: "admin", "identityProvider")
        },
        .denied("a provider with a space", at: "admin.identityProvider") {
            $0.set("my idp", at: "admin", "identityProvider")
        },
        .denied("a provider that begins with a digit", at: "admin.identityProvider") {
            $0.set("1.0", at: "admin", "identityProvider")
        },
        .denied("a provider of 129 letters", at: "admin.identityProvider") {
            $0.set(.string(String(repeating: "x", count: 129)), at: "admin", "identityProvider")
        },
        .denied("a known provider in the wrong case", at: "admin.identityProvider") {
            $0.set("Keycloak", at: "admin", "identityProvider")
        },
        .denied("Entra ID by its name", at: "admin.identityProvider") {
            $0.set("Microsoft Entra ID", at: "admin", "identityProvider")
        },
        .denied("Entra ID in the wrong case", at: "admin.identityProvider") {
            $0.set("Azure", at: "admin", "identityProvider")
        },
    ]

    /// The block with this endpoint and a provider whose endpoints have no known shape.
    private static func setting(endpoint: JSONValue?) -> AdmissionCase.Change {
        {
            $0.set("dex", at: "admin", "identityProvider")
            $0.set(endpoint, at: "admin", "jwksEndpoint")
        }
    }

    private static func refused(
        _ name: String,
        _ endpoint: JSONValue?,
        policy: AdmissionCase.Exception? = nil
    ) -> AdmissionCase {
        .denied(name, at: "admin.jwksEndpoint", policy: policy, setting(endpoint: endpoint))
    }

    static let endpoint: [AdmissionCase] = [
        refused("no endpoint", nil),
        refused("a blank endpoint", " \n"),
        refused("an endpoint that is a number", 5),
        refused("an endpoint that is a list", ["https://dex.example.com/keys"]),
        refused("an endpoint without a scheme", "dex.example.com/keys"),
        refused("an endpoint of another scheme", "ftp://dex.example.com/keys"),
        refused("an endpoint without a host", "https:///keys"),
        refused("an endpoint with a port and no host", "https://:443/keys"),
        refused("a password in the endpoint", "https://u:secret@dex.example.com/keys"),
        refused("a fragment in the endpoint", "https://dex.example.com/keys#x"),
        refused("a number for a host", "https://2130706433/keys"),
        refused("an address with too few parts", "https://127.1/keys"),
        refused("an address with a part that is too great", "https://127.0.0.256/keys"),
        refused("a hexadecimal host", "https://0x7f000001/keys"),
        refused("a host with a bad character", "https://de~x.example.com/keys"),
        refused("a host with an empty label", "https://dex..example.com/keys"),
        refused("a label of 64 letters", .string("https://\(String(repeating: "x", count: 64)).com/keys")),
        refused("an IPv6 address without its end", "https://[::1/keys"),
        refused("an IPv6 address with two gaps", "https://[1::2::3]/keys"),
        refused("an IPv6 address with too few groups", "https://[1:2:3]/keys"),
        refused("a port out of range", "https://dex.example.com:70000/keys"),
        refused("port 0", "https://dex.example.com:0/keys"),
        refused("a colon and no port", "https://dex.example.com:/keys"),
        refused("a space in the endpoint", "https://dex.example.com/my keys"),
        refused("a backslash in the endpoint", "https://dex.example.com\\keys"),
        refused("a letter beyond ASCII in the endpoint", "https://dex.example.com/cl\u{e9}s"),
        refused("an endpoint that is too long", .string("https://e.com/" + String(repeating: "x", count: 2_048))),
        refused("plain http", "http://dex.example.com/keys", policy: seesNoAccess),
        refused("plain http to what only looks like loopback", "http://127.0.0.1.example.com/", policy: seesNoAccess),
        refused("plain http to a service of another domain", "http://dex.iam.svc.example.com/", policy: seesNoAccess),
        refused(
            "a placeholder of the documentation",
            "https://KEYCLOAK_HOST/realms/KEYCLOAK_REALM/protocol/openid-connect/certs"
        ),
        refused("a placeholder in angle brackets", "https://login.example.com/<tenant>/keys"),
        refused("a placeholder in braces", "https://{host}/keys"),
        refused("a line break in the endpoint", "https://dex.example.com\n/keys"),
    ]
}
