// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The failures that HTTP itself causes, in the words of `k8s.io/apimachinery/pkg/api/errors`.
extension Status {
    /// Nobody answers the path.
    static let pathNotFound = Status(
        code: 404,
        reason: "NotFound",
        message: "the server could not find the requested resource"
    )

    /// The path does not take the method.
    static let methodNotAllowed = Status(
        code: 405,
        reason: "MethodNotAllowed",
        message: "the server does not allow this method on the requested resource"
    )

    /// No valid token came along.
    static let unauthorized = Status(code: 401, reason: "Unauthorized", message: "Unauthorized")

    /// The server ends.
    static let shuttingDown = Status(
        code: 503,
        reason: "ServiceUnavailable",
        message: "the apiserver is shutting down",
        retryAfterSeconds: 1
    )

    /// The body is longer than allowed.
    static func bodyTooLarge(limit: Int) -> Status {
        Status(
            code: 413,
            reason: "RequestEntityTooLarge",
            message: "Request entity too large: limit is \(limit)"
        )
    }

    /// The target cannot be read.
    static let malformedTarget = Status(
        code: 400,
        reason: "BadRequest",
        message: "the request's path or query has a broken percent-encoding"
    )

    /// The client takes nothing that this server can write.
    static let notAcceptable = Status(
        code: 406,
        reason: "NotAcceptable",
        message: "only the following media types are accepted: application/json, application/yaml"
    )

    /// The body is in a form that this server does not read.
    static func unsupportedMediaType(accepted: String) -> Status {
        Status(
            code: 415,
            reason: "UnsupportedMediaType",
            message: "the body of the request was in an unknown format - accepted media types include: \(accepted)"
        )
    }
}
