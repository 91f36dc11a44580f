// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// What kind of document an endpoint serves.
public enum DocumentKind: String, Sendable, Hashable, CaseIterable {
    /// A JWKS.
    case keySet = "KeySet"
    /// An OpenID Provider's metadata, which names the JWKS.
    case discovery = "Discovery"
}

/// What is taken from an OpenID Provider's metadata (OpenID Connect Discovery 1.0, 3).
public struct DiscoveryDocument: Sendable, Hashable {
    /// The greatest length of a member that is taken, in bytes.
    static let maximumLength = 2048

    /// Where the keys are.
    public let keySetURI: String
    /// The issuer of tokens; `nil` when the document names none.
    public let issuer: String?

    /// Creates a document.
    public init(keySetURI: String, issuer: String?) {
        self.keySetURI = keySetURI
        self.issuer = issuer
    }

    /// Takes a document that has a string `jwks_uri` and no `keys`; `nil` for anything else.
    public init?(_ document: JSONValue) {
        guard case .object(let members) = document, members["keys"]?.isNull ?? true,
            case .string(let uri) = members["jwks_uri"], uri.utf8.count <= Self.maximumLength
        else { return nil }
        let issuer = members["issuer"]?.string
        self.init(
            keySetURI: uri,
            issuer: issuer.flatMap { $0.isEmpty || $0.utf8.count > Self.maximumLength ? nil : $0 }
        )
    }
}
