// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension KubeError {
    /// What a caller had best do about a failure.
    public enum Disposition: Sendable, Hashable {
        /// Trying the same again later may well succeed.
        case retryLater
        /// The world differs from what the request assumed: read again, then decide anew.
        case refresh
        /// Nothing gets better until somebody changes the request, the permissions or the installation.
        case permanent
    }
}

extension KubeError.Code {
    /// What a caller had best do about it.
    public var disposition: KubeError.Disposition {
        switch self {
        case .tooManyRequests, .timeout, .serverError, .serviceUnavailable, .unreachable, .resourceVersionTooLarge,
            .tlsFailed, .credentialUnavailable, .unauthorized, .invalidResponse, .notLeading, .unknown:
            // Certificates, tokens and plugins rotate, and a proxy's stray answer goes away: a process that runs for
            // months must not give up on them.
            .retryLater
        case .notFound, .alreadyExists, .conflict, .expired:
            .refresh
        case .resourceTypeUnknown, .invalid, .badRequest, .methodNotAllowed, .unsupportedMediaType, .forbidden,
            .invalidConfiguration, .tooLarge, .shutDown:
            .permanent
        }
    }

    /// Whether trying the same again later may well succeed.
    public var isTransient: Bool { disposition == .retryLater }
}

extension KubeError {
    /// What a caller had best do about it.
    public var disposition: Disposition { code.disposition }

    /// Whether trying the same again later may well succeed.
    public var isTransient: Bool { code.isTransient }

    /// How long the server asked to wait; `nil` when it did not say.
    public var retryAfter: Duration? {
        guard let seconds = status?.retryAfterSeconds, seconds > 0 else { return nil }
        return .seconds(seconds)
    }
}
