// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Why a token does not grant administrative access; raw values are metric labels and never hold data.
public enum DenialReason: String, Error, CaseIterable, Sendable {
    /// Longer than 8 KiB.
    case tokenTooLarge = "TokenTooLarge"
    /// Not three parts with dots between them.
    case notCompact = "NotCompact"
    /// Encrypted or compressed.
    case encrypted = "Encrypted"
    /// A part is not base64url, or not as an encoder writes it.
    case invalidEncoding = "InvalidEncoding"
    /// The header is not one JSON object, or a parameter is of the wrong type.
    case invalidHeader = "InvalidHeader"
    /// The header demands that extensions be understood.
    case criticalHeader = "CriticalHeader"
    /// The token contains another token.
    case nestedToken = "NestedToken"
    /// The token is of a type that is meant for something else.
    case tokenTypeNotAccepted = "TokenTypeNotAccepted"
    /// The algorithm is `none`, symmetric, unknown or not allowed.
    case algorithmNotAllowed = "AlgorithmNotAllowed"
    /// There is no key set.
    case keysUnavailable = "KeysUnavailable"
    /// The token names no key, and not exactly one fits.
    case keyIDMissing = "KeyIDMissing"
    /// The key set has no key of that id.
    case keyUnknown = "KeyUnknown"
    /// The key of that id is not for this algorithm.
    case algorithmNotOfKey = "AlgorithmNotOfKey"
    /// The signature is wrong.
    case signatureInvalid = "SignatureInvalid"
    /// The claims are not one JSON object.
    case invalidPayload = "InvalidPayload"
    /// A claim is of the wrong type or out of range.
    case invalidClaim = "InvalidClaim"
    /// It is not known which issuer to expect.
    case issuerNotConfigured = "IssuerNotConfigured"
    /// The token names no issuer.
    case issuerMissing = "IssuerMissing"
    /// The token comes from another issuer.
    case issuerMismatch = "IssuerMismatch"
    /// It is not known which audience to expect.
    case audienceNotConfigured = "AudienceNotConfigured"
    /// The token names no audience.
    case audienceMissing = "AudienceMissing"
    /// The token is meant for somebody else.
    case audienceMismatch = "AudienceMismatch"
    /// The token does not say when it expires.
    case expiryMissing = "ExpiryMissing"
    /// The token has expired.
    case expired = "Expired"
    /// The token is not valid yet.
    case notYetValid = "NotYetValid"
    /// The token says that it was issued in the future.
    case issuedInFuture = "IssuedInFuture"
    /// The token is valid for longer than any token should be.
    case lifetimeTooLong = "LifetimeTooLong"
    /// The token lacks the claim that holds the user's id.
    case userIDMissing = "UserIDMissing"
    /// The claim that should hold the user's id is no id.
    case userIDInvalid = "UserIDInvalid"
    /// The user is not listed.
    case userNotListed = "UserNotListed"
    /// The user is listed, but not in group Admin.
    case notInGroupAdmin = "NotInGroupAdmin"

    /// The check that fails with this reason.
    public var check: TokenCheck {
        switch self {
        case .tokenTooLarge, .notCompact, .encrypted, .invalidEncoding, .invalidHeader, .criticalHeader, .nestedToken,
            .tokenTypeNotAccepted:
            .form
        case .algorithmNotAllowed: .algorithm
        case .keysUnavailable, .keyIDMissing, .keyUnknown, .algorithmNotOfKey: .key
        case .signatureInvalid: .signature
        case .invalidPayload, .invalidClaim: .claims
        case .issuerNotConfigured, .issuerMissing, .issuerMismatch: .issuer
        case .audienceNotConfigured, .audienceMissing, .audienceMismatch: .audience
        case .expiryMissing, .expired, .notYetValid, .issuedInFuture, .lifetimeTooLong: .lifetime
        case .userIDMissing, .userIDInvalid: .userID
        case .userNotListed: .listed
        case .notInGroupAdmin: .group
        }
    }

    /// One line for a person, starting in lower case; it holds nothing of the token.
    public var message: String {
        switch self {
        case .tokenTooLarge: "the token is longer than \(TokenLimits.size) bytes"
        case .notCompact: "it is not a signed JWT: a JWT has three parts with dots between them"
        case .encrypted: "the token is encrypted or compressed; only signed tokens can be judged"
        case .invalidEncoding: "a part of the token is not base64url"
        case .invalidHeader: "the header of the token is not valid JSON of the right types"
        case .criticalHeader: "the header demands an extension that is not understood"
        case .nestedToken: "the token contains another token"
        case .tokenTypeNotAccepted: "the token's type (typ) is neither JWT nor an access token"
        case .algorithmNotAllowed: "the algorithm is none, symmetric, unknown or not allowed"
        case .keysUnavailable: "there is no key set to verify the signature with"
        case .keyIDMissing: "the token names no key (kid), and not exactly one key of the set fits its algorithm"
        case .keyUnknown: "the key set has no key with the token's id (kid)"
        case .algorithmNotOfKey: "the key with the token's id (kid) is not for the token's algorithm"
        case .signatureInvalid: "the signature is wrong"
        case .invalidPayload: "the claims are not valid JSON"
        case .invalidClaim: "iss, aud, exp, nbf or iat is of the wrong type or out of range"
        case .issuerNotConfigured: "it is not known which issuer (iss) to expect"
        case .issuerMissing: "the token names no issuer (iss)"
        case .issuerMismatch: "the token comes from another issuer (iss)"
        case .audienceNotConfigured: "it is not known which audience (aud) to expect"
        case .audienceMissing: "the token names no audience (aud)"
        case .audienceMismatch: "the token is meant for another audience (aud)"
        case .expiryMissing: "the token does not say when it expires (exp)"
        case .expired: "the token has expired (exp)"
        case .notYetValid: "the token is not valid yet (nbf)"
        case .issuedInFuture: "the token says that it was issued in the future (iat)"
        case .lifetimeTooLong: "the token is valid for longer than is accepted (exp)"
        case .userIDMissing: "the token lacks the claim that holds the user's id"
        case .userIDInvalid: "the claim that should hold the user's id is no string of 1 to \(TokenLimits.userID) bytes"
        case .userNotListed: "the user is not listed"
        case .notInGroupAdmin: "the user is listed, but not in group Admin"
        }
    }
}
