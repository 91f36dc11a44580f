// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Conversion between the versions of a kind.
///
/// Versions of a custom resource differ in `apiVersion` alone (conversion strategy `None`). Events have two shapes, of
/// which the one of the core group is stored, as by the real server; they differ in the names of top-level members
/// (`pkg/apis/events/v1/conversion.go`).
enum VersionConversion {
    private static let coreToEvents: KeyValuePairs<String, String> = [
        "involvedObject": "regarding",
        "message": "note",
        "source": "deprecatedSource",
        "firstTimestamp": "deprecatedFirstTimestamp",
        "lastTimestamp": "deprecatedLastTimestamp",
        "count": "deprecatedCount",
        "reportingComponent": "reportingController",
    ]

    /// A stored object in the version of a definition.
    static func convert(_ value: JSONValue, to definition: ResourceDefinition) -> JSONValue {
        let apiVersion = definition.type.apiVersion
        if let stored = value["apiVersion"]?.string, UTF8Order.equal(stored, apiVersion) { return value }
        guard var object = value.object else { return value }
        object["apiVersion"] = .string(apiVersion)
        if isEvent(definition), definition.type.group == "events.k8s.io" {
            for (core, events) in coreToEvents { rename(core, to: events, in: &object) }
        }
        return .object(object)
    }

    /// An object of a definition's version in the version that is stored.
    static func stored(
        _ value: JSONValue,
        of definition: ResourceDefinition,
        as storage: ResourceDefinition
    )
        -> JSONValue
    {
        guard definition.type.version != storage.type.version || definition.type.group != storage.type.group,
            var object = value.object
        else { return value }
        object["apiVersion"] = .string(storage.type.apiVersion)
        if isEvent(definition), definition.type.group == "events.k8s.io" {
            for (core, events) in coreToEvents { rename(events, to: core, in: &object) }
        }
        return .object(object)
    }

    private static func isEvent(_ definition: ResourceDefinition) -> Bool {
        definition.type.kind == "Event" && definition.origin == .builtIn
    }

    private static func rename(_ old: String, to new: String, in object: inout JSONObject) {
        guard let value = object[old] else { return }
        object[old] = nil
        object[new] = value
    }
}
