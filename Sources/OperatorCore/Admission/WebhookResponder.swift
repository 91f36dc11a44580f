// Grantor
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import KubeCore
import Logging
import NIOCore

/// Answers the API server's questions about AppInstances.
///
/// | request | answer |
/// |---|---|
/// | `POST /validate-kubecfg-dev-v1alpha1-appinstance` | 200 and an AdmissionReview; 400 when none came; 413 when it is too large; 503 before the AdminAccesses are known |
///
/// The user and the object of a review are never logged: they name people.
struct WebhookResponder: HTTPResponder {
    /// The path, in the manner of controller-runtime.
    static let path = "/validate-kubecfg-dev-v1alpha1-appinstance"
    /// The longest review that is read, in bytes: an object and the one before it, each as large as an API server takes.
    static let bodyLimit = 7 << 20

    /// What judges.
    let admission: AdminAdmission
    /// Whether everything is known that judging takes.
    let isReady: @Sendable () -> Bool
    /// What is counted.
    let metrics: WebhookMetrics
    /// Where refusals are told, without what was refused.
    let logger: Logger

    /// Answers one request.
    @concurrent
    func respond(to request: Request, context: EndpointContext) async throws -> Response {
        guard request.uri.path == Self.path else { return Self.text(.notFound, "there is nothing here\n") }
        let start = ContinuousClock.now
        let response = try await judge(request)
        metrics.record(code: response.status.code, elapsed: start.duration(to: .now))
        return response
    }

    private func judge(_ request: Request) async throws -> Response {
        guard request.method == .post else {
            var response = Self.text(.methodNotAllowed, "a review has to be posted\n")
            response.headers[.allow] = "POST"
            return response
        }
        guard isReady() else { return Self.text(.serviceUnavailable, "not everything has been read yet\n") }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.bodyLimit)
        } catch is NIOTooManyBytesError {
            return Self.text(.contentTooLarge, "a review has at most \(Self.bodyLimit) bytes\n")
        }
        let question: AdmissionQuestion
        do {
            question = try AdmissionQuestion(review: JSONValue(parsing: body.readableBytesView))
        } catch let error as FieldError {
            return Self.text(.badRequest, "\(error.path): \(error.kind.words)\n")
        } catch {
            return Self.text(.badRequest, "a review has to be JSON\n")
        }
        let answer = admission.answer(to: question)
        if let refusal = answer.refusal {
            logger.info(
                "an admin block was refused",
                metadata: [
                    "object.namespace": "\(question.name.namespace ?? "")", "object.name": "\(refusal.name)",
                    "admission.uid": "\(question.uid)", "findings.count": "\(refusal.causes.count)",
                ]
            )
        }
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.review(uid: question.uid).jsonBytes))
        )
    }

    private static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
