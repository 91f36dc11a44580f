// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension AdminReader {
    /// Reads `jwksEndpoint`; the URL without white space around it, or `nil` when it cannot be used.
    mutating func readEndpoint(_ object: JSONObject, at path: FieldPath, provider: String?) -> String? {
        guard let text = requiredString("jwksEndpoint", of: object, at: path, missing: .endpointMissing) else {
            return nil
        }
        let path = path.appending(key: "jwksEndpoint")
        let trimmed = HTTPURL.trimmed(text)
        if trimmed.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
            report(.endpointLineBreak, path)
            return nil
        }
        if let placeholder = Self.placeholder(in: trimmed) {
            report(.endpointPlaceholder, path, placeholder)
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
            report(.endpointOuterSpace, path, showing: Self.shown(url))
        }
        guard isSecureEnough(url, at: path) else { return nil }
        checkShape(of: url, at: path, provider: provider)
        return trimmed
    }

    private mutating func isSecureEnough(_ url: HTTPURL, at path: FieldPath) -> Bool {
        if rules.allowsInsecureEndpoint || url.isSecure(clusterDomain: rules.clusterDomain) { return true }
        report(.endpointInsecure, path, showing: Self.shown(url))
        return false
    }

    private mutating func refuse(_ text: String, _ problem: HTTPURL.Problem, at path: FieldPath) {
        switch problem {
        case .tooLong: report(.endpointTooLong, path)
        case .notAbsolute: report(.endpointNotAbsolute, path)
        case .unknownScheme:
            let scheme = text.prefix { $0 != ":" }.lowercased()
            report(.endpointNotHTTPS, path, showing: .string("\(scheme)://..."))
        case .noHost: report(.endpointNoHost, path)
        case .badHost: report(.endpointBadHost, path)
        case .badPort: report(.endpointBadPort, path)
        case .hasUserInfo: report(.endpointUserInfo, path)
        case .hasFragment: report(.endpointFragment, path)
        case .badCharacter: report(.endpointBadCharacter, path)
        }
    }

    /// The URL for messages: without its query, shortened, and with nothing that may be an e-mail address.
    private static func shown(_ url: HTTPURL) -> JSONValue {
        let path = url.path.utf8.count <= maximumShown ? url.path : "\(url.path.prefix(keptShown))..."
        return .string(url.origin + (isShowable(path) ? path : "/..."))
    }

    /// The placeholders that the documentation of InfluxDB Clustered uses.
    static let placeholders = ["KEYCLOAK_HOST", "KEYCLOAK_REALM", "AUTH0_HOST", "AZURE_TENANT_ID"]

    /// What was to be replaced and was not.
    private static func placeholder(in text: String) -> String? {
        for name in placeholders where text.contains(name) {
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

    static let entraHosts = [
        "login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn",
        "login.microsoft.com", "login.windows.net", "sts.windows.net",
    ]
    static let entraHostSuffix = ".ciamlogin.com"
    /// What stands for all tenants rather than for one.
    static let sharedTenants = ["common", "organizations", "consumers"]
    /// The end of the URL of a discovery document.
    static let discoverySuffix = "/.well-known/openid-configuration"
    /// The path of the key set of Auth0.
    static let auth0Path = "/.well-known/jwks.json"

    private mutating func checkShape(of url: HTTPURL, at path: FieldPath, provider: String?) {
        let shown = Self.shown(url)
        let isEntraHost = Self.entraHosts.contains(url.host) || url.host.hasSuffix(Self.entraHostSuffix)
        if isEntraHost, let provider, provider != "azure" {
            report(.endpointOfEntra, path, showing: shown)
        }
        if url.path.hasSuffix(Self.discoverySuffix) {
            let jwks = provider == "auth0" ? Self.auth0Advice : ""
            report(.endpointDiscovery, path, jwks, showing: shown)
            return
        }
        switch provider {
        case "azure": checkEntraShape(of: url, isEntraHost: isEntraHost, at: path)
        case "auth0" where url.path != Self.auth0Path: report(.endpointNotAuth0, path, showing: shown)
        case "keycloak" where !Self.isKeycloakPath(url.path): report(.endpointNotKeycloak, path, showing: shown)
        default: break
        }
    }

    private mutating func checkEntraShape(of url: HTTPURL, isEntraHost: Bool, at path: FieldPath) {
        let shown = Self.shown(url)
        let parts = url.path.split(separator: "/", omittingEmptySubsequences: false)
        // Every tenant's keys verify there, so that only the issuer stands between one tenant and another.
        if parts.count > 1, Self.sharedTenants.contains(parts[1].lowercased()) {
            report(.endpointAllTenants, path, String(parts[1]), showing: shown)
        }
        if !isEntraHost || parts.count != 5 || parts[0] != "" || parts[2...] != ["discovery", "v2.0", "keys"] {
            report(.endpointNotEntra, path, showing: shown)
        }
    }

    /// What is added about a discovery document of Auth0.
    static let auth0Advice = "; with Auth0 that is \(auth0Path)"

    /// Whether a path ends in `/realms/R/protocol/openid-connect/certs`.
    private static func isKeycloakPath(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 6, parts.suffix(3) == ["protocol", "openid-connect", "certs"] else { return false }
        let realm = parts[parts.count - 4]
        return parts[parts.count - 5] == "realms" && !realm.isEmpty
    }
}
