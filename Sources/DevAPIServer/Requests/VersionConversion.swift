// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Conversion between the versions of a kind.
///
/// Versions of a custom resource differ in `apiVersion` alone (conversion strategy `None`). Events have two shapes, of
/// which the one of the core group is stored, as by the real server.
enum VersionConversion {
    /// A stored object in the version of a definition.
    static func convert(_ value: JSONValue, to definition: ResourceDefinition) -> JSONValue {
        convert(value, of: definition, to: definition.type.apiVersion)
    }

    /// An object of a definition's version in the version that is stored.
    static func stored(
        _ value: JSONValue,
        of definition: ResourceDefinition,
        as storage: ResourceDefinition
    )
        -> JSONValue
    {
        convert(value, of: definition, to: storage.type.apiVersion)
    }

    private static func convert(
        _ value: JSONValue,
        of definition: ResourceDefinition,
        to apiVersion: String
    )
        -> JSONValue
    {
        if let current = value["apiVersion"]?.string, UTF8Order.equal(current, apiVersion) { return value }
        if definition.origin == .builtIn, definition.type.kind == "Event" {
            return BuiltInResources.event(value, in: apiVersion)
        }
        var value = value
        value["apiVersion"] = .string(apiVersion)
        return value
    }
}
