// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import TestKit
import Testing

@testable import OperatorCore

/// What the webhook says about AppInstances.
struct AdminAdmissionTests {
    private static let admission = AdminAdmission { _, _ in AdminRules() }

    /// A question about an AppInstance.
    private static func review(
        _ object: JSONValue?,
        old: JSONValue? = nil,
        operation: String? = nil,
        _ members: JSONObject = [:]
    ) -> JSONValue {
        var request: JSONObject = [
            "uid": "u-1", "operation": .string(operation ?? (old == nil ? "CREATE" : "UPDATE")),
            "kind": ["group": "kubecfg.dev", "version": "v1alpha1", "kind": "AppInstance"],
            "name": "influxdb", "namespace": "default",
            "object": object ?? .null, "oldObject": old ?? .null,
            "userInfo": ["username": "marty@example.com"],
        ]
        for (name, value) in members { request[name] = value }
        return ["apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": .object(request)]
    }

    private static func answer(_ review: JSONValue) throws -> AdmissionAnswer {
        admission.answer(to: try AdmissionQuestion(review: review))
    }

    private static func denied() throws -> JSONValue {
        try #require(AdmissionCases.all(.denied).first).instance()
    }

    @Test(arguments: AdmissionCases.all)
    func `the webhook's verdict is that of the table`(_ example: AdmissionCase) throws {
        let answer = try Self.answer(Self.review(example.instance()))
        switch example.verdict {
        case .allowed: #expect(answer == .allowed)
        case .warned:
            #expect(answer.isAllowed)
            #expect(answer.warnings.contains { $0.hasPrefix(example.field ?? "?") })
        case .denied:
            let refusal = try #require(answer.refusal)
            #expect(refusal.code == 422)
            #expect(refusal.causes.first?.field == example.field)
            #expect(refusal.message.contains(example.field ?? "?"))
        }
        #expect(answer.warnings.allSatisfy { $0.utf8.count <= 256 })
    }

    @Test func `a refusal names all errors, in the message and one by one`() throws {
        let instance: JSONValue = [
            "metadata": ["name": "influxdb", "namespace": "default"],
            "spec": ["package": ["spec": ["admin": ["identityProvider": "Azure", "x": 1]]]],
        ]
        let refusal = try #require(try Self.answer(Self.review(instance)).refusal)
        let verdict = try #require(AdminRules().validate(try AppInstance(json: instance)))
        #expect(refusal.causes.count == verdict.errors.count)
        #expect(refusal.causes.count > 2)
        for finding in verdict.errors { #expect(refusal.message.contains(finding.description)) }
        #expect(refusal.message.hasPrefix("AppInstance.kubecfg.dev \"influxdb\" is invalid: ["))
        #expect(refusal.reason == "Invalid")
        #expect(refusal.kind == "AppInstance")
    }

    @Test func `what stays as it was is not refused, and its errors become warnings`() throws {
        let instance = try Self.denied()
        var labelled = instance
        labelled["metadata"]?["labels"] = ["a": "b"]
        let answer = try Self.answer(Self.review(labelled, old: instance))
        #expect(answer.isAllowed)
        #expect(!answer.warnings.isEmpty)
    }

    @Test func `an id that only looks the same is a change`() throws {
        func instance(_ id: String) -> JSONValue {
            let user: JSONValue = ["id": .string(id), "firstName": "a", "lastName": "b", "email": "c@example.com"]
            return [
                "metadata": ["name": "influxdb", "namespace": "default"],
                "spec": ["package": ["spec": ["admin": ["identityProvider": "Azure", "users": [user]]]]],
            ]
        }
        let answer = try Self.answer(Self.review(instance("e\u{301}"), old: instance("\u{e9}")))
        #expect(!answer.isAllowed)
    }

    @Test func `deletion, subresources and what is being deleted pass`() throws {
        let instance = try Self.denied()
        #expect(try Self.answer(Self.review(nil, old: instance, operation: "DELETE")) == .allowed)
        #expect(try Self.answer(Self.review(instance, old: instance, ["subResource": "status"])) == .allowed)
        #expect(try Self.answer(Self.review(instance, operation: "CONNECT")) == .allowed)
        var leaving = instance
        leaving["metadata"]?["deletionTimestamp"] = "2026-11-21T08:30:00Z"
        #expect(try Self.answer(Self.review(leaving, old: instance)) == .allowed)
    }

    @Test func `what another operator looks after passes`() throws {
        let elsewhere = AdminAdmission { _, _ in nil }
        let question = try AdmissionQuestion(review: Self.review(try Self.denied()))
        #expect(elsewhere.answer(to: question) == .allowed)
    }

    @Test func `ten thousand errors make an answer of bearable length`() throws {
        let users = (0..<AdminRules.maximumUsers).map { JSONValue.members(["id": .integer(Int64($0))]) }
        let instance: JSONValue = [
            "metadata": ["name": "influxdb", "namespace": "default"],
            "spec": ["package": ["spec": ["admin": ["identityProvider": "x", "users": .array(users)]]]],
        ]
        let answer = try Self.answer(Self.review(instance))
        #expect(answer.review(uid: "u").jsonBytes.count < 128 << 10)
        #expect(answer.refusal?.causes.count == 100)
        let same = try Self.answer(Self.review(instance, old: instance))
        #expect(same.warnings.count == 16)
        #expect(same.warnings.last?.hasPrefix("and ") == true)
    }

    @Test(arguments: [
        "{}", "[]", "null", #"{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{}}"#,
        #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}"#,
        #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":1}}"#,
        #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE"}}"#,
        """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE",
        "kind":{"group":"kubecfg.dev","kind":"AppInstance"},"object":null}}
        """,
        """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE",
        "kind":{"group":"kubecfg.dev","kind":"AppInstance"},"object":{"metadata":7}}}
        """,
        """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE",
        "kind":{"group":"","kind":"Pod"},"object":{"metadata":{"name":"a"}}}}
        """,
    ])
    func `what is no review of an AppInstance is refused as such`(_ text: String) throws {
        let review = try JSONValue(parsing: text)
        #expect(throws: FieldError.self) { try AdmissionQuestion(review: review) }
    }

    @Test func `a warning is one line of at most 256 bytes, cut between characters`() {
        var answer = AdmissionAnswer()
        let path = FieldPath(keys: "a")
        answer.warn(of: [
            Finding(.warning, FieldError(.invalid, path, detail: String(repeating: "\u{e9}\n", count: 300)))
        ])
        let warning = answer.warnings.first ?? ""
        #expect(warning.utf8.count <= 256)
        #expect(warning.utf8.count > 250)
        #expect(warning.hasSuffix("...") && !warning.contains("\n"))
    }
}
