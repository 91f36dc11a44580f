// Grantor
// SPDX-License-Identifier: Apache-2.0

public import AdminAPI
import KubeCore

/// What a client of the device authorization grant (RFC 8628) needs to know of a provider, by its URL's shape alone.
///
/// It stands in for the discovery document (RFC 8414; OpenID Connect Discovery 1.0) where that is out of reach. Each
/// URL and scope has its source beside it.
public struct ProviderPreset: Sendable, Hashable {
    /// The product.
    public let kind: ProviderKind
    /// The issuer of tokens; `nil` when the shape leaves it open.
    public let issuer: String?
    /// Where the grant begins (`device_authorization_endpoint`); `nil` when the product has none.
    public let deviceURL: String?
    /// Where tokens come from (`token_endpoint`); `nil` when it cannot be told from the URL.
    public let tokenURL: String?

    /// Makes the preset of a provider that was recognised.
    public init(_ shape: ProviderShape) {
        let urls = ProviderURLs(shape)
        kind = shape.kind
        issuer = shape.issuer
        deviceURL = urls.device
        tokenURL = urls.token
    }

    /// Recognises a provider by the URL of its key set or of its discovery document; `nil` when it has no known shape.
    ///
    /// - Parameters:
    ///   - jwksEndpoint: `admin.jwksEndpoint`; white space around it does not matter.
    ///   - provider: `admin.identityProvider`, which tells apart what the URL alone does not.
    public init?(jwksEndpoint: String, provider: String? = nil) {
        guard let shape = ProviderShape(endpoint: HTTPURL.trimmed(jwksEndpoint), provider: provider) else { return nil }
        self.init(shape)
    }

    /// Recognises a provider by its issuer; `nil` when it has no known shape.
    ///
    /// - Parameters:
    ///   - issuer: The issuer.
    ///   - provider: `admin.identityProvider`, which tells apart what the URL alone does not.
    public init?(issuer: String, provider: String? = nil) {
        guard let shape = ProviderShape(issuer: HTTPURL.trimmed(issuer), provider: provider) else { return nil }
        self.init(shape)
    }

    /// The scopes to ask for; none where the provider's defaults do.
    ///
    /// - Parameter clientID: The client, which Entra names in its scope.
    /// - Returns: The scopes, in the order to send them.
    public func scopes(clientID: String) -> [String] {
        switch kind {
        // Without it the token is one for Microsoft Graph, which nobody else can verify
        // (learn.microsoft.com, "Scopes and permissions": the /.default scope).
        case .entra: ["\(clientID)/.default"]
        // Required: developer.okta.com, "Configure Device Authorization Grant Flow".
        case .okta: ["openid", "profile"]
        // Required: developers.google.com, "OAuth 2.0 for TV and Limited-Input Device Applications".
        case .google: ["openid", "email", "profile"]
        // OpenID Connect Core 1.0, 3.1.2.1: without `openid` these give no token that carries `sub`.
        case .authentik, .dex, .pingOne, .pingFederate, .adfs, .gitLab, .zitadel, .authelia: ["openid", "profile"]
        // The client's default scopes (Keycloak) and the API's (Auth0) are what is wanted.
        case .keycloak, .auth0: []
        case .cognito: ["openid"]
        }
    }

    /// Further parameters of the device authorization request.
    ///
    /// - Parameter audience: The API that tokens are for; Auth0's are opaque without one.
    /// - Returns: The parameters by name.
    public func parameters(audience: String?) -> [String: String] {
        guard let audience, !audience.isEmpty else { return [:] }
        return ["audience": audience]
    }

    /// Whether tokens cannot be verified unless the request names an audience (Auth0: "Access Tokens", opaque tokens).
    public var needsAudience: Bool { kind == .auth0 }

    /// What the provider cannot do, so that nobody logs in; `nil` when nothing is known to be in the way.
    public var obstacle: String? {
        switch kind {
        case .cognito:
            "Amazon Cognito has no device authorization endpoint: put another provider, such as Keycloak, in front of it"
        case .google:
            "Google's access tokens are opaque and its device clients need a secret: no other system can verify them"
        case .okta where deviceURL?.contains("/oauth2/v1/") ?? false:
            "access tokens of Okta's own authorization server are for Okta alone: use a custom one (/oauth2/default)"
        default: nil
        }
    }

    /// What must be switched on at the provider; from the vendors' documentation.
    public var setting: String {
        switch kind {
        case .keycloak:
            "in the client: switch on OAuth 2.0 Device Authorization Grant, switch off client authentication"
        case .auth0: "a native application with the grant Device Code, and an API whose identifier is the audience"
        case .entra: "in the app registration: Authentication, Allow public client flows: Yes"
        case .okta: "a native application with the grant Device Authorization, allowed by the server's access policy"
        case .google: "a client of type TVs and Limited Input devices"
        case .authentik: "the brand's device code flow; and a longer access code validity, which is one minute"
        case .dex: "a static client with public: true"
        case .pingOne: "an application of type Device Authorization"
        case .pingFederate: "the grant Device Authorization Grant in the client, with client authentication None"
        case .adfs: "a native application in an application group, on AD FS 2019 or later"
        case .cognito: "nothing: there is no device authorization grant"
        case .gitLab: "an application that is not confidential with scope openid; GitLab 17.1 or later"
        case .zitadel: "a native application with the grant Device Code, and access tokens of type JWT"
        case .authelia: "a public client with the grant device_code; Authelia 4.39 or later"
        }
    }
}
