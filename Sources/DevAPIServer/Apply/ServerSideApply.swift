// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Server-side apply: an object changed to what one manager wants of it, nobody else's fields touched.
enum ServerSideApply {
    /// The object after an apply, `metadata.managedFields` included.
    ///
    /// The result is not defaulted, pruned or validated; the caller does that to it, as to every new object. When
    /// nothing changes, the result equals the live object, times of managed fields included.
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
        applied
    }
}
