// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension StructuralSchema {
    /// What `metadata` looks like.
    static let objectMeta = StructuralSchema(Attributes())

    static func typeMetaMember(_ description: String) -> StructuralSchema {
        var attributes = Attributes()
        attributes.type = .string
        attributes.description = description
        return StructuralSchema(attributes)
    }
}
