// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The record of who owns which fields of an object (`metadata.managedFields`).
enum ManagedFields {
    /// The greatest number of `Update` entries; older ones are joined (`capmanagers.go`).
    static let maximumUpdateEntries = 10
    /// The manager under which old entries are joined.
    static let ancientManager = "ancient-changes"
    /// The manager of what an object without managed fields held before its first apply.
    static let managerBeforeFirstApply = "before-first-apply"

    /// The object that a create, update or patch leaves, with `metadata.managedFields` brought up to date.
    ///
    /// To be called after defaulting and pruning. Fields that differ from the live object come to belong to the writer's
    /// `Update` entry and to nobody else. The result equals the live object, managed fields and their times included,
    /// when nothing else differs. Managed fields that the request itself carries count when they can be read; `[{}]`
    /// clears them.
    ///
    /// - Parameters:
    ///   - live: The stored object; `nil` for a create.
    ///   - updated: The object of the request.
    ///   - writer: Who writes.
    ///   - schema: What the kind looks like; `nil` takes objects as granular and lists as atomic.
    ///   - now: The time of the request, as `Timestamp.format` writes it.
    /// - Returns: The new object.
    static func recordUpdate(
        live: JSONValue?,
        updated: JSONValue,
        by writer: FieldWriter,
        schema: StructuralSchema?,
        now: String
    ) -> JSONValue {
        guard let object = updated.object else { return updated }
        let schema = schema ?? .anyResource
        let given = updated["metadata"]?["managedFields"]
        let stored = live?["metadata"]?["managedFields"]
        if given == [[:]] { return replacing(nil, in: updated) }
        var entries = given.flatMap(decode) ?? []
        if entries.isEmpty { entries = stored.flatMap(decode) ?? [] }
        // An object that lost its managed fields is not tracked again before somebody applies it.
        if entries.isEmpty, live != nil { return replacing(nil, in: updated) }
        let comparison = FieldComparison(live?.object ?? [:], object, schema: schema, reach: writer.reach)
        if comparison.isEmpty, given == nil || given == stored { return replacing(stored, in: updated) }
        take(comparison, by: writer, in: &entries, now: now)
        cap(&entries)
        return replacing(encode(entries), in: updated)
    }

    /// Moves what changed to the writer's `Update` entry, and takes it and what is gone from everybody else.
    private static func take(
        _ comparison: FieldComparison,
        by writer: FieldWriter,
        in entries: inout [ManagedFieldsEntry],
        now: String
    ) {
        var own = ManagedFieldsEntry(
            manager: writer.manager,
            operation: .update,
            apiVersion: writer.apiVersion,
            time: now,
            subresource: writer.subresource ?? "",
            fields: comparison.changed
        )
        for index in entries.indices {
            let fields = entries[index].fields.subtracting(comparison.removed)
            if entries[index].isSameOwner(as: own) {
                // Losing fields alone does not renew the time.
                if comparison.changed.isEmpty { own.time = entries[index].time }
                own.fields = own.fields.union(fields)
                entries[index].fields = FieldSet()
            } else {
                entries[index].fields = fields.subtracting(comparison.changed)
            }
        }
        entries.removeAll(where: \.fields.isEmpty)
        if !own.fields.isEmpty { entries.append(own) }
    }

    /// Joins the oldest `Update` entries when there are too many.
    private static func cap(_ entries: inout [ManagedFieldsEntry]) {
        let updates = entries.filter { $0.operation == .update }.sorted(by: ManagedFieldsEntry.precedes)
        guard updates.count > maximumUpdateEntries else { return }
        let old = updates.prefix(updates.count - maximumUpdateEntries + 1)
        for entry in old {
            entries.removeAll { $0 == entry }
            var joined = entry
            joined.manager = ancientManager
            joined.subresource = ""
            if let index = entries.firstIndex(where: { $0.isSameOwner(as: joined) }) {
                joined.fields = joined.fields.union(entries[index].fields)
                entries.remove(at: index)
            }
            entries.append(joined)
        }
    }

    /// Reads all entries; `nil` when one of them cannot be read.
    static func decode(_ json: JSONValue) -> [ManagedFieldsEntry]? {
        guard let array = json.array else { return nil }
        var entries: [ManagedFieldsEntry] = []
        for element in array {
            guard let entry = ManagedFieldsEntry(json: element) else { return nil }
            entries.append(entry)
        }
        return entries
    }

    /// Writes entries in their order; `nil` when there are none.
    static func encode(_ entries: [ManagedFieldsEntry]) -> JSONValue? {
        if entries.isEmpty { return nil }
        if entries.count == 1 { return .array(entries.map(\.json)) }
        return .array(entries.sorted(by: ManagedFieldsEntry.precedes).map(\.json))
    }

    /// An object with other managed fields, or with none.
    static func replacing(_ managedFields: JSONValue?, in object: JSONValue) -> JSONValue {
        guard case .object(var members) = object, case .object(var metadata) = members["metadata"] ?? [:] else {
            return object
        }
        if metadata["managedFields"] == nil, managedFields == nil { return object }
        metadata["managedFields"] = managedFields
        members["metadata"] = .object(metadata)
        return .object(members)
    }
}
