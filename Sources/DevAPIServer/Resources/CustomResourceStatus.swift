// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The parts of a custom resource definition that the server writes.
///
/// The real server leaves the status to controllers, and clients wait for `Established`; here it is there at once.
enum CustomResourceStatus {
    /// The condition that says that the kind is served.
    static let established = "Established"
    /// The condition that says that the names are not taken.
    static let namesAccepted = "NamesAccepted"
    /// The condition that says that the objects are being deleted.
    static let terminating = "Terminating"

    /// Whether a condition is true.
    static func isTrue(_ type: String, in object: JSONValue) -> Bool {
        (object["status"]?["conditions"]?.array ?? []).contains {
            $0["type"]?.string == type && $0["status"] == "True"
        }
    }

    /// Puts in defaults and the status of a new or changed definition.
    static func complete(_ object: inout JSONValue, old: JSONValue?, others: ResourceRegistry.Catalog, now: String) {
        completeNames(&object)
        if object["spec"]?["conversion"] == nil {
            object["spec", default: [:]]["conversion"] = ["strategy": "None"]
        }
        let spec = object["spec"] ?? [:]
        var status = old?["status"] ?? [:]
        var versions = status["storedVersions"]?.array ?? []
        let storage = spec["versions"]?.array?.first { $0["storage"] == true }?["name"]
        if let storage, !versions.contains(storage) { versions.append(storage) }
        status["storedVersions"] = .array(versions)
        let taken = others.definitions.contains { other in
            other.type.group == spec["group"]?.string && other.type.kind == spec["names"]?["kind"]?.string
                && other.storageKey != object["metadata"]?["name"]?.string
        }
        if taken {
            let kind = spec["names"]?["kind"]?.string ?? ""
            set(namesAccepted, false, "KindConflict", "\"\(kind)\" is already in use", in: &status, now: now)
            set(established, false, "NotAccepted", "not all names are accepted", in: &status, now: now)
            status["acceptedNames"] = status["acceptedNames"] ?? ["kind": "", "plural": ""]
        } else {
            set(namesAccepted, true, "NoConflicts", "no conflicts found", in: &status, now: now)
            let message = "the initial names have been accepted"
            set(established, true, "InitialNamesAccepted", message, in: &status, now: now)
            status["acceptedNames"] = spec["names"]
        }
        object["status"] = status
    }

    /// Says that the objects will be deleted.
    static func markTerminating(_ object: inout JSONValue, now: String) {
        var status = object["status"] ?? [:]
        set(
            terminating,
            true,
            "InstanceDeletionPending",
            "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
            in: &status,
            now: now
        )
        object["status"] = status
    }

    private static func completeNames(_ object: inout JSONValue) {
        guard let kind = object["spec"]?["names"]?["kind"]?.string, !kind.isEmpty else { return }
        for (member, value) in [("singular", kind.lowercased()), ("listKind", "\(kind)List")]
        where object["spec"]?["names"]?[member]?.string?.isEmpty ?? true {
            object["spec", default: [:]]["names", default: [:]][member] = .string(value)
        }
    }

    private static func set(
        _ type: String,
        _ isTrue: Bool,
        _ reason: String,
        _ message: String,
        in status: inout JSONValue,
        now: String
    ) {
        var conditions = status["conditions"]?.array ?? []
        let index = conditions.firstIndex { $0["type"]?.string == type }
        let value: JSONValue = isTrue ? "True" : "False"
        var condition: JSONValue = [
            "type": .string(type), "status": value, "reason": .string(reason), "message": .string(message),
            "lastTransitionTime": .string(now),
        ]
        if let index {
            // The time tells when the status changed, not when it was written.
            if conditions[index]["status"] == value {
                condition["lastTransitionTime"] = conditions[index]["lastTransitionTime"]
            }
            conditions[index] = condition
        } else {
            conditions.append(condition)
        }
        status["conditions"] = .array(conditions)
    }
}
