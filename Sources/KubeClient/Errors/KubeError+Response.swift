// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// An answer that is no success.
struct Refusal: Sendable {
    /// The HTTP status code.
    var httpCode: Int
    /// The seconds of `Retry-After`, when it holds a number.
    var retryAfter: Int?
    /// The decoded `Status`, when the body is one.
    var status: Status?

    /// Creates a refusal from the parts of a response.
    init(httpCode: Int, retryAfter: String?, body: some Collection<UInt8>) {
        self.httpCode = httpCode
        self.retryAfter = retryAfter.flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
        if body.first == UInt8(ascii: "{"), let value = try? JSONParser().parse(body), value["kind"]?.string == "Status"
        {
            status = try? Status(json: value)
        }
    }
}

extension KubeError {
    private static let maximumMessageBytes = 2_048

    /// Creates the error for an answer that is no success.
    init(_ refusal: Refusal, to call: Call) {
        var status = refusal.status ?? Status(code: refusal.httpCode, reason: "", message: "")
        if status.code == 0 { status.code = refusal.httpCode }
        if status.retryAfterSeconds == 0, let seconds = refusal.retryAfter { status.retryAfterSeconds = seconds }
        self.init(status, to: call)
    }

    /// Creates the error for a `Status`, from an answer or from an `ERROR` event.
    init(_ status: Status, to call: Call) {
        let code = Code(status)
        var text = status.message
        if text.utf8.count > Self.maximumMessageBytes {
            text = String(decoding: text.utf8.prefix(Self.maximumMessageBytes), as: UTF8.self) + "..."
        }
        if text.isEmpty { text = code.summary(httpCode: status.code) }
        self.init(code, "cannot \(call): \(text)", status: status)
    }
}

extension KubeError.Code {
    /// The code for a status: by its reason where that is known (`meta/v1` types.go, `StatusReason`), else by its
    /// number.
    init(_ status: Status) {
        if Self.isTooLargeResourceVersion(status) {
            self = .resourceVersionTooLarge
            return
        }
        switch status.reason {
        // An object that is missing is named; a path that nobody serves has nothing to name.
        case "NotFound": self = status.name.isEmpty ? .resourceTypeUnknown : .notFound
        case "AlreadyExists": self = .alreadyExists
        case "Conflict": self = .conflict
        case "Invalid": self = .invalid
        case "BadRequest": self = .badRequest
        case "MethodNotAllowed": self = .methodNotAllowed
        case "NotAcceptable", "UnsupportedMediaType": self = .unsupportedMediaType
        case "Unauthorized": self = .unauthorized
        case "Forbidden": self = .forbidden
        case "Expired", "Gone": self = .expired
        case "TooManyRequests": self = .tooManyRequests
        case "Timeout", "ServerTimeout": self = .timeout
        case "RequestEntityTooLarge": self = .tooLarge
        case "ServiceUnavailable": self = .serviceUnavailable
        default: self.init(httpCode: status.code)
        }
    }

    /// The code for an answer without a known reason.
    init(httpCode: Int) {
        self =
            switch httpCode {
            case 400: .badRequest
            case 401: .unauthorized
            case 403: .forbidden
            case 404: .resourceTypeUnknown
            case 405: .methodNotAllowed
            case 406, 415: .unsupportedMediaType
            case 408, 504: .timeout
            case 409: .conflict
            case 410: .expired
            case 413: .tooLarge
            case 422: .invalid
            case 429: .tooManyRequests
            case 502, 503: .serviceUnavailable
            case 500...: .serverError
            case 300..<400: .invalidResponse
            default: .unknown
            }
    }

    /// Whether a list or a watch asked for a version from the future: by its cause, or by the text of servers before
    /// 1.18.6 (client-go tools/cache/reflector.go).
    private static func isTooLargeResourceVersion(_ status: Status) -> Bool {
        status.causes.contains { $0.reason == "ResourceVersionTooLarge" }
            || (status.reason == "Timeout" || status.code == 504)
                && status.message.contains("Too large resource version")
    }

    fileprivate func summary(httpCode: Int) -> String {
        switch self {
        case .resourceTypeUnknown: "the server does not serve that resource (HTTP \(httpCode))"
        case .unauthorized: "the server does not accept the credentials (HTTP \(httpCode))"
        case .tooManyRequests: "the server asks to slow down (HTTP \(httpCode))"
        case .invalidResponse: "the server redirects, which API servers do not (HTTP \(httpCode))"
        default: "the server answered HTTP \(httpCode)"
        }
    }
}
