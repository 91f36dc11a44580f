// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Server-side apply: an object changed to what one manager wants of it, nobody else's fields touched.
enum ServerSideApply {
    /// The object after an apply, `metadata.managedFields` included.
    ///
    /// The result is not defaulted, pruned or validated; the caller does that to it, as to every new object. When
    /// nothing changes, the result equals the live object, times of managed fields included. What the server alone says
    /// (uid, resource version, generation, times) is that of the live object, whatever the document says.
    ///
    /// - Parameters:
    ///   - live: The stored object; `nil` when there is none yet.
    ///   - applied: The document of the request.
    ///   - writer: Who applies.
    ///   - force: Whether fields of others are taken over.
    ///   - schema: What the kind looks like; `nil` takes objects as granular and lists as atomic.
    ///   - now: The time of the request, as `Timestamp.format` writes it.
    /// - Returns: The new object.
    /// - Throws: `ApplyFailure`.
    static func apply(
        live: JSONValue?,
        applied: JSONValue,
        by writer: FieldWriter,
        force: Bool,
        schema: StructuralSchema?,
        now: String
    ) throws(ApplyFailure) -> JSONValue {
        let schema = schema ?? .anyResource
        let document = try reachable(applied, writer, schema)
        let liveObject = live?.object ?? [:]
        let stored = live?["metadata"]?["managedFields"]
        var entries = entriesBefore(stored, live: live, writer, schema)
        var own = ManagedFieldsEntry(
            manager: writer.manager,
            operation: .apply,
            apiVersion: writer.apiVersion,
            time: now,
            subresource: writer.subresource ?? "",
            fields: FieldSet(appliedBy: document, schema: schema, reach: writer.reach)
        )
        let before = entries.first { $0.isSameOwner(as: own) }
        entries.removeAll { $0.isSameOwner(as: own) }

        var merged = FieldMerge.merge(.object(liveObject), .object(document), schema).object ?? document
        keepServerFields(of: liveObject, in: &merged)
        if let before {
            let owned = entries.reduce(own.fields) { $0.union($1.fields) }.addingDeclaredParents(schema)
            let dropped = before.fields.addingDeclaredParents(schema).subtracting(owned)
            if !dropped.isEmpty {
                // Merged once more, for objects and lists that the document names as empty.
                let rest = FieldMerge.removing(dropped, from: merged, schema)
                merged = FieldMerge.merge(.object(rest), .object(document), schema).object ?? rest
                keepServerFields(of: liveObject, in: &merged)
            }
        }

        let comparison = FieldComparison(liveObject, merged, schema: schema, reach: .everything)
        try settle(comparison, in: &entries, force: force)
        if comparison.isEmpty, let before, before.fields == own.fields, before.apiVersion == own.apiVersion {
            own.time = before.time
        }
        if !own.fields.isEmpty { entries.append(own) }
        return ManagedFields.replacing(ManagedFields.encode(entries), in: .object(merged))
    }

    /// The part of a document that the request can reach.
    private static func reachable(
        _ applied: JSONValue,
        _ writer: FieldWriter,
        _ schema: StructuralSchema?
    ) throws(ApplyFailure) -> JSONObject {
        guard var document = applied.object else { throw .invalid("cannot apply a document that is no object") }
        if let given = document["metadata"]?["managedFields"], !given.isNull {
            throw .invalid("metadata.managedFields must be nil")
        }
        switch writer.reach {
        case .everything: break
        case .allButStatus: document["status"] = nil
        case .statusOnly: document.keep { ["apiVersion", "kind", "metadata", "status"].contains($0.name) }
        }
        if let problem = AppliedLists.problem(in: .object(document), schema) {
            let name = [document["metadata"]?["namespace"]?.string, document["metadata"]?["name"]?.string]
                .compactMap(\.self).joined(separator: "/")
            let kind = document["kind"]?.string ?? ""
            throw .invalid(
                "failed to create typed patch object (\(name); \(writer.apiVersion), Kind=\(kind)): \(problem)"
            )
        }
        return document
    }

    /// The entries before the request; what an object held that nobody tracked belongs to a manager of its own.
    private static func entriesBefore(
        _ stored: JSONValue?,
        live: JSONValue?,
        _ writer: FieldWriter,
        _ schema: StructuralSchema?
    ) -> [ManagedFieldsEntry] {
        if let entries = stored.flatMap(ManagedFields.decode), !entries.isEmpty { return entries }
        guard let object = live?.object else { return [] }
        let entry = ManagedFieldsEntry(
            manager: ManagedFields.managerBeforeFirstApply,
            operation: .update,
            apiVersion: writer.apiVersion,
            time: nil,
            fields: FieldComparison([:], object, schema: schema, reach: .everything).changed
        )
        return entry.fields.isEmpty ? [] : [entry]
    }

    /// Puts back what only the server says.
    private static func keepServerFields(of live: JSONObject, in merged: inout JSONObject) {
        guard case .object(let before) = live["metadata"], case .object(var metadata) = merged["metadata"] else {
            return
        }
        for name in [
            "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
            "deletionGracePeriodSeconds", "selfLink", "managedFields",
        ] {
            metadata[name] = before[name]
        }
        merged["metadata"] = .object(metadata)
    }

    /// Takes changed fields from their owners, or refuses when that is not forced.
    private static func settle(
        _ comparison: FieldComparison,
        in entries: inout [ManagedFieldsEntry],
        force: Bool
    ) throws(ApplyFailure) {
        if comparison.isEmpty { return }
        var conflicts: [ApplyFailure.Conflict] = []
        for index in entries.indices {
            let contested = entries[index].fields.intersection(comparison.changed)
            if !force {
                let owner = entries[index].displayName
                conflicts += contested.paths.map { ApplyFailure.Conflict(manager: owner, field: $0) }
            }
            entries[index].fields = entries[index].fields.subtracting(contested).subtracting(comparison.removed)
        }
        if !conflicts.isEmpty {
            // Stable by manager; paths of one manager are in order already.
            let sorted = conflicts.enumerated().sorted { lhs, rhs in
                let order = UTF8Order.compare(lhs.element.manager, rhs.element.manager)
                return order == 0 ? lhs.offset < rhs.offset : order < 0
            }
            throw .conflicts(sorted.map(\.element))
        }
        entries.removeAll(where: \.fields.isEmpty)
    }
}

/// What a document may not say about lists with keys.
enum AppliedLists {
    /// The first problem: two elements with one key, or one without; `nil` when there is none.
    static func problem(in value: JSONValue, _ schema: StructuralSchema?, at path: String = "") -> String? {
        switch FieldShape(value, schema) {
        case .leaf: return nil
        case .members(let object):
            for (name, member) in object {
                if let problem = problem(in: member, schema?.member(name), at: "\(path).\(name)") { return problem }
            }
            return nil
        case .elements(let array, let keys):
            var seen: Set<JSONValue> = []
            for (index, element) in array.enumerated() {
                if let missing = keys.missingKey(of: element) {
                    return "\(path): element \(index): associative list with keys has an element that omits key field "
                        + "\(JSONValue.string(missing).jsonText) (and doesn't have default value)"
                }
                guard let key = keys.key(of: element), let step = keys.step(to: element) else { continue }
                guard seen.insert(key).inserted else {
                    return "\(path): duplicate entries for key \(FieldSet.describe(step))"
                }
                let inner = path + FieldSet.describe(step)
                if let problem = problem(in: element, schema?.attributes.items, at: inner) { return problem }
            }
            return nil
        }
    }
}
