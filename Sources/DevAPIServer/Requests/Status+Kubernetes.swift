// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The errors of the real server, word by word (`apimachinery/pkg/api/errors/errors.go` where nothing else is named).
extension Status {
    /// The object does not exist.
    static func notFound(_ type: ResourceType, _ name: String) -> Status {
        Status(
            code: 404,
            reason: "NotFound",
            message: "\(type.qualifiedName) \"\(name)\" not found",
            name: name,
            group: type.group,
            kind: type.plural
        )
    }

    /// Nothing is served at the address.
    static let unknownResource = Status(
        code: 404,
        reason: "NotFound",
        message: "the server could not find the requested resource"
    )

    /// The resource exists, the verb does not.
    static func methodNotAllowed(_ type: ResourceType) -> Status {
        Status(
            code: 405,
            reason: "MethodNotAllowed",
            message: "the server does not allow this method on the requested resource",
            group: type.group,
            kind: type.plural
        )
    }

    /// An object of that name exists.
    static func alreadyExists(_ type: ResourceType, _ name: String) -> Status {
        Status(
            code: 409,
            reason: "AlreadyExists",
            message: "\(type.qualifiedName) \"\(name)\" already exists",
            name: name,
            group: type.group,
            kind: type.plural
        )
    }

    /// The object changed, or is not the one that was meant.
    static func conflict(_ type: ResourceType, _ name: String, _ detail: String) -> Status {
        Status(
            code: 409,
            reason: "Conflict",
            message: "Operation cannot be fulfilled on \(type.qualifiedName) \"\(name)\": \(detail)",
            name: name,
            group: type.group,
            kind: type.plural
        )
    }

    /// The object changed since it was read (`registry.OptimisticLockErrorMsg`).
    static func modified(_ type: ResourceType, _ name: String) -> Status {
        conflict(
            type,
            name,
            "the object has been modified; please apply your changes to the latest version and try again"
        )
    }

    /// The server refuses for a reason that no permission changes.
    static func forbidden(_ type: ResourceType, _ name: String, _ detail: String, causes: [Cause] = []) -> Status {
        Status(
            code: 403,
            reason: "Forbidden",
            message: "\(type.qualifiedName) \"\(name)\" is forbidden: \(detail)",
            name: name,
            group: type.group,
            kind: type.plural,
            causes: causes
        )
    }

    /// The object is not acceptable; one cause a problem.
    static func invalid(kind: String, group: String, name: String, _ errors: [FieldError]) -> Status {
        var seen: Set<String> = []
        let texts = errors.map(\.description).filter { seen.insert($0).inserted }
        let list = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
        return Status(
            code: 422,
            reason: "Invalid",
            message: "\(group.isEmpty ? kind : "\(kind).\(group)") \"\(name)\" is invalid: \(list)",
            name: name,
            group: group,
            kind: kind,
            causes: errors.map { Cause(reason: $0.kind.rawValue, message: $0.body, field: $0.path.description) }
        )
    }

    /// The object is not acceptable; one cause a problem.
    static func invalid(_ type: ResourceType, _ name: String, _ errors: [FieldError]) -> Status {
        invalid(kind: type.kind, group: type.group, name: name, errors)
    }

    /// The parameters of a request are not acceptable.
    static func invalidOptions(_ kind: String, _ errors: [FieldError]) -> Status {
        invalid(kind: kind, group: "meta.k8s.io", name: "", errors)
    }

    /// The request cannot be understood.
    static func badRequest(_ message: String) -> Status {
        Status(code: 400, reason: "BadRequest", message: message)
    }

    /// The body is of a type that the resource does not take (`endpoints/handlers/negotiation/errors.go`).
    static func unsupportedMediaType(_ accepted: [String]) -> Status {
        Status(
            code: 415,
            reason: "UnsupportedMediaType",
            message: "the body of the request was in an unknown format - accepted media types include: "
                + accepted.joined(separator: ", ")
        )
    }

    /// The resource version is forgotten (`storage/cacher/watch_cache.go`).
    static func tooOldResourceVersion(_ revision: Int64, oldest: Int64) -> Status {
        expired("too old resource version: \(revision) (\(oldest))")
    }

    /// What was asked for is forgotten.
    static func expired(_ message: String) -> Status {
        Status(code: 410, reason: "Expired", message: message)
    }

    /// The resource version was not given out yet (`storage/errors.go`).
    static func tooLargeResourceVersion(_ revision: Int64, current: Int64) -> Status {
        Status(
            code: 504,
            reason: "Timeout",
            message: "Too large resource version: \(revision), current: \(current)",
            causes: [Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version")],
            retryAfterSeconds: 1
        )
    }

    /// A failure that is nobody's fault in the request; the real server gives no reason for these.
    static func unexplained(_ message: String) -> Status {
        Status(code: 500, reason: "", message: message)
    }
}
