// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The record of who owns which fields of an object (`metadata.managedFields`).
enum ManagedFields {
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
        updated
    }
}
