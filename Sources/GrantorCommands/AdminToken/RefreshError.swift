// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Why a refresh of the admin token was not begun or not finished; what was done stays done.
struct RefreshError: Error, Sendable {
    /// The kinds of failure.
    enum Code: String, CaseIterable, Sendable {
        /// The API server failed in the middle.
        case brokenOff = "BrokenOff"
        /// Nothing may be begun as things are.
        case refused = "Refused"
        /// Permissions are missing.
        case forbidden = "Forbidden"
        /// Something did not come in time.
        case timedOut = "TimedOut"
        /// A Job has failed.
        case jobFailed = "JobFailed"
    }

    let code: Code
    /// One line for a person: `cannot ...`.
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
