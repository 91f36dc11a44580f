// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension BuiltInResources {
    /// The kinds of `rbac.authorization.k8s.io/v1`, as stored objects.
    static let access: [ResourceDefinition] = [clusterRoleBindings, clusterRoles, roleBindings, roles]

    private static let group = "rbac.authorization.k8s.io"

    private static let rules: StructuralSchema = .list(
        of: .goStruct(
            "PolicyRule",
            "What may be done to which resources.",
            required: ["verbs"],
            [
                "apiGroups": .list(of: .text(""), "API groups; empty for the core group."),
                "nonResourceURLs": .list(of: .text(""), "Paths that are no resources."),
                "resourceNames": .list(of: .text(""), "Names of objects; none allows all."),
                "resources": .list(of: .text(""), "Resources."),
                "verbs": .list(of: .text(""), "Verbs."),
            ]
        ),
        "What may be done.",
        isAlwaysPresent: true
    )

    private static let bindingMembers: KeyValuePairs<String, StructuralSchema> = [
        "roleRef": .goStruct(
            "RoleRef",
            "The role; cannot be changed.",
            required: ["kind", "name"],
            [
                "apiGroup": .text("API group of the role.", fallback: group),
                "kind": .text("Role or ClusterRole."),
                "name": .text("Name of the role."),
            ]
        ) { attributes in
            attributes.mapType = .atomic
            let rule = "self == oldSelf"
            attributes.rules = [
                StructuralSchema.Attributes.Rule(
                    json: ["rule": .string(rule), "message": "cannot change roleRef"],
                    rule: rule,
                    message: "cannot change roleRef",
                    reason: .invalid
                )
            ]
        },
        "subjects": .list(
            of: .goStruct(
                "Subject",
                "Who gets the role.",
                required: ["kind", "name"],
                [
                    "apiGroup": .text("API group of the subject."),
                    "kind": .text("User, Group or ServiceAccount."),
                    "name": .text("Name of the subject."),
                    "namespace": .text("Namespace of the subject."),
                ]
            ) { $0.mapType = .atomic },
            "Who gets the role."
        ),
    ]

    private static let roles = define(
        "Role",
        "roles",
        group: group,
        "Role says what may be done in a namespace.",
        ["rules": rules]
    )

    private static let clusterRoles = define(
        "ClusterRole",
        "clusterroles",
        group: group,
        isNamespaced: false,
        "ClusterRole says what may be done in the cluster.",
        ["rules": rules, "aggregationRule": .goAnything("Which other roles this one is made of.")]
    )

    private static let roleBindings = define(
        "RoleBinding",
        "rolebindings",
        group: group,
        "RoleBinding gives a role to subjects in a namespace.",
        required: ["roleRef"],
        bindingMembers
    )

    private static let clusterRoleBindings = define(
        "ClusterRoleBinding",
        "clusterrolebindings",
        group: group,
        isNamespaced: false,
        "ClusterRoleBinding gives a role to subjects in the cluster.",
        required: ["roleRef"],
        bindingMembers
    )
}
