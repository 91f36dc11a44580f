// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension ProviderShape {
    /// Reads an issuer, which the host, the path or else the provider's name assigns to a product.
    ///
    /// - Parameters:
    ///   - text: The issuer; a final slash is put right.
    ///   - provider: The name, as in `admin.identityProvider`; `nil` when it is not known.
    public init?(issuer text: String, provider: String? = nil) {
        guard let url = try? HTTPURL(text), url.query == nil else { return nil }
        var path = Self.segments(of: url)
        if path.last == "" { path.removeLast() }
        let found =
            Self.issuerOfKnownHost(url, path) ?? Self.issuerOfKnownPath(url, path)
            ?? provider.flatMap(ProviderKind.init(name:)).flatMap { Self.named($0, url.origin + Self.joined(path)) }
        guard let found else { return nil }
        self = found
    }

    private static func issuerOfKnownHost(_ url: HTTPURL, _ path: [String]) -> ProviderShape? {
        let host = url.host
        let origin = url.origin
        if entraHosts.contains(host), let tenant = path.first {
            let base = "\(origin)/\(tenant)"
            let isShared = entraSharedTenants.contains(tenant.lowercased())
            return ProviderShape(.entra, issuer: isShared ? nil : "\(base)/v2.0", base: base)
        }
        if host == "sts.windows.net", let tenant = path.first {
            let base = "https://login.microsoftonline.com/\(tenant)"
            return ProviderShape(.entra, issuer: "\(origin)/\(tenant)/", base: base)
        }
        if host.hasSuffix(".auth0.com") { return ProviderShape(.auth0, issuer: origin + "/", base: origin) }
        if host == "accounts.google.com" { return google }
        if host.hasPrefix("cognito-idp."), path.count == 1 { return plain(.cognito, url, path) }
        if oktaDomains.contains(where: host.hasSuffix) { return plain(.okta, url, path) }
        if host.hasPrefix("auth.pingone."), path.last == "as" { return plain(.pingOne, url, path) }
        if host == "gitlab.com" { return plain(.gitLab, url, path) }
        if host.hasSuffix(".zitadel.cloud") { return plain(.zitadel, url, path) }
        return nil
    }

    private static let oktaDomains = [".okta.com", ".oktapreview.com", ".okta-emea.com", ".okta-gov.com", ".okta.mil"]

    private static func issuerOfKnownPath(_ url: HTTPURL, _ path: [String]) -> ProviderShape? {
        if isRealm(path) { return plain(.keycloak, url, path) }
        if path.count == 3, path.starts(with: ["application", "o"]) { return authentik(url.origin, slug: path[2]) }
        if path == ["adfs"] { return plain(.adfs, url, path) }
        if path.count == 2, path[0] == "oauth2" { return plain(.okta, url, path) }
        return nil
    }

    private static func named(_ kind: ProviderKind, _ issuer: String) -> ProviderShape? {
        switch kind {
        case .auth0: ProviderShape(kind, issuer: issuer + "/", base: issuer)
        case .dex, .gitLab, .zitadel, .authelia, .pingFederate, .pingOne, .okta:
            ProviderShape(kind, issuer: issuer, base: issuer)
        // Their paths or hosts are part of the product: what has neither is something else.
        case .keycloak, .entra, .google, .authentik, .adfs, .cognito: nil
        }
    }

    private static func plain(_ kind: ProviderKind, _ url: HTTPURL, _ path: [String]) -> ProviderShape {
        ProviderShape(kind, issuer: url.origin + joined(path), base: url.origin + joined(path))
    }
}
