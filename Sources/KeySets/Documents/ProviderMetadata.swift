// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// What an OpenID Provider says of itself, as far as a client of the device grant needs it.
///
/// OpenID Connect Discovery 1.0, 3; RFC 8414, 2; `device_authorization_endpoint` from RFC 8628, 4.
public struct ProviderMetadata: Sendable, Hashable {
    /// The name of the device grant in `grant_types_supported` and in token requests (RFC 8628, 3.4).
    public static let deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

    /// The issuer of tokens.
    public let issuer: String
    /// Where the keys are.
    public let keySetURI: String?
    /// Where the device grant begins.
    public let deviceAuthorizationEndpoint: String?
    /// Where tokens come from.
    public let tokenEndpoint: String?
    /// The grants that are listed; `nil` when none are.
    public let grantTypes: [String]?

    /// Creates metadata.
    public init(
        issuer: String,
        keySetURI: String? = nil,
        deviceAuthorizationEndpoint: String? = nil,
        tokenEndpoint: String? = nil,
        grantTypes: [String]? = nil
    ) {
        self.issuer = issuer
        self.keySetURI = keySetURI
        self.deviceAuthorizationEndpoint = deviceAuthorizationEndpoint
        self.tokenEndpoint = tokenEndpoint
        self.grantTypes = grantTypes
    }

    /// Takes a document that names an issuer; `nil` for anything else.
    ///
    /// A member that is no URL that can be used counts as missing.
    public init?(_ document: JSONValue) {
        guard case .object(let members) = document, let issuer = Self.text(members["issuer"]) else { return nil }
        self.init(
            issuer: issuer,
            keySetURI: Self.url(members["jwks_uri"]),
            deviceAuthorizationEndpoint: Self.url(members["device_authorization_endpoint"]),
            tokenEndpoint: Self.url(members["token_endpoint"]),
            grantTypes: members["grant_types_supported"]?.array?.prefix(64).compactMap { Self.text($0) }
        )
    }

    /// Whether the device grant is listed; `nil` when no grants are.
    public var listsDeviceGrant: Bool? {
        grantTypes.map { $0.contains(Self.deviceGrant) }
    }

    private static func text(_ value: JSONValue?) -> String? {
        guard let text = value?.string, !text.isEmpty, text.utf8.count <= DiscoveryDocument.maximumLength else {
            return nil
        }
        return text
    }

    private static func url(_ value: JSONValue?) -> String? {
        text(value).flatMap { (try? HTTPURL($0)) == nil ? nil : $0 }
    }
}
