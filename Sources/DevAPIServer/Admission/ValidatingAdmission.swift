// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Asks webhooks whether a write may happen, one after the other (`admission/plugin/webhook/validating/dispatcher.go`).
struct ValidatingAdmission: Sendable {
    /// How webhooks are reached.
    let caller: any WebhookCaller
    /// The labels of the namespace that the object is in.
    let namespaceLabels: [String: String]
    /// Why a Service cannot be reached.
    let unreachable: @Sendable (_ namespace: String, _ name: String) -> String
    /// What makes the identities of reviews.
    let newUID: @Sendable () -> String

    /// Asks those that want to be asked.
    ///
    /// - Parameters:
    ///   - webhooks: The webhooks of all configurations, in their order.
    ///   - attempt: What is about to happen.
    ///   - equivalents: The versions under which the same object is served, that of the request first.
    ///   - warnings: What webhooks want to tell the client.
    /// - Throws: `Status` of the first that denies, or that fails and must not.
    func ask(
        _ webhooks: [AdmissionWebhook],
        about attempt: AdmissionAttempt,
        as equivalents: [ResourceType],
        warnings: inout [String]
    ) async throws(Status) {
        for webhook in webhooks {
            guard let type = version(for: webhook, attempt, equivalents), selects(webhook, attempt) else { continue }
            let response: JSONValue
            do throws(WebhookFailure) {
                response = try await self.response(of: webhook, to: attempt, as: type)
            } catch {
                guard webhook.isRequired else { continue }
                let message = "failed calling webhook \"\(webhook.name)\": \(error.message)"
                throw Status(
                    code: 500,
                    reason: "InternalError",
                    message: "Internal error occurred: \(message)",
                    causes: [Status.Cause(reason: "", message: message)]
                )
            }
            warnings += response["warnings"]?.array?.compactMap(\.string) ?? []
            if response["allowed"]?.bool != true { throw Self.denial(response["status"], by: webhook) }
        }
    }

    /// The version in which a webhook wants to see the object; `nil` when it does not want to.
    private func version(
        for webhook: AdmissionWebhook,
        _ attempt: AdmissionAttempt,
        _ equivalents: [ResourceType]
    ) -> ResourceType? {
        func isWanted(_ type: ResourceType) -> Bool {
            webhook.matches(attempt.operation.rawValue, type, subresource: attempt.subresource)
        }
        if isWanted(attempt.target.type) { return attempt.target.type }
        return webhook.matchesEquivalents ? equivalents.first(where: isWanted) : nil
    }

    private func selects(_ webhook: AdmissionWebhook, _ attempt: AdmissionAttempt) -> Bool {
        func labels(_ object: JSONValue?) -> [String: String]? {
            object.map { $0["metadata"]?["labels"]?.object?.stringMembers ?? [:] }
        }
        let own = [labels(attempt.object), labels(attempt.old)].compactMap(\.self)
        let isNamespace = attempt.target.type.kind == "Namespace" && attempt.target.type.group.isEmpty
        let around = isNamespace ? own.first ?? [:] : namespaceLabels
        // Objects of the whole cluster are in no namespace that could be left out.
        if attempt.target.type.isNamespaced || isNamespace, !webhook.namespaceSelector.matches(around) { return false }
        return own.contains { webhook.objectSelector.matches($0) }
    }

    // MARK: - The call

    private func response(
        of webhook: AdmissionWebhook,
        to attempt: AdmissionAttempt,
        as type: ResourceType
    ) async throws(WebhookFailure) -> JSONValue {
        let prefix = "failed to call webhook: "
        let uid = newUID()
        let answer: WebhookAnswer
        do {
            if case .service(let namespace, let name, _, _) = webhook.address {
                throw WebhookFailure(unreachable(namespace, name))
            }
            answer = try await caller.send(
                JSONWriter.bytes(attempt.review(uid: uid, as: type)),
                to: webhook.url,
                trusting: webhook.authorities,
                timeout: .seconds(webhook.timeoutSeconds)
            )
        } catch let error as WebhookFailure {
            throw WebhookFailure("\(prefix)Post \"\(webhook.url)\": \(error.message)")
        } catch {
            throw WebhookFailure("\(prefix)Post \"\(webhook.url)\": context canceled")
        }
        if !(200..<300).contains(answer.code) { throw WebhookFailure(prefix + Self.words(answer)) }
        guard let review = try? JSONValue(parsing: answer.body), review.object != nil else {
            throw WebhookFailure("\(prefix)couldn't get version/kind; json parse error")
        }
        let kind = "\(review["apiVersion"]?.string ?? ""), Kind=\(review["kind"]?.string ?? "")"
        let expected = "admission.k8s.io/v1, Kind=AdmissionReview"
        let invalid = "received invalid webhook response: "
        guard kind == expected else {
            throw WebhookFailure("\(invalid)expected webhook response of \(expected), got \(kind)")
        }
        guard let response = review["response"], response.object != nil else {
            throw WebhookFailure("\(invalid)webhook response was absent")
        }
        let repeated = response["uid"]?.string ?? ""
        guard UTF8Order.equal(repeated, uid) else {
            throw WebhookFailure("\(invalid)expected response.uid=\"\(uid)\", got \"\(repeated)\"")
        }
        return response
    }

    /// What client-go makes of an HTTP error without a Status (`NewGenericServerResponse`).
    private static func words(_ answer: WebhookAnswer) -> String {
        switch answer.code {
        case 400: "the server rejected our request for an unknown reason"
        case 404: "the server could not find the requested resource"
        case 405: "the server does not allow this method on the requested resource"
        case 413: "the request entity is too large"
        case 429: "the server has received too many requests and has asked us to try again later"
        case 503: "the server is currently unable to handle the request"
        case 500...:
            "an error on the server (\(JSONValue.string(text(answer.body)).jsonText)) has prevented the request from "
                + "succeeding"
        default: "the server responded with the status code \(answer.code) but did not return more information"
        }
    }

    private static func text(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(1_024), as: UTF8.self)
        return text.isEmpty ? "unknown" : text.filter { $0 != "\n" }
    }

    /// The refusal that the client sees (`admission/plugin/webhook/errors/statuserror.go`).
    private static func denial(_ json: JSONValue?, by webhook: AdmissionWebhook) -> Status {
        var status = json.flatMap { try? Status(json: $0) } ?? Status(code: 400, reason: "", message: "")
        if status.code < 400 { status.code = 400 }
        let denied = "admission webhook \"\(webhook.name)\" denied the request"
        if !status.message.isEmpty {
            status.message = "\(denied): \(status.message)"
        } else if !status.reason.isEmpty {
            status.message = "\(denied): \(status.reason)"
        } else {
            status.message = "\(denied) without explanation"
        }
        return status
    }
}
