// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient

/// Why a reconcile did not reach its goal, and what is to be done about it.
public struct ReconcileError: Error, Sendable {
    /// What is to be done.
    public enum Kind: Sendable, Hashable {
        /// Try again, with waits that grow.
        case transient(RetryPolicy)
        /// It is not a failure: something else has to happen first, look again after a time.
        case waiting(Duration)
        /// Trying again is of no use until something changes.
        case stalled
    }

    /// What is to be done.
    public let kind: Kind
    /// One CamelCase word from a closed list; a metric label, so never data.
    public let reason: String
    /// One line for people that begins with "cannot"; it holds no secret.
    public let message: String
    /// What lies behind, when something does.
    public let cause: (any Error)?

    /// Creates an error.
    public init(_ kind: Kind, reason: String, message: String, cause: (any Error)? = nil) {
        self.kind = kind
        self.reason = reason
        self.message = message
        self.cause = cause
    }

    /// A passing fault.
    public static func transient(
        _ reason: String,
        _ message: String,
        policy: RetryPolicy = .api,
        cause: (any Error)? = nil
    ) -> ReconcileError {
        ReconcileError(.transient(policy), reason: reason, message: message, cause: cause)
    }

    /// Something else has to happen first.
    public static func waiting(_ reason: String, _ message: String, retryAfter: Duration) -> ReconcileError {
        ReconcileError(.waiting(retryAfter), reason: reason, message: message)
    }

    /// Nothing gets better until something changes.
    public static func stalled(_ reason: String, _ message: String, cause: (any Error)? = nil) -> ReconcileError {
        ReconcileError(.stalled, reason: reason, message: message, cause: cause)
    }
}

extension ReconcileError {
    /// Takes any error that a reconciler threw.
    ///
    /// What the API server says for good (forbidden, a missing CRD) is tried again too, but seldom: permissions and
    /// installations change without an event.
    public init(classifying error: any Error) {
        switch error {
        case let error as ReconcileError:
            self = error
        case let error as KubeError where error.code == .notLeading:
            // Whoever leads does the work; should it be this process again, everything is looked at then.
            self.init(.waiting(.seconds(1)), reason: error.code.rawValue, message: error.message, cause: error)
        case let error as KubeError:
            let policy: RetryPolicy = error.disposition == .permanent ? .external : .api
            self.init(.transient(policy), reason: error.code.rawValue, message: error.message, cause: error)
        case is CancellationError:
            self.init(.transient(.api), reason: "Cancelled", message: "cannot finish: the work was cancelled")
        default:
            // The text of an unknown error may hold anything; its type holds nothing.
            self.init(
                .transient(.api),
                reason: "Unknown",
                message: "cannot reconcile: \(type(of: error))",
                cause: error
            )
        }
    }

    /// A reconcile that did not end in time.
    static func timedOut(after limit: Duration) -> ReconcileError {
        ReconcileError(.transient(.api), reason: "DeadlineExceeded", message: "cannot finish within \(limit)")
    }
}

extension ReconcileError: CustomStringConvertible {
    /// The reason and the message.
    public var description: String { "\(reason): \(message)" }
}
