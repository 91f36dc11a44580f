// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Why there is no key set, or why one was not taken.
///
/// The message never holds anything that a remote server sent: what an endpoint answers may be somebody's secret.
public struct KeySetError: Error, Sendable {
    /// The kinds of failure; raw values are condition reasons and metric labels.
    public enum Code: String, CaseIterable, Sendable {
        /// The URL is not an absolute `https` or `http` URL that can be fetched.
        case invalidURL = "InvalidURL"
        /// The URL is plain `http` and that is not allowed for its host.
        case insecureEndpoint = "InsecureEndpoint"
        /// The bundle of certification authorities holds no readable certificate.
        case caBundleInvalid = "CABundleInvalid"
        /// The host has no address.
        case nameNotResolved = "NameNotResolved"
        /// Every address of the host is one that must not be dialled.
        case addressRefused = "AddressRefused"
        /// No connection, or it broke.
        case unreachable = "Unreachable"
        /// No complete answer in time.
        case timedOut = "TimedOut"
        /// The TLS handshake failed, most often because the certificate is not trusted.
        case tlsFailed = "TLSFailed"
        /// More redirects than are followed.
        case tooManyRedirects = "TooManyRedirects"
        /// A redirect to another scheme, or one that names no usable target.
        case redirectRefused = "RedirectRefused"
        /// The answer is not HTTP.
        case invalidResponse = "InvalidResponse"
        /// The answer has a status other than 200.
        case badStatus = "BadStatus"
        /// The document is larger than 512 KiB.
        case tooLarge = "TooLarge"
        /// The document is not JSON in UTF-8, or not strictly.
        case notJSON = "NotJSON"
        /// The document is JSON, but no object with an array `keys`.
        case notAKeySet = "NotAKeySet"
        /// The set has more than 100 keys.
        case tooManyKeys = "TooManyKeys"
        /// The set has no key that could verify a token.
        case noUsableKey = "NoUsableKey"
        /// The cache was asked to wait while it does not run.
        case notRunning = "NotRunning"
        /// The endpoint was never registered with the cache, or no longer is.
        case notRegistered = "NotRegistered"
    }

    /// What went wrong.
    public let code: Code
    /// One line for a person, starting in lower case; safe to show.
    public let message: String
    /// The HTTP status, when the code is `badStatus`.
    public let status: Int?
    /// What was wrong with each key, when the code is `noUsableKey`.
    public let ignored: [IgnoredKey]
    /// The failure below; for logs on level debug only.
    public let cause: (any Error)?
    /// Whether it was an answer that led to the URL that failed: a redirect or a discovery document.
    private var followsAnswer = false

    /// Creates an error.
    public init(
        _ code: Code,
        _ message: String,
        status: Int? = nil,
        ignored: [IgnoredKey] = [],
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.ignored = ignored
        self.cause = cause
    }

    /// Whether asking again cannot change the outcome, because it follows from the endpoint alone.
    public var isPermanent: Bool {
        if followsAnswer { return false }
        return switch code {
        case .invalidURL, .insecureEndpoint, .caBundleInvalid: true
        default: false
        }
    }

    /// The same failure, of a URL that an answer named: the next answer may name another.
    var followingAnswer: KeySetError {
        var copy = self
        copy.followsAnswer = true
        return copy
    }

    /// Whether a document was received and refused, as opposed to never received.
    public var refusesDocument: Bool {
        switch code {
        case .tooLarge, .notJSON, .notAKeySet, .tooManyKeys, .noUsableKey: true
        default: false
        }
    }
}

extension KeySetError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
