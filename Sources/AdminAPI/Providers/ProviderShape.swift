// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What the URL of a provider's key set, or its issuer, says about the provider.
///
/// Each provider builds the one from the other by a rule of its own. Where the shape leaves the issuer open, as with
/// Entra's shared tenants or a bare `/.well-known/jwks.json`, there is none: a wrong issuer would refuse every token.
public struct ProviderShape: Sendable, Hashable {
    /// The product.
    public let kind: ProviderKind
    /// The issuer of tokens, with the final slash where the provider has one; `nil` when the shape leaves it open.
    public let issuer: String?
    /// What the provider's other endpoints begin with: a realm, a tenant, an authorization server, or the origin.
    public let base: String

    init(_ kind: ProviderKind, issuer: String?, base: String) {
        self.kind = kind
        self.issuer = issuer
        self.base = base
    }

    /// Reads the URL of a key set or of a discovery document; `nil` when it has no provider's shape.
    public init?(endpoint text: String) {
        guard let url = try? HTTPURL(text), url.query == nil else { return nil }
        let path = Self.segments(of: url)
        guard let shape = Self.ofKnownHost(url, path) ?? Self.ofOwnHost(url, path) else { return nil }
        self = shape
    }

    /// Reads the URL of a key set or of a discovery document, where the provider's name tells what the shape alone
    /// does not: `nil` when both leave it open.
    ///
    /// - Parameters:
    ///   - text: The URL.
    ///   - provider: The name, as in `admin.identityProvider`.
    public init?(endpoint text: String, provider: String?) {
        if let shape = Self(endpoint: text) {
            self = shape
            return
        }
        guard let url = try? HTTPURL(text), url.query == nil else { return nil }
        let path = Self.segments(of: url)
        // A domain of one's own in front of Auth0.
        if provider.flatMap(ProviderKind.init(name:)) == .auth0, path == [".well-known", "jwks.json"] {
            self.init(.auth0, issuer: url.origin + "/", base: url.origin)
            return
        }
        guard let prefix = Self.removing([".well-known", "openid-configuration"], from: path) else { return nil }
        self.init(issuer: url.origin + Self.joined(prefix), provider: provider)
    }

    static func segments(of url: HTTPURL) -> [String] {
        url.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
    }

    static func removing(_ suffix: [String], from path: [String]) -> [String]? {
        path.count >= suffix.count && Array(path.suffix(suffix.count)) == suffix
            ? Array(path.dropLast(suffix.count)) : nil
    }

    static func joined(_ path: [String]) -> String {
        path.map { "/" + $0 }.joined()
    }
}

// MARK: - The URL of a key set

extension ProviderShape {
    static let entraHosts: Set<String> = [
        "login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn",
        "login.windows.net",
    ]
    static let entraSharedTenants: Set<String> = ["common", "organizations", "consumers"]

    /// Providers known by their host; for an unknown shape on such a host the inner `nil` is the final answer.
    private static func ofKnownHost(_ url: HTTPURL, _ path: [String]) -> ProviderShape?? {
        let host = url.host
        let isDiscovery = path == [".well-known", "openid-configuration"]
        if entraHosts.contains(host) { return .some(entra(url, path)) }
        if host.hasSuffix(".auth0.com") {
            // The final slash is part of the issuer.
            let auth0 = ProviderShape(.auth0, issuer: url.origin + "/", base: url.origin)
            return .some(path == [".well-known", "jwks.json"] || isDiscovery ? auth0 : nil)
        }
        if host == "www.googleapis.com" { return .some(path == ["oauth2", "v3", "certs"] ? google : nil) }
        if host == "accounts.google.com" { return .some(isDiscovery ? google : nil) }
        if host.hasPrefix("cognito-idp."), path.count == 3, path[1] == ".well-known" {
            let pool = "\(url.origin)/\(path[0])"
            return .some(ProviderShape(.cognito, issuer: pool, base: pool))
        }
        return nil
    }

    static let google = ProviderShape(
        .google,
        issuer: "https://accounts.google.com",
        base: "https://accounts.google.com"
    )

    private static func entra(_ url: HTTPURL, _ path: [String]) -> ProviderShape? {
        guard let tenant = path.first, !tenant.isEmpty else { return nil }
        let base = "\(url.origin)/\(tenant)"
        let isShared = entraSharedTenants.contains(tenant.lowercased())
        switch Array(path.dropFirst()) {
        case ["discovery", "v2.0", "keys"], ["v2.0", ".well-known", "openid-configuration"]:
            return ProviderShape(.entra, issuer: isShared ? nil : "\(base)/v2.0", base: base)
        case ["discovery", "keys"], [".well-known", "openid-configuration"]:
            return ProviderShape(.entra, issuer: isShared ? nil : "https://sts.windows.net/\(tenant)/", base: base)
        default:
            return nil
        }
    }

    /// Providers that run on their user's own host, known by their paths.
    private static func ofOwnHost(_ url: HTTPURL, _ path: [String]) -> ProviderShape? {
        let origin = url.origin
        let realm =
            removing(["protocol", "openid-connect", "certs"], from: path)
            ?? removing([".well-known", "openid-configuration"], from: path)
        if let realm, isRealm(realm) {
            return ProviderShape(.keycloak, issuer: origin + joined(realm), base: origin + joined(realm))
        }
        switch path {
        case ["oauth2", "v1", "keys"]: return ProviderShape(.okta, issuer: origin, base: origin)
        case ["pf", "JWKS"]: return ProviderShape(.pingFederate, issuer: origin, base: origin)
        case ["oauth", "discovery", "keys"]: return ProviderShape(.gitLab, issuer: origin, base: origin)
        case ["oauth", "v2", "keys"]: return ProviderShape(.zitadel, issuer: origin, base: origin)
        case ["jwks.json"]: return ProviderShape(.authelia, issuer: origin, base: origin)
        case ["adfs", "discovery", "keys"]:
            return ProviderShape(.adfs, issuer: origin + "/adfs", base: origin + "/adfs")
        default: break
        }
        if path.count == 5, path.starts(with: ["application", "o"]), path[3...] == ["jwks", ""] {
            return authentik(origin, slug: path[2])
        }
        if path.count == 4, path[0] == "oauth2", path[2...] == ["v1", "keys"] {
            let server = "\(origin)/oauth2/\(path[1])"
            return ProviderShape(.okta, issuer: server, base: server)
        }
        if path.count == 3, path[1...] == ["as", "jwks"] {
            let environment = "\(origin)/\(path[0])/as"
            return ProviderShape(.pingOne, issuer: environment, base: environment)
        }
        // Dex: the issuer and one more segment. Keys below other well-known directories were named above.
        guard let prefix = removing(["keys"], from: path), !["discovery", "v1", "v2", "v2.0"].contains(prefix.last)
        else { return nil }
        return ProviderShape(.dex, issuer: origin + joined(prefix), base: origin + joined(prefix))
    }

    /// The issuer ends in a slash; the endpoints are the same for all applications.
    static func authentik(_ origin: String, slug: String) -> ProviderShape {
        ProviderShape(.authentik, issuer: "\(origin)/application/o/\(slug)/", base: "\(origin)/application/o")
    }

    static func isRealm(_ path: [String]) -> Bool {
        guard let name = path.last, !name.isEmpty else { return false }
        return path.dropLast().last == "realms"
    }
}
