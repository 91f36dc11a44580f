// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import HTTPTypes
import KubeCore

/// One request on its way through the server, as events of `audit.k8s.io/v1` tell of it.
///
/// The level is `Metadata`: who wanted what, whether it was permitted and how it ended, never the objects themselves.
/// There is one event a request when its answer is known, and two of a watch: at its begin and at its end. kube-apiserver
/// writes the same with a policy of one rule, `level: Metadata`, and `omitStages: [RequestReceived]`.
struct AuditRecord: Sendable {
    /// How far a request has come.
    enum Stage: String, Sendable {
        /// A watch begins.
        case responseStarted = "ResponseStarted"
        /// The answer is known, or the watch has ended.
        case responseComplete = "ResponseComplete"
    }

    /// The identity of the request, told to the client in `Audit-Id`.
    let id: String
    /// When it came.
    let received: Date
    /// What is wanted.
    let attributes: AccessAttributes
    /// Who wants it, and what was decided.
    let passage: AccessGate.Passage
    /// Path and query, as sent.
    let uri: String
    /// The address of the client; empty when it is unknown.
    let source: String
    /// The client's name for itself.
    let userAgent: String

    /// The event of a stage.
    ///
    /// - Parameters:
    ///   - stage: How far the request has come.
    ///   - answer: The answer; `nil` for watches, which are always begun with success.
    ///   - now: The time.
    /// - Returns: The event.
    func event(_ stage: Stage, _ answer: HTTPAnswer?, at now: Date) -> JSONValue {
        .members([
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "auditID": .string(id),
            "stage": .string(stage.rawValue), "requestURI": .string(uri), "verb": .string(attributes.verb),
            "user": passage.caller?.json ?? [:],
            "impersonatedUser": passage.impersonated?.json,
            "sourceIPs": source.isEmpty ? nil : [.string(source)],
            "userAgent": userAgent.isEmpty ? nil : .string(userAgent),
            "objectRef": objectReference(answer),
            "responseStatus": Self.status(answer),
            "requestReceivedTimestamp": .string(Timestamp.formatMicro(received)),
            "stageTimestamp": .string(Timestamp.formatMicro(now)),
            "annotations": passage.decision.map { decision in
                [
                    "authorization.k8s.io/decision": decision.isAllowed ? "allow" : "forbid",
                    "authorization.k8s.io/reason": .string(decision.reason),
                ]
            },
        ])
    }

    private func objectReference(_ answer: HTTPAnswer?) -> JSONValue? {
        guard attributes.path == nil else { return nil }
        func text(_ value: String) -> JSONValue? { value.isEmpty ? nil : .string(value) }
        return .members([
            "resource": text(attributes.resource), "namespace": text(attributes.namespace),
            "name": text(attributes.name) ?? answer?.createdName.map(JSONValue.string),
            "apiGroup": text(attributes.group), "apiVersion": text(attributes.version),
            "subresource": text(attributes.subresource),
        ])
    }

    private static func status(_ answer: HTTPAnswer?) -> JSONValue {
        guard var status = answer?.status?.json else {
            return ["metadata": [:], "code": .integer(Int64(answer?.code ?? 200))]
        }
        status["apiVersion"] = nil
        status["kind"] = nil
        status["metadata"] = [:]
        return status
    }
}
