// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A write that is about to happen, for those who have a say in it.
struct AdmissionAttempt: Sendable {
    /// What is to happen to an object.
    enum Operation: String, Sendable {
        case create = "CREATE"
        case update = "UPDATE"
        case delete = "DELETE"
    }

    /// What is to happen.
    let operation: Operation
    /// The kind of object.
    let target: ResourceTarget
    /// The name of the object.
    let name: String
    /// The object as it would be stored; `nil` when it is to be deleted.
    let object: JSONValue?
    /// The object as it is; `nil` when it is to be created.
    let old: JSONValue?
    /// Whether nothing will be written.
    let isDryRun: Bool
    /// Who writes.
    let user: UserInfo

    /// The parameters, as far as they are passed on: `CreateOptions`, `UpdateOptions` or `DeleteOptions`.
    var options: JSONValue {
        let kind = operation.rawValue.prefix(1) + operation.rawValue.dropFirst().lowercased()
        return .members([
            "apiVersion": "meta.k8s.io/v1", "kind": .string("\(kind)Options"), "dryRun": isDryRun ? ["All"] : nil,
        ])
    }

    /// The subresource, as in `status`; mostly empty.
    var subresource: String { target.isStatus ? "status" : "" }

    /// The question to a webhook (`AdmissionReview` of `admission.k8s.io/v1`).
    ///
    /// - Parameters:
    ///   - uid: What the answer must repeat.
    ///   - type: The version that the webhook asked for.
    /// - Returns: The review.
    func review(uid: String, as type: ResourceType) -> JSONValue {
        func kind(_ type: ResourceType) -> JSONValue {
            ["group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind)]
        }
        func resource(_ type: ResourceType) -> JSONValue {
            ["group": .string(type.group), "version": .string(type.version), "resource": .string(type.plural)]
        }
        func shown(_ object: JSONValue?) -> JSONValue {
            guard var object else { return .null }
            object["apiVersion"] = .string(type.apiVersion)
            return object
        }
        let part: JSONValue? = subresource.isEmpty ? nil : .string(subresource)
        return [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "request": .members([
                "uid": .string(uid),
                "kind": kind(type), "resource": resource(type), "subResource": part,
                "requestKind": kind(target.type), "requestResource": resource(target.type),
                "requestSubResource": part,
                "name": .string(name), "namespace": target.namespace.map(JSONValue.string),
                "operation": .string(operation.rawValue),
                "userInfo": user.json,
                "object": shown(object), "oldObject": shown(old),
                "dryRun": .bool(isDryRun), "options": options,
            ]),
        ]
    }
}
