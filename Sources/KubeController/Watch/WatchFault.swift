// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient

/// A failure of a list or a watch, reduced to what the state machine decides by.
struct WatchFault: Sendable, Hashable {
    /// What a failure means for what the watcher knows.
    enum Kind: Sendable, Hashable {
        /// The resource version or continue token is too old.
        case expired
        /// The server has not seen the resource version yet.
        case versionTooLarge
        /// The request itself is refused; a streaming list may not be supported.
        case refused
        /// The server cannot be reached, or is busy; nothing is said about the resource version.
        case unavailable
        /// An answer that makes no sense, or an unknown failure.
        case unclear
    }

    /// What it means.
    var kind: Kind
    /// One CamelCase word for programs.
    var reason: String
    /// A sentence for people.
    var message: String
    /// Whether somebody has to change something before it can succeed.
    var isPermanentLooking = false
    /// How long the server asked to wait.
    var retryAfter: Duration?
}

extension WatchFault {
    /// A watch that ended at once without a word.
    static let veryShortWatch = WatchFault(
        kind: .unavailable,
        reason: "VeryShortWatch",
        message: "cannot keep the watch open: the server ended it at once without an event"
    )
    /// A watch that did not end when it should have.
    static let idleDeadline = WatchFault(
        kind: .unavailable,
        reason: "IdleDeadline",
        message: "cannot trust the watch: the server did not end it at the time-out it was given"
    )
    /// A streaming list that ended before all was sent.
    static let streamingListCutShort = WatchFault(
        kind: .unavailable,
        reason: "StreamingListCutShort",
        message: "cannot read the collection: the streaming list ended before its end mark"
    )

    /// Takes an error that a source threw.
    init(_ error: any Error) {
        guard let error = error as? KubeError else {
            self.init(
                kind: .unclear,
                reason: "Unknown",
                message: "cannot read the collection: \(type(of: error))"
            )
            return
        }
        self.init(kind: Kind(error.code), reason: error.code.rawValue, message: error.message)
        isPermanentLooking = error.disposition == .permanent
        retryAfter = error.retryAfter
    }
}

extension WatchFault.Kind {
    /// What a code means; one exhaustive switch, so that a new code must be thought about.
    init(_ code: KubeError.Code) {
        switch code {
        case .expired: self = .expired
        case .resourceVersionTooLarge: self = .versionTooLarge
        case .invalid, .badRequest, .methodNotAllowed, .unsupportedMediaType: self = .refused
        case .tooManyRequests, .timeout, .serverError, .serviceUnavailable, .unreachable, .tlsFailed,
            .credentialUnavailable, .unauthorized, .forbidden, .resourceTypeUnknown, .notFound, .invalidConfiguration,
            .shutDown, .notLeading:
            self = .unavailable
        case .alreadyExists, .conflict, .invalidResponse, .tooLarge, .unknown: self = .unclear
        }
    }
}
