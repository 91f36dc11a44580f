// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// What a login needs of a provider's metadata (OpenID Connect Discovery 1.0, 3; RFC 8414, 2; RFC 8628, 4).
public struct ProviderMetadata: Sendable, Hashable {
    /// The identifier of the grant among `grant_types_supported`, and in token requests.
    public static let deviceGrantType = "urn:ietf:params:oauth:grant-type:device_code"

    /// The issuer of tokens; `nil` when the document names none.
    public let issuer: String?
    /// Where the keys are.
    public let keySetURI: String?
    /// Where the grant begins; `nil` when the provider does not offer it.
    public let deviceURL: String?
    /// Where tokens come from.
    public let tokenURL: String?
    /// Whether the grant is named among those supported; `nil` when the document has no such list.
    ///
    /// Some providers leave it out of the list though they have the endpoint.
    public let listsDeviceGrant: Bool?

    /// Creates metadata.
    public init(
        issuer: String? = nil,
        keySetURI: String? = nil,
        deviceURL: String?,
        tokenURL: String?,
        listsDeviceGrant: Bool? = nil
    ) {
        self.issuer = issuer
        self.keySetURI = keySetURI
        self.deviceURL = deviceURL
        self.tokenURL = tokenURL
        self.listsDeviceGrant = listsDeviceGrant
    }

    /// Takes a discovery document; `nil` when it is none: no object, or one with neither `issuer` nor `jwks_uri`.
    public init?(_ document: JSONValue) {
        guard case .object(let members) = document else { return nil }
        let text = { (name: String) -> String? in
            guard let value = members[name]?.string, !value.isEmpty,
                value.utf8.count <= DiscoveryDocument.maximumLength
            else { return nil }
            return value
        }
        self.init(
            issuer: text("issuer"),
            keySetURI: text("jwks_uri"),
            deviceURL: text("device_authorization_endpoint"),
            tokenURL: text("token_endpoint"),
            listsDeviceGrant: members["grant_types_supported"]?.array.map { grants in
                grants.contains { $0.string.map { UTF8Order.equal($0, Self.deviceGrantType) } ?? false }
            }
        )
        guard issuer != nil || keySetURI != nil else { return nil }
    }

    /// The place of the document of an issuer: the issuer and a suffix (OpenID Connect Discovery 1.0, 4).
    public static func url(ofIssuer issuer: String) -> String {
        let suffix = ".well-known/openid-configuration"
        return issuer.hasSuffix("/") ? issuer + suffix : issuer + "/" + suffix
    }
}
