// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

/// Nobody gives what they do not have.
struct EscalationTests {
    /// May write roles and bindings in the test's namespace and read ConfigMaps, and nothing else.
    private static func permit(_ bob: String, in cluster: Cluster, more: [Rule] = []) async throws {
        let group = "rbac.authorization.k8s.io"
        try await cluster.permit(
            "writer",
            [
                Rule(groups: [group], resources: ["roles", "rolebindings"], verbs: ["get", "create", "patch"]),
                Rule(resources: ["configmaps"], verbs: ["get", "list"]),
            ] + more,
            to: Cluster.subject(user: bob)
        )
        try await cluster.known(bob, "create", "roles", group: group)
    }

    @Test func `a role may hold what its writer holds`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            try await Self.permit(bob, in: cluster)
            try await cluster.acting(as: bob, groups: ["dev"]) { bobs in
                let fine = Rule(resources: ["configmaps"], verbs: ["get"], names: ["x"])
                try await bobs.create(.roles, "fine", ["rules": [fine.json]])
                let rules = [
                    Rule(resources: ["configmaps", "secrets"], verbs: ["get", "watch"]),
                    Rule(groups: ["apps"], resources: ["deployments"], verbs: ["delete"], names: ["a"]),
                ]
                let status = try await refused(.forbidden) {
                    try await bobs.create(.roles, "wide", ["rules": .array(rules.map(\.json))])
                }
                #expect(
                    status.message == """
                        roles.rbac.authorization.k8s.io "wide" is forbidden: user "\(bob)" (groups=["dev" \
                        "system:authenticated"]) is attempting to grant RBAC permissions not currently held:
                        {APIGroups:[""], Resources:["configmaps"], Verbs:["watch"]}
                        {APIGroups:[""], Resources:["secrets"], Verbs:["get" "watch"]}
                        {APIGroups:["apps"], Resources:["deployments"], ResourceNames:["a"], Verbs:["delete"]}
                        """
                )
                #expect(status.kind == "roles")
                // Changing counts as giving, labels do not make it less.
                try await refused(.forbidden) {
                    try await bobs.merge(
                        .roles,
                        "fine",
                        ["rules": [Rule(resources: ["secrets"], verbs: ["get"]).json]]
                    )
                }
                try await bobs.merge(.roles, "fine", ["metadata": ["labels": ["a": "b"]]])
            }
        }
    }

    @Test func `a binding may give what its writer holds`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            try await Self.permit(bob, in: cluster)
            try await cluster.create(.roles, "small", ["rules": [Rule(resources: ["configmaps"], verbs: ["get"]).json]])
            try await cluster.create(.roles, "wide", ["rules": [Rule(resources: ["secrets"], verbs: ["get"]).json]])
            let subjects = [Cluster.subject(user: bob)]
            try await cluster.acting(as: bob) { bobs in
                // The server may learn of the roles a moment later.
                try await bobs.eventually("the small role is bound") {
                    do {
                        try await bobs.bind("small", role: "Role", "small", to: subjects)
                        return true
                    } catch let error as KubeError where error.code == .notFound {
                        return false
                    }
                }
                try await bobs.eventually("the wide role is known") {
                    do {
                        try await bobs.bind("wide", role: "Role", "wide", to: subjects)
                        return false
                    } catch let error as KubeError where error.code == .notFound {
                        return false
                    } catch let error as KubeError {
                        #expect(error.code == .forbidden)
                        #expect(
                            error.status?.message.contains(
                                "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}"
                            ) == true
                        )
                        return true
                    }
                }
                let admin = try await refused(.forbidden) {
                    try await bobs.bind("admin", role: "ClusterRole", "cluster-admin", to: subjects)
                }
                #expect(admin.message.contains("{NonResourceURLs:[\"*\"], Verbs:[\"*\"]}"))
                let absent = try await refused(.notFound) {
                    try await bobs.bind("absent", role: "Role", "absent", to: subjects)
                }
                #expect(absent.message == "rolebindings.rbac.authorization.k8s.io \"absent\" not found")
            }
        }
    }

    @Test func `escalate and bind lift the limit`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            let group = "rbac.authorization.k8s.io"
            try await Self.permit(
                bob,
                in: cluster,
                more: [
                    Rule(groups: [group], resources: ["roles"], verbs: ["escalate"]),
                    Rule(groups: [group], resources: ["clusterroles"], verbs: ["bind"], names: ["view"]),
                ]
            )
            try await cluster.acting(as: bob) { bobs in
                try await bobs.create(.roles, "wide", ["rules": [Rule(resources: ["secrets"], verbs: ["get"]).json]])
                let subjects = [Cluster.subject(user: bob)]
                try await bobs.bind("view", role: "ClusterRole", "view", to: subjects)
                try await refused(.forbidden) {
                    try await bobs.bind("admin", role: "ClusterRole", "cluster-admin", to: subjects)
                }
            }
        }
    }

    @Test func `roles that gather from others are for who has everything`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            let group = "rbac.authorization.k8s.io"
            let rule = Rule(groups: [group], resources: ["clusterroles"], verbs: ["create"])
            try await cluster.permitEverywhere("writer", [rule], to: Cluster.subject(user: bob))
            try await cluster.known(bob, "create", "clusterroles", group: group)
            try await cluster.acting(as: bob) { bobs in
                let name = bobs.user("gathering")
                cluster.removeLater(.clusterRoles, name)
                let status = try await refused(.forbidden) {
                    _ = try await bobs.client.create(
                        .clusterRoles,
                        bobs.clusterObject(
                            .clusterRoles,
                            name,
                            [
                                "aggregationRule": ["clusterRoleSelectors": [["matchLabels": ["a": "b"]]]],
                                "rules": [],
                            ]
                        )
                    )
                }
                #expect(
                    status.message == "clusterroles.rbac.authorization.k8s.io \"\(name)\" is forbidden: must have "
                        + "cluster-admin privileges to use the aggregationRule"
                )
            }
        }
    }
}
