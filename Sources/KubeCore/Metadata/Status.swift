// Grantor
// SPDX-License-Identifier: Apache-2.0

/// An API server's answer about an operation (`Status` of `meta/v1`), mostly an error.
public struct Status: Error, Sendable, Hashable {
    /// One detail of an error.
    public struct Cause: Sendable, Hashable {
        /// The machine-readable kind, as in `FieldValueInvalid`.
        public var reason: String
        /// What is wrong, for people.
        public var message: String
        /// The field, as in `spec.users[0].id`; empty when none is meant.
        public var field: String

        /// Creates a cause.
        public init(reason: String, message: String, field: String = "") {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }

    /// The HTTP status code.
    public var code: Int
    /// The machine-readable reason, as in `NotFound`, `Conflict`, `Expired`; empty when the server gave none.
    public var reason: String
    /// What happened, for people.
    public var message: String
    /// Name of the object concerned.
    public var name: String
    /// API group of the object concerned.
    public var group: String
    /// Kind (or resource) concerned.
    public var kind: String
    /// Identity of the object concerned.
    public var uid: String
    /// Details.
    public var causes: [Cause]
    /// Seconds to wait before trying again; 0 when the server gave none.
    public var retryAfterSeconds: Int

    /// Creates a status.
    public init(
        code: Int,
        reason: String,
        message: String,
        name: String = "",
        group: String = "",
        kind: String = "",
        uid: String = "",
        causes: [Cause] = [],
        retryAfterSeconds: Int = 0
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.name = name
        self.group = group
        self.kind = kind
        self.uid = uid
        self.causes = causes
        self.retryAfterSeconds = retryAfterSeconds
    }
}

extension Status: JSONReadable, JSONWritable {
    /// Reads a status; every member is optional.
    ///
    /// - Throws: `FieldError` when the value is no object or a member is of the wrong type.
    public init(json: JSONValue) throws(FieldError) {
        guard let object = json.object else {
            throw FieldError(.typeInvalid, FieldPath(), detail: "a Status must be an object")
        }
        let path = FieldPath()
        let details = try object.optionalObject("details", at: path) ?? [:]
        var causes: [Cause] = []
        for cause in details["causes"]?.array ?? [] {
            causes.append(
                Cause(
                    reason: cause["reason"]?.string ?? "",
                    message: cause["message"]?.string ?? "",
                    field: cause["field"]?.string ?? ""
                )
            )
        }
        self.init(
            code: Int(object["code"]?.integer ?? 0),
            reason: try object.optionalString("reason", at: path) ?? "",
            message: try object.optionalString("message", at: path) ?? "",
            name: details["name"]?.string ?? "",
            group: details["group"]?.string ?? "",
            kind: details["kind"]?.string ?? "",
            uid: details["uid"]?.string ?? "",
            causes: causes,
            retryAfterSeconds: Int(details["retryAfterSeconds"]?.integer ?? 0)
        )
    }

    /// The status as an API server sends it.
    public var json: JSONValue {
        let details = JSONValue.members([
            "name": name.isEmpty ? nil : .string(name),
            "group": group.isEmpty ? nil : .string(group),
            "kind": kind.isEmpty ? nil : .string(kind),
            "uid": uid.isEmpty ? nil : .string(uid),
            "causes": causes.isEmpty
                ? nil
                : .array(
                    causes.map { cause in
                        .members([
                            "reason": cause.reason.isEmpty ? nil : .string(cause.reason),
                            "message": .string(cause.message),
                            "field": cause.field.isEmpty ? nil : .string(cause.field),
                        ])
                    }
                ),
            "retryAfterSeconds": retryAfterSeconds == 0 ? nil : .integer(Int64(retryAfterSeconds)),
        ])
        return .members([
            "apiVersion": "v1",
            "kind": "Status",
            "metadata": [:],
            "status": .string(code < 400 ? "Success" : "Failure"),
            "message": message.isEmpty ? nil : .string(message),
            "reason": reason.isEmpty ? nil : .string(reason),
            "details": details == [:] ? nil : details,
            "code": .integer(Int64(code)),
        ])
    }
}
