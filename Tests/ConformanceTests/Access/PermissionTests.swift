// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

/// What roles and bindings permit, and what a client is told that is not permitted something.
struct PermissionTests {
    @Test func `who has no role may do nothing, and is told what`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            let place = cluster.namespace
            try await cluster.acting(as: bob) { bobs in
                let one = try await refused(.forbidden) {
                    _ = try await bobs.client.get(.configMaps, bobs.name("a"))
                }
                #expect(one.code == 403)
                #expect(one.reason == "Forbidden")
                #expect(
                    one.message == "configmaps \"a\" is forbidden: User \"\(bob)\" cannot get resource \"configmaps\" "
                        + "in API group \"\" in the namespace \"\(place)\""
                )
                #expect(one.name == "a")
                #expect(one.kind == "configmaps")
                let all = try await refused(.forbidden) { _ = try await bobs.client.list(.deployments) }
                #expect(
                    all.message == "deployments.apps is forbidden: User \"\(bob)\" cannot list resource "
                        + "\"deployments\" in API group \"apps\" at the cluster scope"
                )
                #expect(all.group == "apps")
                let status = try await refused(.forbidden) {
                    _ = try await bobs.client.patch(
                        .deployments,
                        bobs.name("a"),
                        .merge(["status": [:]]),
                        subresource: "status"
                    )
                }
                #expect(status.message.contains("cannot patch resource \"deployments/status\" in API group \"apps\""))
                let creation = try await refused(.forbidden) { try await bobs.create(.configMaps, "a") }
                #expect(creation.message.hasPrefix("configmaps is forbidden: User \"\(bob)\" cannot create"))
                let unknown = try await refused(.forbidden) { _ = try await bobs.client.list(bobs.widgets) }
                #expect(unknown.message.contains("cannot list resource \"widgets\""))
            }
        }
    }

    @Test func `a role permits its verbs on its resources in its namespace`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            let rules = [Rule(resources: ["configmaps"], verbs: ["get", "create"])]
            try await cluster.permit(rules, to: Cluster.subject(user: bob))
            try await cluster.known(bob, "get", "configmaps")
            try await cluster.acting(as: bob) { bobs in
                try await bobs.create(.configMaps, "a", ["data": ["x": "1"]])
                #expect(try await bobs.get(.configMaps, "a")["data"]?["x"] == "1")
                try await refused(.forbidden) { _ = try await bobs.merge(.configMaps, "a", ["data": [:]]) }
                try await refused(.forbidden) { _ = try await bobs.client.list(.configMaps, namespace: bobs.namespace) }
                try await refused(.forbidden) { _ = try await bobs.client.get(.secrets, bobs.name("a")) }
                try await refused(.forbidden) {
                    _ = try await bobs.client.get(.configMaps, NamespacedName(namespace: "default", name: "a"))
                }
            }
        }
    }

    @Test func `a permission that is taken back is gone`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            try await cluster.permit([Rule(resources: ["configmaps"], verbs: ["list"])], to: Cluster.subject(user: bob))
            try await cluster.known(bob, "list", "configmaps")
            try await cluster.merge(.roles, "test", ["rules": [Rule(resources: ["secrets"], verbs: ["list"]).json]])
            try await cluster.known(bob, "list", "secrets")
            #expect(try await !cluster.decision(bob, "list", "configmaps").isAllowed)
            try await cluster.client.delete(.roleBindings, cluster.name("test"))
            try await cluster.eventually("nothing is left") {
                try await !cluster.decision(bob, "list", "secrets").isAllowed
            }
        }
    }

    @Test func `a rule with names permits these alone, in lists too`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            let rule = Rule(resources: ["configmaps"], verbs: ["get", "list", "watch", "create"], names: ["a"])
            try await cluster.permit([rule], to: Cluster.subject(user: bob))
            try await cluster.known(bob, "get", "configmaps", name: "a")
            try await cluster.create(.configMaps, "a")
            try await cluster.acting(as: bob) { bobs in
                #expect(try await bobs.get(.configMaps, "a").name == "a")
                try await refused(.forbidden) { _ = try await bobs.client.get(.configMaps, bobs.name("b")) }
                try await refused(.forbidden) { _ = try await bobs.names(.configMaps) }
                let one = ListOptions(fieldSelector: "metadata.name=a")
                #expect(try await bobs.names(.configMaps, one) == ["a"])
                let other = ListOptions(fieldSelector: "metadata.name=b")
                let status = try await refused(.forbidden) { _ = try await bobs.names(.configMaps, other) }
                #expect(status.name == "b")
                // The name of what is created is not known before its body is read.
                try await refused(.forbidden) { try await bobs.create(.configMaps, "a") }
            }
        }
    }

    /// A rule and what it permits or does not.
    struct Match: Sendable, CustomTestStringConvertible {
        let rule: Rule
        let verb: String
        let resource: String
        var group = ""
        var subresource = ""
        let isAllowed: Bool
        var testDescription: String {
            "\(rule.groups) \(rule.resources) \(rule.verbs): \(verb) \(resource)/\(subresource).\(group)"
        }

        static let all: [Match] = [
            Match(rule: Rule(resources: ["*"], verbs: ["get"]), verb: "get", resource: "pods", isAllowed: true),
            Match(rule: Rule(resources: ["*"], verbs: ["get"]), verb: "list", resource: "pods", isAllowed: false),
            Match(rule: Rule(resources: ["pods"], verbs: ["*"]), verb: "anything", resource: "pods", isAllowed: true),
            Match(rule: Rule(resources: ["pods"], verbs: ["*"]), verb: "*", resource: "pods", isAllowed: true),
            Match(rule: Rule(resources: ["pods"], verbs: ["get"]), verb: "*", resource: "pods", isAllowed: false),
            Match(
                rule: Rule(resources: ["*"], verbs: ["get"]),
                verb: "get",
                resource: "deployments",
                group: "apps",
                isAllowed: false
            ),
            Match(
                rule: Rule(groups: ["*"], resources: ["deployments"], verbs: ["get"]),
                verb: "get",
                resource: "deployments",
                group: "apps",
                isAllowed: true
            ),
            Match(
                rule: Rule(resources: ["pods"], verbs: ["get"]),
                verb: "get",
                resource: "pods",
                subresource: "log",
                isAllowed: false
            ),
            Match(
                rule: Rule(resources: ["pods/log"], verbs: ["get"]),
                verb: "get",
                resource: "pods",
                subresource: "log",
                isAllowed: true
            ),
            Match(rule: Rule(resources: ["pods/log"], verbs: ["get"]), verb: "get", resource: "pods", isAllowed: false),
            Match(
                rule: Rule(groups: ["*"], resources: ["*/scale"], verbs: ["update"]),
                verb: "update",
                resource: "deployments",
                group: "apps",
                subresource: "scale",
                isAllowed: true
            ),
            Match(
                rule: Rule(groups: ["*"], resources: ["*/scale"], verbs: ["update"]),
                verb: "update",
                resource: "deployments",
                group: "apps",
                isAllowed: false
            ),
            Match(
                rule: Rule(resources: ["pods/*"], verbs: ["get"]),
                verb: "get",
                resource: "pods",
                subresource: "log",
                isAllowed: false
            ),
        ]
    }

    @Test func `stars and subresources mean what they mean in kube-apiserver`() async throws {
        try await withRoles { cluster in
            for (index, match) in Match.all.enumerated() {
                let user = cluster.user("user\(index)")
                try await cluster.permit(
                    "rule-\(index)",
                    [match.rule, Rule(groups: ["example.dev"], resources: ["known"], verbs: ["get"])],
                    to: Cluster.subject(user: user)
                )
                try await cluster.known(user, "get", "known", group: "example.dev")
                let decision = try await cluster.decision(
                    user,
                    match.verb,
                    match.resource,
                    group: match.group,
                    subresource: match.subresource
                )
                #expect(decision.isAllowed == match.isAllowed, "\(match.testDescription)")
            }
        }
    }

    @Test func `groups, service accounts and cluster roles are bound alike`() async throws {
        try await withRoles { cluster in
            let rule = Rule(resources: ["pods"], verbs: ["list"])
            let account: JSONValue = ["kind": "ServiceAccount", "name": "worker"]
            try await cluster.permit([rule], to: Cluster.subject(group: cluster.user("staff")), account)
            let worker = "system:serviceaccount:\(cluster.namespace):worker"
            try await cluster.known("anybody", groups: [cluster.user("staff")], "list", "pods")
            #expect(try await cluster.decision(worker, "list", "pods").isAllowed)
            #expect(try await !cluster.decision("worker", "list", "pods").isAllowed)
            #expect(try await !cluster.decision("system:serviceaccount:default:worker", "list", "pods").isAllowed)
            // A ClusterRole in a namespace permits nothing outside of it.
            let carol = cluster.user("carol")
            try await cluster.permitEverywhere("reader", [rule], to: Cluster.subject(user: cluster.user("dave")))
            try await cluster.bind(
                "local",
                role: "ClusterRole",
                cluster.user("reader"),
                to: [Cluster.subject(user: carol)]
            )
            try await cluster.known(carol, "list", "pods")
            #expect(try await !cluster.decision(carol, "list", "pods", namespace: "default").isAllowed)
            try await cluster.known(cluster.user("dave"), "list", "pods", namespace: "default")
            #expect(try await cluster.decision(cluster.user("dave"), "list", "pods", namespace: "").isAllowed)
        }
    }

    @Test func `a decision tells by which binding it is permitted`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            let worker: JSONValue = ["kind": "ServiceAccount", "name": "worker"]
            let rule = Rule(resources: ["pods"], verbs: ["list"])
            try await cluster.permit([rule], to: Cluster.subject(user: bob), worker)
            try await cluster.permitEverywhere("all", [rule], to: Cluster.subject(group: cluster.user("staff")))
            try await cluster.known(bob, "list", "pods")
            try await cluster.known("x", groups: [cluster.user("staff")], "list", "pods")
            let place = cluster.namespace
            #expect(
                try await cluster.decision(bob, "list", "pods").reason
                    == "RBAC: allowed by RoleBinding \"test/\(place)\" of Role \"test\" to User \"\(bob)\""
            )
            let account = "system:serviceaccount:\(place):worker"
            #expect(
                try await cluster.decision(account, "list", "pods").reason
                    == "RBAC: allowed by RoleBinding \"test/\(place)\" of Role \"test\" to ServiceAccount "
                    + "\"worker/\(place)\""
            )
            let all = cluster.user("all")
            let staff = cluster.user("staff")
            #expect(
                try await cluster.decision("x", groups: [staff], "list", "pods").reason
                    == "RBAC: allowed by ClusterRoleBinding \"\(all)\" of ClusterRole \"\(all)\" to Group \"\(staff)\""
            )
            // Privileges of the group need no rule.
            let master = try await cluster.decision("x", groups: ["system:masters"], "list", "pods")
            #expect(master.isAllowed)
            #expect(master.reason.isEmpty)
        }
    }

    @Test func `a binding of a role that is not there is told`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            try await cluster.bind("test", role: "Role", "absent", to: [Cluster.subject(user: bob)])
            try await cluster.eventually("the binding is known") {
                try await !cluster.decision(bob, "list", "pods").reason.isEmpty
            }
            let decision = try await cluster.decision(bob, "list", "pods")
            #expect(!decision.isAllowed)
            #expect(decision.reason == "RBAC: role.rbac.authorization.k8s.io \"absent\" not found")
            try await cluster.acting(as: bob) { bobs in
                let status = try await refused(.forbidden) { _ = try await bobs.names(.configMaps) }
                #expect(status.message.hasSuffix(": RBAC: role.rbac.authorization.k8s.io \"absent\" not found"))
            }
        }
    }

    @Test func `a namespace is read by who may read it within it`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            try await cluster.permit([Rule(resources: ["namespaces"], verbs: ["get"])], to: Cluster.subject(user: bob))
            try await cluster.known(bob, "get", "namespaces", name: cluster.namespace)
            try await cluster.acting(as: bob) { bobs in
                let found = try await bobs.client.get(
                    .namespaces,
                    NamespacedName(namespace: nil, name: bobs.namespace)
                )
                #expect(found?.name == bobs.namespace)
                try await refused(.forbidden) {
                    _ = try await bobs.client.get(.namespaces, NamespacedName(namespace: nil, name: "default"))
                }
                try await refused(.forbidden) { _ = try await bobs.client.list(.namespaces) }
            }
        }
    }

    @Test func `everybody reads discovery, and health and version even nobody`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            try await cluster.acting(as: bob) { bobs in
                for path in ["/api", "/apis", "/apis/apps/v1", "/openapi/v3", "/version"] {
                    #expect(try await bobs.client.getRaw(path) != nil, "\(path)")
                }
                let status = try await refused(.forbidden) { _ = try await bobs.client.getRaw("/metrics") }
                #expect(status.message == "forbidden: User \"\(bob)\" cannot get path \"/metrics\"")
            }
            try await cluster.bearing(token: nil) { nobodys in
                #expect(try await nobodys.client.getRaw("/version") != nil)
                let status = try await refused(.forbidden) { _ = try await nobodys.client.getRaw("/api") }
                #expect(status.message == "forbidden: User \"system:anonymous\" cannot get path \"/api\"")
                let pods = try await refused(.forbidden) { _ = try await nobodys.client.list(.configMaps) }
                #expect(pods.message.contains("User \"system:anonymous\" cannot list resource \"configmaps\""))
            }
            try await cluster.bearing(token: "nonsense") { strangers in
                let status = try await refused(.unauthorized) { _ = try await strangers.client.getRaw("/version") }
                #expect(status.code == 401)
                #expect(status.message == "Unauthorized")
            }
        }
    }

    @Test func `paths are permitted by name and by prefix`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            let rule = Rule(verbs: ["get"], paths: ["/metrics", "/debug/*"])
            try await cluster.permitEverywhere("paths", [rule], to: Cluster.subject(user: bob))
            @Sendable func allowed(_ path: String, _ verb: String = "get") async throws -> Bool {
                let answer = try await cluster.review(
                    "SubjectAccessReview",
                    [
                        "user": .string(bob),
                        "nonResourceAttributes": ["path": .string(path), "verb": .string(verb)],
                    ]
                )
                return answer["status"]?["allowed"] == true
            }
            try await cluster.eventually("the rule is known") { try await allowed("/metrics") }
            #expect(try await allowed("/debug/pprof"))
            #expect(try await !allowed("/metrics/slis"))
            #expect(try await !allowed("/metrics", "post"))
            #expect(try await !allowed("/debug"))
        }
    }
}
