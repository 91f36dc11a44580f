// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore

/// What the API server asks before it writes: the `request` of an AdmissionReview (`admission.k8s.io/v1`), as far as it
/// concerns AppInstances.
struct AdmissionQuestion: Sendable {
    /// What the answer repeats.
    let uid: String
    /// What is to happen: `CREATE`, `UPDATE`, `DELETE` or `CONNECT`.
    let operation: String
    /// Whether a subresource is meant, whose writes do not reach the spec.
    let isSubresource: Bool
    /// The AppInstance's namespace and name; the name is empty where the API server makes it up.
    let name: NamespacedName
    /// The AppInstance as it would be; `nil` when it is to be deleted.
    let instance: AppInstance?
    /// The AppInstance as it is; `nil` when it is to be created.
    let old: AppInstance?

    /// Reads a review.
    ///
    /// - Throws: `FieldError` when it is none, or speaks of something else than AppInstances.
    init(review: JSONValue) throws(FieldError) {
        let path = FieldPath(keys: "request")
        func refuse(_ name: String, _ detail: String) -> FieldError {
            FieldError(.invalid, path.appending(key: name), detail: detail)
        }
        guard review["apiVersion"]?.string == "admission.k8s.io/v1", review["kind"]?.string == "AdmissionReview" else {
            throw FieldError(
                .invalid,
                FieldPath(keys: "kind"),
                detail: "must be AdmissionReview of admission.k8s.io/v1"
            )
        }
        guard let request = review["request"]?.object else { throw FieldError(.required, path) }
        uid = try request.requiredString("uid", at: path)
        operation = try request.requiredString("operation", at: path)
        let kind = request["kind"]
        guard kind?["group"]?.string == ResourceType.appInstances.group,
            kind?["kind"]?.string == ResourceType.appInstances.kind
        else { throw refuse("kind", "must be AppInstance of \(ResourceType.appInstances.group)") }
        isSubresource = request["subResource"]?.string?.isEmpty == false
        name = NamespacedName(
            namespace: request["namespace"]?.string ?? "",
            name: request["name"]?.string ?? ""
        )
        instance = try Self.instance(request["object"])
        old = try Self.instance(request["oldObject"])
        if operation == "CREATE" || operation == "UPDATE", instance == nil { throw refuse("object", "must be there") }
    }

    private static func instance(_ json: JSONValue?) throws(FieldError) -> AppInstance? {
        guard let json, !json.isNull else { return nil }
        return try AppInstance(json: json)
    }
}
