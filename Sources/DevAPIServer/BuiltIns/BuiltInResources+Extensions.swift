// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension BuiltInResources {
    /// The kinds of `coordination.k8s.io/v1`.
    static let coordination: [ResourceDefinition] = [
        define(
            "Lease",
            "leases",
            group: "coordination.k8s.io",
            "Lease is a lock that its holder renews.",
            [
                "spec": .goStruct(
                    "LeaseSpec",
                    "The lock.",
                    [
                        "acquireTime": .time("When the lease was taken."),
                        "holderIdentity": .text("Who holds the lease."),
                        "leaseDurationSeconds": .whole("How long others wait before they take it."),
                        "leaseTransitions": .whole("How often the holder changed."),
                        "preferredHolder": .text("Who should take it next."),
                        "renewTime": .time("When the lease was last renewed."),
                        "strategy": .text("How the holder is chosen."),
                    ]
                ) { $0.isAlwaysPresent = true }
            ]
        )
    ]

    /// The kinds of `apiextensions.k8s.io/v1`.
    static let extensions: [ResourceDefinition] = [
        define(
            "CustomResourceDefinition",
            "customresourcedefinitions",
            group: "apiextensions.k8s.io",
            isNamespaced: false,
            shortNames: ["crd", "crds"],
            categories: ["api-extensions"],
            hasStatus: true,
            "CustomResourceDefinition adds a kind of object to the API.",
            required: ["spec"],
            ["spec": definitionSpec, "status": definitionStatus]
        )
    ]

    private static let names: StructuralSchema = .goStruct(
        "CustomResourceDefinitionNames",
        "The names of the kind.",
        required: ["plural", "kind"],
        [
            "categories": .list(of: .text(""), "Groups of resources that it belongs to."),
            "kind": .text("The kind, in CamelCase."),
            "listKind": .text("The kind of lists."),
            "plural": .text("The name in paths."),
            "shortNames": .list(of: .text(""), "Short names."),
            "singular": .text("The name of one."),
        ]
    )

    private static let column: StructuralSchema = .goStruct(
        "CustomResourceColumnDefinition",
        "A column of tables.",
        required: ["name", "type", "jsonPath"],
        [
            "description": .text("What it shows."),
            "format": .text("Format of the type."),
            "jsonPath": .text("Where the value stands."),
            "name": .text("The heading."),
            "priority": .whole("0 shows it always."),
            "type": .text("The type."),
        ]
    )

    private static let version: StructuralSchema = .goStruct(
        "CustomResourceDefinitionVersion",
        "A version of the kind.",
        required: ["name", "served", "storage"],
        [
            "additionalPrinterColumns": .list(of: column, "Columns of tables."),
            "deprecated": .flag("Whether requests are warned."),
            "deprecationWarning": .text("The warning."),
            "name": .text("The version, as in v1."),
            "schema": .goStruct(
                "CustomResourceValidation",
                "What objects look like.",
                ["openAPIV3Schema": .goAnything("The schema.")]
            ),
            "selectableFields": .list(
                of: .goStruct("SelectableField", "A field.", ["jsonPath": .text("Where it stands.")]),
                "Fields that field selectors may name."
            ),
            "served": .flag("Whether the version is served."),
            "storage": .flag("Whether objects are stored in this version."),
            "subresources": .goStruct(
                "CustomResourceSubresources",
                "Subresources.",
                [
                    "status": .goAnything("The status subresource."),
                    "scale": .goAnything("The scale subresource."),
                ]
            ),
        ]
    )

    private static let definitionSpec: StructuralSchema = .goStruct(
        "CustomResourceDefinitionSpec",
        "The kind and its versions.",
        required: ["group", "names", "scope", "versions"],
        [
            "conversion": .goAnything("How versions are converted."),
            "group": .text("The API group."),
            "names": names,
            "preserveUnknownFields": .flag("Deprecated; must be false."),
            "scope": .text("Where objects live.", oneOf: ["Cluster", "Namespaced"]),
            "versions": .list(of: version, "The versions.", isAlwaysPresent: true),
        ]
    ) { $0.isAlwaysPresent = true }

    private static let definitionStatus: StructuralSchema = .goStruct(
        "CustomResourceDefinitionStatus",
        "Whether the kind is served.",
        [
            "acceptedNames": names,
            "conditions": conditions("CustomResourceDefinitionCondition").changed { attributes in
                attributes.patchStrategy = nil
                attributes.patchMergeKey = nil
            },
            "observedGeneration": .whole("The generation that this speaks of.", format: "int64"),
            "storedVersions": .list(of: .text(""), "Versions that objects were ever stored in."),
        ]
    )
}
