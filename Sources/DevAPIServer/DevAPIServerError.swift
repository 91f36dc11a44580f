// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Why the embedded API server does not serve.
public struct DevAPIServerError: Error, Sendable {
    /// The kinds of failure.
    public enum Code: String, CaseIterable, Sendable {
        /// The address is taken, not this machine's, or not permitted.
        case cannotListen = "CannotListen"
        /// An object to begin with was refused.
        case manifestRefused = "ManifestRefused"
        /// No certificate can be made.
        case cannotMakeCertificate = "CannotMakeCertificate"
        /// The server has ended.
        case notRunning = "NotRunning"
    }

    /// What went wrong.
    public let code: Code
    /// One line for a person, beginning with "cannot".
    public let message: String
    /// What made it go wrong.
    public let cause: (any Error)?

    /// Creates an error.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

extension DevAPIServerError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
