// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

/// What roles and bindings must look like.
struct RoleTests {
    @Test func `rules name verbs, groups and resources`() async throws {
        try await withRoles { cluster in
            let status = try await refused(.invalid) {
                try await cluster.create(
                    .roles,
                    "bad",
                    [
                        "rules": [
                            ["verbs": [], "apiGroups": [""], "resources": ["pods"]], ["verbs": ["get"]],
                            ["verbs": ["get"], "nonResourceURLs": ["/a"]],
                        ]
                    ]
                )
            }
            #expect(
                status.faults == [
                    "FieldValueRequired rules[0].verbs", "FieldValueRequired rules[1].apiGroups",
                    "FieldValueRequired rules[1].resources", "FieldValueInvalid rules[2].nonResourceURLs",
                ]
            )
        }
    }

    @Test func `bindings name a role and subjects that can be`() async throws {
        try await withRoles { cluster in
            let status = try await refused(.invalid) {
                try await cluster.create(
                    .roleBindings,
                    "bad",
                    [
                        "roleRef": ["apiGroup": "x", "kind": "Foo", "name": "a/b"],
                        "subjects": [
                            ["kind": "Foo", "name": "x"], ["kind": "ServiceAccount", "name": "a b"],
                            ["kind": "Group", "name": "a", "apiGroup": "x"],
                        ],
                    ]
                )
            }
            #expect(
                status.faults == [
                    "FieldValueNotSupported roleRef.apiGroup", "FieldValueNotSupported roleRef.kind",
                    "FieldValueInvalid roleRef.name", "FieldValueNotSupported subjects[0].kind",
                    "FieldValueInvalid subjects[1].name", "FieldValueNotSupported subjects[2].apiGroup",
                ]
            )
            let wide = try await refused(.invalid) {
                _ = try await cluster.client.create(
                    .clusterRoleBindings,
                    cluster.clusterObject(
                        .clusterRoleBindings,
                        cluster.user("bad"),
                        [
                            "roleRef": Cluster.reference("Role", "a"),
                            "subjects": [["kind": "ServiceAccount", "name": "a"]],
                        ]
                    )
                )
            }
            #expect(
                wide.faults == [
                    "FieldValueNotSupported roleRef.kind", "FieldValueRequired subjects[0].namespace",
                ]
            )
        }
    }

    @Test func `API groups of a binding are filled in, and its role stays`() async throws {
        try await withRoles { cluster in
            let binding = try await cluster.create(
                .roleBindings,
                "short",
                [
                    "roleRef": ["kind": "ClusterRole", "name": "view"],
                    "subjects": [
                        ["kind": "User", "name": "u"], ["kind": "Group", "name": "g"],
                        ["kind": "ServiceAccount", "name": "s"],
                    ],
                ]
            )
            let group: JSONValue = "rbac.authorization.k8s.io"
            #expect(binding["roleRef"] == ["apiGroup": group, "kind": "ClusterRole", "name": "view"])
            #expect(
                binding["subjects"] == [
                    ["apiGroup": group, "kind": "User", "name": "u"],
                    ["apiGroup": group, "kind": "Group", "name": "g"],
                    ["kind": "ServiceAccount", "name": "s"],
                ]
            )
            let status = try await refused(.invalid) {
                try await cluster.merge(.roleBindings, "short", ["roleRef": ["name": "edit"]])
            }
            #expect(status.faults == ["FieldValueInvalid roleRef"])
            #expect(status.message.hasSuffix("cannot change roleRef"))
        }
    }

    @Test func `a ClusterRole that gathers names what from`() async throws {
        try await withRoles { cluster in
            let status = try await refused(.invalid) {
                _ = try await cluster.client.create(
                    .clusterRoles,
                    cluster.clusterObject(
                        .clusterRoles,
                        cluster.user("bad"),
                        ["aggregationRule": ["clusterRoleSelectors": []], "rules": []]
                    )
                )
            }
            #expect(status.faults == ["FieldValueRequired aggregationRule.clusterRoleSelectors"])
        }
    }
}
