// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// One served version of a kind of object: its address, its schema and how it is shown.
struct ResourceDefinition: Sendable {
    /// One column of a table beside the name.
    struct PrinterColumn: Sendable, Hashable {
        /// The heading.
        var name: String
        /// The type: `string`, `integer`, `number`, `boolean` or `date`.
        var type: String
        /// The format, as in `password` or `name`; mostly empty.
        var format: String = ""
        /// What the column shows, for people.
        var description: String = ""
        /// 0 for columns that are always shown; greater for those of `-o wide`.
        var priority: Int = 0
        /// Where the value stands, as in `.status.conditions[?(@.type=="Ready")].status`.
        var jsonPath: String
    }

    /// Who says what the objects look like.
    enum Origin: Sendable, Hashable {
        /// This server.
        case builtIn
        /// The custom resource definition of that name.
        case custom(String)
    }

    /// Address and kind.
    var type: ResourceType
    /// The singular name, as in `appinstance`.
    var singular: String
    /// Short names, as in `cm`.
    var shortNames: [String] = []
    /// Groups of resources that it belongs to, as in `all`.
    var categories: [String] = []
    /// The kind of lists.
    var listKind: String
    /// What objects look like; `nil` keeps everything as it is.
    var schema: StructuralSchema?
    /// Columns beside the name.
    var printerColumns: [PrinterColumn] = []
    /// Whether `status` is a subresource: then each of the two paths ignores the other's part.
    var hasStatus: Bool = false
    /// Who defined it.
    var origin: Origin = .builtIn
    /// Fields that field selectors may name, beside `metadata.name` and `metadata.namespace`.
    var selectableFields: [String] = []
    /// Whether the version is marked as deprecated, and the warning to send then.
    var deprecationWarning: String?
    /// Versions of one storage share objects: the group, kind and plural under which objects are stored.
    var storageKey: String
}
