// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Synchronization

@testable import DevAPIServer

/// A webhook that answers as a test tells it, and remembers what it was asked.
final class ScriptedWebhook: WebhookCaller {
    /// One call.
    struct Call: Sendable {
        let review: JSONValue
        let url: String
        let authorities: [UInt8]?
        let timeout: Duration

        /// A member of the request.
        subscript(_ name: String) -> JSONValue { review["request"]?[name] ?? .null }
    }

    private let record = Mutex<[Call]>([])
    private let answer: @Sendable (JSONValue) throws(WebhookFailure) -> WebhookAnswer

    /// Creates a webhook that answers by a closure.
    init(_ answer: @escaping @Sendable (JSONValue) throws(WebhookFailure) -> WebhookAnswer) {
        self.answer = answer
    }

    /// Creates a webhook whose response has these members beside the identity.
    convenience init(_ response: JSONObject) {
        self.init { review throws(WebhookFailure) in
            var response = response
            response["uid"] = review["request"]?["uid"]
            let answer: JSONValue = [
                "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": .object(response),
            ]
            return WebhookAnswer(code: 200, body: answer.jsonBytes)
        }
    }

    /// What it was asked.
    var calls: [Call] { record.withLock { $0 } }

    func send(
        _ body: [UInt8],
        to url: String,
        trusting authorities: [UInt8]?,
        timeout: Duration
    ) async throws -> WebhookAnswer {
        let review = try JSONValue(parsing: body)
        record.withLock {
            $0.append(Call(review: review, url: url, authorities: authorities, timeout: timeout))
        }
        return try answer(review)
    }
}
