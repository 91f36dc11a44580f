// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The identity providers whose URLs are known; raw values are what people call them.
public enum ProviderKind: String, CaseIterable, Sendable {
    /// Keycloak, with and without `/auth` before its realms.
    case keycloak = "Keycloak"
    /// Auth0, on its own domain or one of the tenant's.
    case auth0 = "Auth0"
    /// Microsoft Entra ID.
    case entra = "Microsoft Entra ID"
    /// Okta: the organisation's own authorization server, or a custom one.
    case okta = "Okta"
    /// Google accounts.
    case google = "Google"
    /// authentik.
    case authentik = "authentik"
    /// Dex.
    case dex = "Dex"
    /// PingOne.
    case pingOne = "PingOne"
    /// PingFederate.
    case pingFederate = "PingFederate"
    /// Active Directory Federation Services.
    case adfs = "AD FS"
    /// Amazon Cognito user pools.
    case cognito = "Amazon Cognito"
    /// GitLab.
    case gitLab = "GitLab"
    /// Zitadel.
    case zitadel = "Zitadel"
    /// Authelia.
    case authelia = "Authelia"

    /// Finds the kind that a name stands for, as in `admin.identityProvider`; spelling counts little.
    public init?(name: String) {
        guard name.utf8.count <= 40 else { return nil }
        if ProviderName.isEntra(name) {
            self = .entra
            return
        }
        let letters = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
        guard let kind = Self.names[letters] else { return nil }
        self = kind
    }

    private static let names: [String: ProviderKind] = [
        "keycloak": .keycloak, "redhatsso": .keycloak, "rhbk": .keycloak, "auth0": .auth0, "okta": .okta,
        "google": .google, "googleworkspace": .google, "authentik": .authentik, "dex": .dex, "ping": .pingOne,
        "pingone": .pingOne, "pingfederate": .pingFederate, "pingfed": .pingFederate, "adfs": .adfs,
        "cognito": .cognito, "awscognito": .cognito, "amazoncognito": .cognito, "gitlab": .gitLab,
        "zitadel": .zitadel, "authelia": .authelia,
    ]
}
