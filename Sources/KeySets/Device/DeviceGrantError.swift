// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Why a login with the device authorization grant (RFC 8628) came to no token.
///
/// Apart from `KeySetError`, whose codes are reasons of conditions in a cluster. The message never holds a secret, nor
/// anything that a server sent but error codes of the specifications.
public struct DeviceGrantError: Error, Sendable {
    /// The kinds of failure.
    public enum Code: String, CaseIterable, Sendable {
        /// The provider offers no device authorization grant, or it is not known where.
        case notOffered = "NotOffered"
        /// The provider does not let the client have the grant.
        case refused = "Refused"
        /// The user said no.
        case denied = "AccessDenied"
        /// Nobody entered the code in time.
        case expired = "ExpiredToken"
        /// An answer is not what RFC 6749, RFC 8628 or OpenID Connect Discovery have.
        case invalidAnswer = "InvalidAnswer"
        /// There was no answer.
        case unreachable = "Unreachable"
    }

    /// What went wrong.
    public let code: Code
    /// One line for a person, starting with "cannot".
    public let message: String
    /// The error code that the provider sent (RFC 6749, 5.2; RFC 8628, 3.5), when it is one that is known.
    public let oauthError: String?
    /// The failure below.
    public let cause: (any Error)?

    /// Creates an error.
    public init(_ code: Code, _ message: String, oauthError: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.oauthError = oauthError
        self.cause = cause
    }
}

extension DeviceGrantError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
