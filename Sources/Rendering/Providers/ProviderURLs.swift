// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI

/// The endpoints of each product, from what its URLs begin with.
struct ProviderURLs {
    /// The device authorization endpoint.
    let device: String?
    /// The token endpoint.
    let token: String?

    init(_ shape: ProviderShape) {
        let base = shape.base
        switch shape.kind {
        // Keycloak, Server Administration Guide, "OpenID Connect endpoints"; docs of InfluxDB Clustered.
        case .keycloak:
            (device, token) = (
                "\(base)/protocol/openid-connect/auth/device", "\(base)/protocol/openid-connect/token"
            )
        // auth0.com, Authentication API, "Device Authorization Flow"; docs of InfluxDB Clustered.
        case .auth0: (device, token) = ("\(base)/oauth/device/code", "\(base)/oauth/token")
        // learn.microsoft.com, "OAuth 2.0 device authorization grant"; docs of InfluxDB Clustered.
        case .entra: (device, token) = ("\(base)/oauth2/v2.0/devicecode", "\(base)/oauth2/v2.0/token")
        // developer.okta.com, API reference: POST {server}/v1/device/authorize; the organisation's is /oauth2/v1.
        case .okta:
            let server = base.contains("/oauth2/") ? base : base + "/oauth2"
            (device, token) = ("\(server)/v1/device/authorize", "\(server)/v1/token")
        // developers.google.com, "OAuth 2.0 for TV and Limited-Input Device Applications".
        case .google:
            (device, token) = ("https://oauth2.googleapis.com/device/code", "https://oauth2.googleapis.com/token")
        // docs.goauthentik.io, "OAuth 2.0 provider", "Device code flow": the same for all applications.
        case .authentik: (device, token) = ("\(base)/device/", "\(base)/token/")
        // dexidp.io: served below the issuer; server/server.go, server/oauth2.go.
        case .dex: (device, token) = ("\(base)/device/code", "\(base)/token")
        // developer.pingidentity.com, PingOne API, "Authorize (device)".
        case .pingOne: (device, token) = ("\(base)/device_authorization", "\(base)/token")
        // docs.pingidentity.com, PingFederate, "Device authorization endpoint".
        case .pingFederate: (device, token) = ("\(base)/as/device_authz.oauth2", "\(base)/as/token.oauth2")
        // learn.microsoft.com, [MS-OAPX] 3.2.5.3 and "AD FS OpenID Connect/OAuth flows", device code.
        case .adfs: (device, token) = ("\(base)/oauth2/devicecode", "\(base)/oauth2/token")
        // docs.aws.amazon.com: the token endpoint is below the pool's domain, which the issuer does not name.
        case .cognito: (device, token) = (nil, nil)
        // docs.gitlab.com, "OAuth 2.0 identity provider API", device authorization grant.
        case .gitLab: (device, token) = ("\(base)/oauth/authorize_device", "\(base)/oauth/token")
        // zitadel.com, "OpenID Connect endpoints".
        case .zitadel: (device, token) = ("\(base)/oauth/v2/device_authorization", "\(base)/oauth/v2/token")
        // authelia.com, "OpenID Connect 1.0", integration: endpoint implementations.
        case .authelia: (device, token) = ("\(base)/api/oidc/device-authorization", "\(base)/api/oidc/token")
        }
    }
}
