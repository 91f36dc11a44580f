// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What is checked about a token, in this order.
public enum TokenCheck: String, CaseIterable, Sendable {
    /// It is a signed token in compact form, of a type that is meant for services.
    case form = "Form"
    /// The algorithm that it names is allowed.
    case algorithm = "Algorithm"
    /// The key set has the key for it.
    case key = "Key"
    /// The signature is right.
    case signature = "Signature"
    /// The claims are JSON of the right types.
    case claims = "Claims"
    /// It comes from the right issuer.
    case issuer = "Issuer"
    /// It is meant for us.
    case audience = "Audience"
    /// It is valid now.
    case lifetime = "Lifetime"
    /// It says who the user is.
    case userID = "UserID"
    /// The user is listed.
    case listed = "Listed"
    /// The user is in group Admin.
    case group = "Group"

    /// The checks whose failure leaves this one without a meaning.
    ///
    /// Nothing is read from claims that nobody signed; but of those that are signed each is judged for itself, so that
    /// somebody who looks for the cause sees all of it at once.
    var prerequisites: [TokenCheck] {
        switch self {
        case .form: []
        case .algorithm: [.form]
        case .key: [.form, .algorithm]
        case .signature: [.form, .algorithm, .key]
        case .claims: [.form, .algorithm, .key, .signature]
        case .issuer, .audience, .lifetime, .userID: [.form, .algorithm, .key, .signature, .claims]
        case .listed: [.form, .algorithm, .key, .signature, .claims, .userID]
        case .group: [.form, .algorithm, .key, .signature, .claims, .userID, .listed]
        }
    }
}
