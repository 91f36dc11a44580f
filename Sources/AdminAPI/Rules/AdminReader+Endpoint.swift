// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension AdminReader {
    /// Reads `jwksEndpoint`; the URL without white space around it, or `nil` when it cannot be used.
    mutating func readEndpoint(_ object: JSONObject, at path: FieldPath, provider: String?) -> String? {
        let advice = "give the URL of the identity provider's key set (jwks_uri of its discovery document)"
        guard let text = requiredString("jwksEndpoint", of: object, at: path, advice) else { return nil }
        let path = path.appending(key: "jwksEndpoint")
        let trimmed = HTTPURL.trimmed(text)
        if trimmed.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
            error(.invalid, path, "has a line break inside the URL, as pasted from documentation: write it on one line")
            return nil
        }
        if let placeholder = Self.placeholder(in: trimmed) {
            error(.invalid, path, "the placeholder \(placeholder) from the documentation is still to be replaced")
            return nil
        }
        let url: HTTPURL
        do throws(HTTPURL.Problem) {
            url = try HTTPURL(trimmed)
        } catch {
            refuse(trimmed, error, at: path)
            return nil
        }
        if trimmed.utf8.count != text.utf8.count {
            let detail = "has white space or a line break around the URL (use |- rather than |); it is used without"
            warn(.invalid, path, detail, showing: Self.shown(url))
        }
        guard isSecureEnough(url, at: path) else { return nil }
        checkShape(of: url, at: path, provider: provider)
        return trimmed
    }

    private mutating func isSecureEnough(_ url: HTTPURL, at path: FieldPath) -> Bool {
        if rules.allowsInsecureEndpoint || url.isSecure(clusterDomain: rules.clusterDomain) { return true }
        let detail =
            "must be https; http is permitted for loopback and services of the cluster (*.svc) alone, unless the "
            + "AdminAccess says allowInsecureEndpoint: true"
        error(.invalid, path, detail, showing: Self.shown(url))
        return false
    }

    private mutating func refuse(_ text: String, _ problem: HTTPURL.Problem, at path: FieldPath) {
        switch problem {
        case .tooLong: error(.tooLong, path, "may be at most \(HTTPURL.maximumLength) bytes long")
        case .notAbsolute: error(.invalid, path, "must be an absolute URL, beginning with https://")
        case .unknownScheme:
            let scheme = text.prefix { $0 != ":" }.lowercased()
            error(.invalid, path, "must be an https URL", showing: .string("\(scheme)://..."))
        case .noHost: error(.invalid, path, "has no host")
        case .badHost: error(.invalid, path, "has a host that is neither a DNS name nor an IP address")
        case .badPort: error(.invalid, path, "has a port that is not between 1 and 65535")
        case .hasUserInfo: error(.invalid, path, "must not hold a user name or password")
        case .hasFragment: error(.invalid, path, "must not have a fragment (#...)")
        case .badCharacter: error(.invalid, path, "holds a character that a URL may not hold; percent-encode it")
        }
    }

    /// The URL for messages: without its query, shortened, and with nothing that may be an e-mail address.
    private static func shown(_ url: HTTPURL) -> JSONValue {
        let path = url.path.utf8.count <= 128 ? url.path : "\(url.path.prefix(120))..."
        return .string(url.origin + (isShowable(path) ? path : "/..."))
    }

    /// What was to be replaced and was not.
    private static func placeholder(in text: String) -> String? {
        for name in ["KEYCLOAK_HOST", "KEYCLOAK_REALM", "AUTH0_HOST", "AZURE_TENANT_ID"] where text.contains(name) {
            return name
        }
        for (open, close) in [("<", ">"), ("{", "}")] as [(Character, Character)] {
            if let start = text.firstIndex(of: open), let end = text[start...].firstIndex(of: close) {
                let inner = String(text[start...end])
                return isShowable(inner) && inner.utf8.count <= 64 ? inner : "\(open)...\(close)"
            }
        }
        return nil
    }

    // MARK: - Shapes of known providers

    private static let entraHosts = [
        "login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn",
        "login.microsoft.com", "login.windows.net", "sts.windows.net",
    ]

    private mutating func checkShape(of url: HTTPURL, at path: FieldPath, provider: String?) {
        let shown = Self.shown(url)
        let isEntraHost = Self.entraHosts.contains(url.host) || url.host.hasSuffix(".ciamlogin.com")
        if isEntraHost, let provider, provider != "azure" {
            warn(
                .invalid,
                path,
                "is an endpoint of Microsoft Entra ID, but identityProvider is not azure",
                showing: shown
            )
        }
        if url.path.hasSuffix("/.well-known/openid-configuration") {
            let jwks = provider == "auth0" ? "; with Auth0 that is /.well-known/jwks.json" : ""
            let detail = "is a discovery document: better give the key set that its jwks_uri names\(jwks)"
            warn(.invalid, path, detail, showing: shown)
            return
        }
        switch provider {
        case "azure": checkEntraShape(of: url, isEntraHost: isEntraHost, at: path)
        case "auth0" where url.path != "/.well-known/jwks.json":
            warn(.invalid, path, "is not the usual https://TENANT/.well-known/jwks.json of Auth0", showing: shown)
        case "keycloak" where !Self.isKeycloakPath(url.path):
            let detail = "is not the usual https://HOST/realms/REALM/protocol/openid-connect/certs of Keycloak"
            warn(.invalid, path, detail, showing: shown)
        default: break
        }
    }

    private mutating func checkEntraShape(of url: HTTPURL, isEntraHost: Bool, at path: FieldPath) {
        let shown = Self.shown(url)
        let parts = url.path.split(separator: "/", omittingEmptySubsequences: false)
        // Every tenant's keys verify there, so that only the issuer stands between one tenant and another.
        if parts.count > 1, ["common", "organizations", "consumers"].contains(parts[1].lowercased()) {
            warn(
                .invalid,
                path,
                "names all tenants (\(parts[1])) rather than yours: give the tenant id",
                showing: shown
            )
        }
        if !isEntraHost || parts.count != 5 || parts[0] != "" || parts[2...] != ["discovery", "v2.0", "keys"] {
            let detail = "is not the usual https://login.microsoftonline.com/TENANT/discovery/v2.0/keys of Entra ID"
            warn(.invalid, path, detail, showing: shown)
        }
    }

    /// Whether a path ends in `/realms/R/protocol/openid-connect/certs`.
    private static func isKeycloakPath(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 6, parts.suffix(3) == ["protocol", "openid-connect", "certs"] else { return false }
        let realm = parts[parts.count - 4]
        return parts[parts.count - 5] == "realms" && !realm.isEmpty
    }
}
