// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension StructuralSchema {
    /// Puts defaults where members are missing, or `null` where that is no value.
    func applyDefaults(to value: inout JSONValue) {}

    /// Removes members that are not declared.
    ///
    /// - Returns: The paths of what was removed, in the order of the document; the server reports them as
    ///   `unknown field "spec.x"`.
    func prune(_ value: inout JSONValue) -> [FieldPath] { [] }
}
