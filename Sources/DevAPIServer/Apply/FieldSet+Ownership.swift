// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension FieldSet {
    /// The fields that an applied document names (`ToFieldSet` of structured-merge-diff).
    ///
    /// - Parameters:
    ///   - object: The document, a whole object.
    ///   - schema: What it looks like.
    ///   - reach: What the request can reach.
    init(appliedBy object: JSONObject, schema: StructuralSchema?, reach: FieldWriter.Reach) {
        var steps: [JSONObject.Member] = []
        for (name, value) in object where FieldScope.tracks(root: name, reach) {
            if name == "metadata" {
                guard let metadata = value.object else { continue }
                let tracked = Self.members(of: metadata, .objectMeta, FieldScope.tracks(metadata:))
                if !tracked.isEmpty { steps.append(("f:metadata", .object(JSONObject(members: tracked)))) }
            } else if let node = Self.member(value, named: name, of: schema) {
                steps.append((Self.step(field: name), .object(node)))
            }
        }
        self.init(root: JSONObject(members: steps))
    }

    private static func members(
        of object: JSONObject,
        _ schema: StructuralSchema?,
        _ isTracked: (String) -> Bool = { _ in true }
    ) -> [JSONObject.Member] {
        var steps: [JSONObject.Member] = []
        steps.reserveCapacity(object.count)
        for (name, value) in object where isTracked(name) {
            if let node = member(value, named: name, of: schema) {
                steps.append((step(field: name), .object(node)))
            }
        }
        return steps
    }

    /// The node of a member; `nil` when nothing of it is named.
    private static func member(_ value: JSONValue, named name: String, of parent: StructuralSchema?) -> JSONObject? {
        let declared = parent?.property(name)
        let schema = declared ?? parent?.attributes.additionalProperties
        switch FieldShape(value, schema) {
        case .leaf: return [:]
        case .members(let object):
            // Entries of free maps belong to the set themselves; declared members only when they hold nothing.
            return node(isOwn: declared == nil || object.isEmpty, children: members(of: object, schema))
        case .elements(let array, let keys):
            return node(isOwn: declared == nil, children: elements(array, keys, schema?.attributes.items))
        }
    }

    private static func elements(
        _ array: [JSONValue],
        _ keys: ListKeys,
        _ schema: StructuralSchema?
    ) -> [JSONObject.Member] {
        var steps: [JSONObject.Member] = []
        for element in array {
            guard let step = keys.step(to: element) else { continue }
            if case .members(let object) = FieldShape(element, schema) {
                steps.append((step, .object(node(isOwn: true, children: members(of: object, schema)) ?? [:])))
            } else {
                steps.append((step, .object([:])))
            }
        }
        return JSONObject(members: steps).sortedMembers
    }

    /// This set with every declared member that leads to a field of the set (`EnsureNamedFieldsAreMembers`).
    func addingDeclaredParents(_ schema: StructuralSchema?) -> FieldSet {
        FieldSet(root: Self.addingDeclaredParents(root, schema))
    }

    private static func addingDeclaredParents(_ node: JSONObject, _ schema: StructuralSchema?) -> JSONObject {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(node.count + 1)
        for (step, value) in node {
            guard case .object(let child) = value, !child.isEmpty else {
                members.append((step, value))
                continue
            }
            let name = String(step.dropFirst(2))
            let isField = step.utf8.first == UInt8(ascii: "f")
            let declared = isField ? schema?.property(name) : nil
            let below = isField ? declared ?? schema?.attributes.additionalProperties : schema?.attributes.items
            var inner = addingDeclaredParents(child, below)
            if declared != nil { inner[ownMark] = [:] }
            members.append((step, .object(inner)))
        }
        return JSONObject(members: members)
    }
}
