// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The parameters of a write (`CreateOptions`, `UpdateOptions` and `PatchOptions` of `meta/v1`).
struct WriteOptions: Sendable {
    /// What to do about unknown and duplicate fields.
    enum FieldValidation: String, CaseIterable, Sendable {
        case ignore = "Ignore"
        case warn = "Warn"
        case strict = "Strict"
    }

    /// Whether everything is done but the write.
    var isDryRun = false
    /// Who writes.
    var manager: String
    /// What to do about unknown and duplicate fields.
    var fieldValidation = FieldValidation.warn
    /// Whether an apply takes over the fields of others.
    var isForced = false

    /// Reads the parameters.
    ///
    /// - Throws: `Status` 422 that names every parameter that is wrong.
    init(_ request: APIRequest, kind: String) throws(Status) {
        var errors = Self.dryRunErrors(request.query["dryRun"])
        isDryRun = request.query["dryRun"].map { !$0.isEmpty } ?? false
        let named = request.query["fieldManager"] ?? ""
        let isApply = request.verb == .patch && request.patchType == .apply
        let force = request.query["force"]
        if isApply, named.isEmpty {
            errors.append(
                FieldError(.required, FieldPath(keys: "fieldManager"), detail: "is required for apply patch")
            )
        }
        if !isApply, request.verb == .patch, force != nil {
            errors.append(
                FieldError(.forbidden, FieldPath(keys: "force"), detail: "may not be specified for non-apply patch")
            )
        }
        if named.utf8.count > 128 {
            errors.append(
                FieldError(.tooLong, FieldPath(keys: "fieldManager"), detail: "may not be more than 128 bytes")
            )
        }
        isForced = force == "true" || force == "1"
        if let text = request.query["fieldValidation"], !text.isEmpty {
            if let value = FieldValidation(rawValue: text) {
                fieldValidation = value
            } else {
                errors.append(
                    FieldError(
                        .notSupported,
                        FieldPath(keys: "fieldValidation"),
                        badValue: .string(text),
                        detail: "supported values: \"Ignore\", \"Strict\", \"Warn\""
                    )
                )
            }
        }
        if !errors.isEmpty { manager = "" } else { manager = Self.manager(named, userAgent: request.userAgent) }
        if !errors.isEmpty { throw .invalidOptions(kind, errors) }
    }

    /// The problems of a `dryRun` parameter.
    static func dryRunErrors(_ text: String?) -> [FieldError] {
        guard let text, !text.isEmpty, text != "All" else { return [] }
        return [
            FieldError(
                .notSupported,
                FieldPath(keys: "dryRun"),
                badValue: [.string(text)],
                detail: "supported values: \"All\""
            )
        ]
    }

    private static func manager(_ named: String, userAgent: String) -> String {
        if !named.isEmpty { return named }
        let prefix = userAgent.prefix { $0 != "/" && $0.isASCII && !$0.isNewline }
        return prefix.isEmpty ? "unknown" : String(prefix.prefix(128))
    }
}

/// The parameters of a deletion (`DeleteOptions` of `meta/v1`), from the body and the query.
struct DeleteOptions: Sendable {
    /// What happens to dependents.
    enum Propagation: String, CaseIterable, Sendable {
        case orphan = "Orphan"
        case background = "Background"
        case foreground = "Foreground"
    }

    /// Whether everything is done but the deletion.
    var isDryRun = false
    /// The identity that the object must have.
    var uid: String?
    /// The resource version that the object must have.
    var resourceVersion: String?
    /// What happens to dependents; `nil` leaves it to the object's finalizers, and without such is `background`.
    var propagation: Propagation?

    /// A deletion by the server itself.
    init(uid: String?, propagation: Propagation?) {
        self.uid = uid
        self.propagation = propagation
    }

    /// Reads the parameters.
    ///
    /// - Throws: `Status` 400 for a body that cannot be read, 422 for parameters that are wrong.
    init(_ request: APIRequest) throws(Status) {
        let body = request.body.isEmpty ? JSONValue.object([:]) : try BodyDecoder.document(request).value
        let dryRun = body["dryRun"]?[0]?.string ?? request.query["dryRun"]
        var errors = WriteOptions.dryRunErrors(dryRun)
        isDryRun = dryRun.map { !$0.isEmpty } ?? false
        uid = body["preconditions"]?["uid"]?.string
        resourceVersion = body["preconditions"]?["resourceVersion"]?.string
        let policy = body["propagationPolicy"]?.string ?? request.query["propagationPolicy"]
        let orphans = body["orphanDependents"]?.bool ?? request.query["orphanDependents"].map { $0 == "true" }
        if let policy, !policy.isEmpty {
            if orphans != nil {
                errors.append(
                    FieldError(
                        .invalid,
                        FieldPath(keys: "propagationPolicy"),
                        badValue: .string(policy),
                        detail: "orphanDependents and deletionPropagation cannot be both set"
                    )
                )
            }
            if let value = Propagation(rawValue: policy) {
                propagation = value
            } else {
                errors.append(
                    FieldError(
                        .notSupported,
                        FieldPath(keys: "propagationPolicy"),
                        badValue: .string(policy),
                        detail: "supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\""
                    )
                )
            }
        } else if let orphans {
            propagation = orphans ? .orphan : .background
        }
        if !errors.isEmpty { throw .invalidOptions("DeleteOptions", errors) }
    }
}
