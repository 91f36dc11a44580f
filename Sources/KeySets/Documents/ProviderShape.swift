// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What the URL of a provider's key set says about its issuer.
///
/// Each provider builds the one from the other by a rule of its own. Where the shape leaves the issuer open, as with
/// Entra's shared tenants or a bare `/.well-known/jwks.json`, there is no answer: a wrong issuer would refuse every
/// token.
enum ProviderShape {
    /// The issuer that belongs to an endpoint; `nil` when the shape does not tell.
    static func issuer(ofEndpoint text: String) -> String? {
        guard let url = try? HTTPURL(text), url.query == nil else { return nil }
        let segments = url.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        if let answer = ofKnownHost(url, segments) { return answer }
        return ofOwnHost(url, segments)
    }

    /// Providers known by their host; for an unknown shape on such a host the inner `nil` is the final answer.
    private static func ofKnownHost(_ url: HTTPURL, _ path: [String]) -> String?? {
        let host = url.host
        if entraHosts.contains(host) { return .some(entra(url, path)) }
        if host.hasSuffix(".auth0.com") {
            let known = path == [".well-known", "jwks.json"] || path == [".well-known", "openid-configuration"]
            // The final slash is part of the issuer.
            return .some(known ? url.origin + "/" : nil)
        }
        if host == "www.googleapis.com" {
            return .some(path == ["oauth2", "v3", "certs"] ? "https://accounts.google.com" : nil)
        }
        if host == "accounts.google.com" {
            return .some(path == [".well-known", "openid-configuration"] ? url.origin : nil)
        }
        if host.hasPrefix("cognito-idp."), path.count == 3, path[1] == ".well-known" {
            return .some("\(url.origin)/\(path[0])")
        }
        return nil
    }

    private static let entraHosts: Set<String> = [
        "login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn",
        "login.windows.net",
    ]
    private static let entraSharedTenants: Set<String> = ["common", "organizations", "consumers"]

    private static func entra(_ url: HTTPURL, _ path: [String]) -> String? {
        guard let tenant = path.first, !tenant.isEmpty, !entraSharedTenants.contains(tenant.lowercased()) else {
            return nil
        }
        switch Array(path.dropFirst()) {
        case ["discovery", "v2.0", "keys"], ["v2.0", ".well-known", "openid-configuration"]:
            return "\(url.origin)/\(tenant)/v2.0"
        case ["discovery", "keys"], [".well-known", "openid-configuration"]:
            return "https://sts.windows.net/\(tenant)/"
        default:
            return nil
        }
    }

    /// Providers that run on their user's own host, known by their paths.
    private static func ofOwnHost(_ url: HTTPURL, _ path: [String]) -> String? {
        let origin = url.origin
        let realm =
            removing(["protocol", "openid-connect", "certs"], from: path)
            ?? removing([".well-known", "openid-configuration"], from: path)
        if let realm, isRealm(realm) { return origin + joined(realm) }
        switch path {
        case ["oauth2", "v1", "keys"], ["pf", "JWKS"], ["oauth", "discovery", "keys"], ["oauth", "v2", "keys"],
            ["jwks.json"]:
            // Okta's organisation, PingFederate, GitLab, Zitadel, Authelia.
            return origin
        case ["adfs", "discovery", "keys"]:
            return origin + "/adfs"
        default:
            break
        }
        if path.count == 5, path.starts(with: ["application", "o"]), path[3...] == ["jwks", ""] {
            // authentik: the final slash is part of the issuer.
            return "\(origin)/application/o/\(path[2])/"
        }
        if path.count == 4, path[0] == "oauth2", path[2...] == ["v1", "keys"] { return "\(origin)/oauth2/\(path[1])" }
        if path.count == 3, path[1...] == ["as", "jwks"] { return "\(origin)/\(path[0])/as" }
        // Dex: the issuer and one more segment. Keys below other well-known directories were named above.
        guard let prefix = removing(["keys"], from: path), !["discovery", "v1", "v2", "v2.0"].contains(prefix.last)
        else { return nil }
        return origin + joined(prefix)
    }

    private static func isRealm(_ path: [String]) -> Bool {
        guard let name = path.last, !name.isEmpty else { return false }
        return path.dropLast().last == "realms"
    }

    private static func removing(_ suffix: [String], from path: [String]) -> [String]? {
        path.count >= suffix.count && Array(path.suffix(suffix.count)) == suffix
            ? Array(path.dropLast(suffix.count)) : nil
    }

    private static func joined(_ path: [String]) -> String {
        path.map { "/" + $0 }.joined()
    }
}
