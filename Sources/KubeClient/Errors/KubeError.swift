// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// Why a request to an API server failed.
///
/// Cancellation is not among the reasons: it stays a `CancellationError`.
public struct KubeError: Error, Sendable {
    /// The kinds of failure; raw values serve as condition reasons and metric labels, and never hold data.
    public enum Code: String, CaseIterable, Sendable {
        /// There is no such object.
        case notFound = "NotFound"
        /// The server knows no such group, version or resource; mostly a CRD that is not installed.
        case resourceTypeUnknown = "ResourceTypeUnknown"
        /// An object of that name is there already.
        case alreadyExists = "AlreadyExists"
        /// The object changed in between, a precondition failed, or another manager owns a field.
        case conflict = "Conflict"
        /// The server refuses the content of the object.
        case invalid = "Invalid"
        /// The server cannot make sense of the request.
        case badRequest = "BadRequest"
        /// The resource does not have that verb.
        case methodNotAllowed = "MethodNotAllowed"
        /// The server does not read or write that media type.
        case unsupportedMediaType = "UnsupportedMediaType"
        /// The server does not accept who asks.
        case unauthorized = "Unauthorized"
        /// Who asks may not do that.
        case forbidden = "Forbidden"
        /// The resource version, or the continue token, is too old (HTTP 410 and its reasons `Expired` and `Gone`).
        case expired = "Expired"
        /// The resource version is newer than what the server has seen so far.
        case resourceVersionTooLarge = "ResourceVersionTooLarge"
        /// The server asks to slow down.
        case tooManyRequests = "TooManyRequests"
        /// The server did not finish in time, by its own word or by our deadline.
        case timeout = "Timeout"
        /// The server failed.
        case serverError = "ServerError"
        /// The server cannot take requests now.
        case serviceUnavailable = "ServiceUnavailable"
        /// No connection, or one that was lost or fell silent.
        case unreachable = "Unreachable"
        /// The server's certificate was not accepted, or the TLS handshake failed.
        case tlsFailed = "TLSFailed"
        /// A configured credential could not be had: a file, a plugin.
        case credentialUnavailable = "CredentialUnavailable"
        /// The configuration cannot be used.
        case invalidConfiguration = "InvalidConfiguration"
        /// The answer is not what the protocol promises.
        case invalidResponse = "InvalidResponse"
        /// The request or the answer is larger than allowed.
        case tooLarge = "TooLarge"
        /// This process may not write now, because another one leads or may soon (`Options.writeLimit`).
        case notLeading = "NotLeading"
        /// The client was shut down.
        case shutDown = "ShutDown"
        /// Any other answer.
        case unknown = "Unknown"
    }

    /// What kind of failure this is.
    public let code: Code
    /// One line for people that begins with "cannot"; it holds no secret.
    public let message: String
    /// The server's answer, when it gave one.
    public let status: Status?
    /// What lies behind, when something does.
    public let cause: (any Error)?

    /// Creates an error.
    public init(_ code: Code, _ message: String, status: Status? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.status = status
        self.cause = cause
    }
}

extension KubeError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
