// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import KubeClient

struct KubeErrorTests {
    struct Answer: Sendable, CustomTestStringConvertible {
        let httpCode: Int
        let body: String
        let code: KubeError.Code

        init(_ httpCode: Int, _ reason: String, _ code: KubeError.Code, details: String = "{}", message: String = "m") {
            self.httpCode = httpCode
            self.code = code
            body = """
                {"kind":"Status","apiVersion":"v1","status":"Failure","code":\(httpCode),"reason":"\(reason)",\
                "message":"\(message)","details":\(details)}
                """
        }

        init(_ httpCode: Int, text: String, _ code: KubeError.Code) {
            self.httpCode = httpCode
            self.code = code
            body = text
        }

        var testDescription: String { "\(httpCode) \(code.rawValue)" }

        static let named: [Answer] = [
            Answer(404, "NotFound", .notFound, details: #"{"name":"x","kind":"configmaps"}"#),
            Answer(404, "NotFound", .resourceTypeUnknown),
            Answer(409, "AlreadyExists", .alreadyExists),
            Answer(409, "Conflict", .conflict),
            Answer(422, "Invalid", .invalid),
            Answer(400, "BadRequest", .badRequest),
            Answer(405, "MethodNotAllowed", .methodNotAllowed),
            Answer(406, "NotAcceptable", .unsupportedMediaType),
            Answer(415, "UnsupportedMediaType", .unsupportedMediaType),
            Answer(401, "Unauthorized", .unauthorized),
            Answer(403, "Forbidden", .forbidden),
            Answer(410, "Expired", .expired),
            Answer(410, "Gone", .expired),
            Answer(429, "TooManyRequests", .tooManyRequests),
            Answer(504, "Timeout", .timeout),
            Answer(500, "ServerTimeout", .timeout),
            Answer(500, "InternalError", .serverError),
            Answer(503, "ServiceUnavailable", .serviceUnavailable),
            Answer(413, "RequestEntityTooLarge", .tooLarge),
            Answer(
                504,
                "Timeout",
                .resourceVersionTooLarge,
                details: #"{"causes":[{"reason":"ResourceVersionTooLarge","message":"x"}],"retryAfterSeconds":1}"#
            ),
            Answer(504, "Timeout", .resourceVersionTooLarge, message: "Too large resource version: 9, current: 1"),
        ]

        static let bare: [Answer] = [
            Answer(404, text: "404 page not found\n", .resourceTypeUnknown),
            Answer(410, text: "", .expired),
            Answer(503, text: "<html>busy</html>", .serviceUnavailable),
            Answer(502, text: "", .serviceUnavailable),
            Answer(500, text: "{", .serverError),
            Answer(429, text: "", .tooManyRequests),
            Answer(401, text: "", .unauthorized),
            Answer(302, text: "", .invalidResponse),
            Answer(418, text: "", .unknown),
            Answer(422, text: #"{"kind":"Status","message":7}"#, .invalid),
        ]
    }

    private static let call: Call = {
        guard let call = try? Call(.get, .configMaps, namespace: "n", name: "x") else { return Call(path: "/") }
        return call
    }()

    @Test(arguments: Answer.named)
    func `an answer is classified by the reason of its Status`(_ answer: Answer) throws {
        let refusal = Refusal(httpCode: answer.httpCode, retryAfter: nil, body: Array(answer.body.utf8))
        let error = KubeError(refusal, to: Self.call)
        #expect(error.code == answer.code)
        let status = try #require(error.status)
        #expect(status.code == answer.httpCode)
        #expect(error.message.hasPrefix("cannot get configmaps n/x: "))
    }

    @Test(arguments: Answer.bare)
    func `an answer without a Status is classified by its number, and its text is not repeated`(_ answer: Answer) {
        let refusal = Refusal(httpCode: answer.httpCode, retryAfter: nil, body: Array(answer.body.utf8))
        let error = KubeError(refusal, to: Self.call)
        #expect(error.code == answer.code)
        #expect(!error.message.contains("html") && !error.message.contains("page not found"))
        #expect(error.message.contains(String(answer.httpCode)))
    }

    @Test func `a reason that nobody knows falls back to the number`() {
        let refusal = Refusal(
            httpCode: 403,
            retryAfter: nil,
            body: Array(#"{"kind":"Status","reason":"Novelty","message":"m"}"#.utf8)
        )
        #expect(KubeError(refusal, to: Self.call).code == .forbidden)
    }

    @Test func `a long message is cut`() {
        let status = Status(code: 422, reason: "Invalid", message: String(repeating: "é", count: 10_000))
        let error = KubeError(status, to: Self.call)
        #expect(error.message.utf8.count < 2_200)
    }

    @Test func `the wait that a server asks for comes from the body, else from the header`() {
        let body = Array(#"{"kind":"Status","reason":"TooManyRequests","details":{"retryAfterSeconds":3}}"#.utf8)
        #expect(KubeError(Refusal(httpCode: 429, retryAfter: "9", body: body), to: Self.call).retryAfter == .seconds(3))
        #expect(KubeError(Refusal(httpCode: 429, retryAfter: "9", body: []), to: Self.call).retryAfter == .seconds(9))
        #expect(KubeError(Refusal(httpCode: 429, retryAfter: "soon", body: []), to: Self.call).retryAfter == nil)
    }

    @Test(arguments: KubeError.Code.allCases)
    func `every code has a disposition that its use allows`(_ code: KubeError.Code) {
        #expect(code.isTransient == (code.disposition == .retryLater))
        // A reason of a condition must be one word in upper camel case.
        #expect(code.rawValue.utf8.allSatisfy { (65...90).contains($0) || (97...122).contains($0) })
        #expect((65...90).contains(code.rawValue.utf8.first ?? 0))
    }

    @Test func `nothing that a person must mend is taken for transient`() {
        let permanent = KubeError.Code.allCases.filter { $0.disposition == .permanent }
        let expected: Set<KubeError.Code> = [
            .resourceTypeUnknown, .invalid, .badRequest, .methodNotAllowed, .unsupportedMediaType, .forbidden,
            .invalidConfiguration, .tooLarge, .shutDown,
        ]
        #expect(Set(permanent) == expected)
        let refresh = KubeError.Code.allCases.filter { $0.disposition == .refresh }
        #expect(Set(refresh) == [.notFound, .alreadyExists, .conflict, .expired])
    }
}
