// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// How webhooks are reached: over HTTPS, or in a test not at all.
protocol WebhookCaller: Sendable {
    /// Sends a review and returns what comes back.
    ///
    /// - Parameters:
    ///   - body: The review.
    ///   - url: Where to.
    ///   - authorities: The authorities that the certificate must come from, in PEM; `nil` stands for the system's.
    ///   - timeout: How long it may take, with everything.
    /// - Returns: The answer.
    /// - Throws: `WebhookFailure`, or `CancellationError`.
    func send(
        _ body: [UInt8],
        to url: String,
        trusting authorities: [UInt8]?,
        timeout: Duration
    ) async throws -> WebhookAnswer
}

/// What a webhook answered.
struct WebhookAnswer: Sendable, Hashable {
    /// The HTTP code.
    var code: Int
    /// The body.
    var body: [UInt8]
}

/// Why there is no answer, in the words of the real server.
struct WebhookFailure: Error, Sendable, Hashable {
    /// What went wrong, as in `connect: connection refused`.
    let message: String

    /// Creates a failure.
    init(_ message: String) {
        self.message = message
    }
}
