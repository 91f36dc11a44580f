// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// One owner and its fields (`ManagedFieldsEntry` of `meta/v1`).
struct ManagedFieldsEntry: Sendable, Hashable {
    /// What made the manager an owner.
    enum Operation: String, Sendable {
        case apply = "Apply"
        case update = "Update"
    }

    /// The field manager.
    var manager: String
    /// What made it an owner.
    var operation: Operation
    /// The group and version in which the fields are named.
    var apiVersion: String
    /// When the entry last changed; `nil` when nobody said.
    var time: String?
    /// The subresource through which it wrote; empty for the main path.
    var subresource: String = ""
    /// The fields.
    var fields: FieldSet

    /// Whether both are of the same owner; applies of one manager are one owner in all versions.
    func isSameOwner(as other: ManagedFieldsEntry) -> Bool {
        operation == other.operation && UTF8Order.equal(manager, other.manager)
            && UTF8Order.equal(subresource, other.subresource)
            && (operation == .apply || UTF8Order.equal(apiVersion, other.apiVersion))
    }

    /// The owner as messages about conflicts name it: `"kubectl" with subresource "status" using v1 at <time>`.
    ///
    /// The time never shows: the identity of an owner is without it.
    var displayName: String {
        var text = JSONValue.string(manager).jsonText
        if !subresource.isEmpty { text += " with subresource \(JSONValue.string(subresource).jsonText)" }
        if operation == .update { text += " using \(apiVersion)" }
        return text
    }

    /// Whether an entry is written before another: applies first, then by time, manager, version and subresource.
    static func precedes(_ lhs: ManagedFieldsEntry, _ rhs: ManagedFieldsEntry) -> Bool {
        if lhs.operation != rhs.operation { return lhs.operation == .apply }
        let pairs = [
            (lhs.time ?? "", rhs.time ?? ""), (lhs.manager, rhs.manager), (lhs.apiVersion, rhs.apiVersion),
            (lhs.subresource, rhs.subresource),
        ]
        for (left, right) in pairs {
            let order = UTF8Order.compare(left, right)
            if order != 0 { return order < 0 }
        }
        return false
    }
}

extension ManagedFieldsEntry {
    /// Reads an entry; `nil` when it is not one.
    init?(json: JSONValue) {
        guard let object = json.object, let operation = object["operation"]?.string.flatMap(Operation.init),
            let apiVersion = object["apiVersion"]?.string, !apiVersion.isEmpty,
            object["fieldsType"]?.string == "FieldsV1", let fields = FieldSet(json: object["fieldsV1"] ?? [:])
        else { return nil }
        self.init(
            manager: object["manager"]?.string ?? "",
            operation: operation,
            apiVersion: apiVersion,
            time: object["time"]?.string,
            subresource: object["subresource"]?.string ?? "",
            fields: fields
        )
    }

    /// The entry as objects carry it.
    var json: JSONValue {
        var members: [JSONObject.Member] = [
            ("apiVersion", .string(apiVersion)), ("fieldsType", "FieldsV1"), ("fieldsV1", fields.json),
        ]
        if !manager.isEmpty { members.append(("manager", .string(manager))) }
        members.append(("operation", .string(operation.rawValue)))
        if !subresource.isEmpty { members.append(("subresource", .string(subresource))) }
        if let time { members.append(("time", .string(time))) }
        return .object(JSONObject(members: members))
    }
}
