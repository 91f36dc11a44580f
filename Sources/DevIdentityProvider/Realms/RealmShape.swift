// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Whose habits a realm has: where its documents are, and what its keys and tokens look like.
public enum RealmShape: String, CaseIterable, Hashable, Sendable {
    /// Keycloak 17 and later: `/realms/NAME`, an encryption key beside the signing key, `Cache-Control: no-cache`.
    case keycloak
    /// Auth0: `/NAME/`, the trailing slash being part of the issuer, and the next key always published.
    case auth0
    /// Microsoft Entra v2.0: `/NAME`, keys without `alg` but with `issuer`; the user is in `oid`, and `sub` is pairwise.
    case entra

    /// The path of the issuer.
    func issuerPath(_ name: String) -> String {
        switch self {
        case .keycloak: "/realms/\(name)"
        case .auth0: "/\(name)/"
        case .entra: "/\(name)/v2.0"
        }
    }

    /// The path of the key set.
    func keysPath(_ name: String) -> String {
        switch self {
        case .keycloak: "/realms/\(name)/protocol/openid-connect/certs"
        case .auth0: "/\(name)/.well-known/jwks.json"
        case .entra: "/\(name)/discovery/v2.0/keys"
        }
    }

    /// The path of the discovery document: the issuer's path with the well-known suffix (OpenID Connect Discovery 4).
    func discoveryPath(_ name: String) -> String {
        let issuer = issuerPath(name)
        return issuer + (issuer.hasSuffix("/") ? "" : "/") + ".well-known/openid-configuration"
    }

    /// The path of the device authorization endpoint (RFC 8628, 3.1).
    func devicePath(_ name: String) -> String {
        switch self {
        case .keycloak: "/realms/\(name)/protocol/openid-connect/auth/device"
        case .auth0: "/\(name)/oauth/device/code"
        case .entra: "/\(name)/oauth2/v2.0/devicecode"
        }
    }

    /// The path of the token endpoint.
    func tokenPath(_ name: String) -> String {
        switch self {
        case .keycloak: "/realms/\(name)/protocol/openid-connect/token"
        case .auth0: "/\(name)/oauth/token"
        case .entra: "/\(name)/oauth2/v2.0/token"
        }
    }

    /// The path of the page where a person enters a user code.
    func verificationPath(_ name: String) -> String {
        switch self {
        case .keycloak: "/realms/\(name)/device"
        case .auth0: "/\(name)/activate"
        case .entra: "/\(name)/devicelogin"
        }
    }

    /// What `Cache-Control` says of the key set; values seen at the real providers.
    var cacheControl: String {
        switch self {
        case .keycloak: "no-cache"
        case .auth0: "public, max-age=15, stale-while-revalidate=15, stale-if-error=15"
        case .entra: "max-age=86400, private"
        }
    }

    /// A key id of the length and alphabet that the provider uses.
    func keyID(fingerprint: [UInt8]) -> String {
        switch self {
        case .keycloak: Base64URL.encode(fingerprint)
        case .auth0: String(Base64URL.encode(fingerprint).prefix(21))
        case .entra: Base64URL.encode(fingerprint.prefix(20))
        }
    }

    /// A public signing key as the provider publishes it.
    func jwk(_ key: SigningKey, issuer: String) -> JSONObject {
        var members = key.publicMembers
        members["kid"] = .string(keyID(fingerprint: key.fingerprint))
        members["use"] = "sig"
        if self == .entra {
            members["issuer"] = .string(issuer)
        } else {
            members["alg"] = .string(key.algorithm.rawValue)
        }
        return members
    }
}
