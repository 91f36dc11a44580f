// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The roles and bindings that every cluster has from its start, as far as they matter to somebody who is no part of
/// the control plane (`plugin/pkg/auth/authorizer/rbac/bootstrappolicy`).
enum DefaultRoles {
    private static let group = "rbac.authorization.k8s.io"

    /// One default role.
    private struct Role {
        let name: String
        var rules: [JSONValue] = []
        var gathers: String?
        var labels: JSONObject = [:]
    }

    /// The objects, in the version in which they are stored.
    static var objects: [JSONValue] {
        roles.map(object) + bindings.map { binding($0.name, groups: $0.groups) }
    }

    private static let everyVerb = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
    private static let reading = ["get", "list", "watch"]
    private static let writing = ["create", "delete", "deletecollection", "patch", "update"]

    private static let bindings: [(name: String, groups: [String])] = [
        ("cluster-admin", [UserInfo.mastersGroup]),
        ("system:basic-user", [UserInfo.authenticatedGroup]),
        ("system:discovery", [UserInfo.authenticatedGroup]),
        ("system:monitoring", ["system:monitoring"]),
        ("system:public-info-viewer", [UserInfo.authenticatedGroup, UserInfo.unauthenticatedGroup]),
        ("system:service-account-issuer-discovery", ["system:serviceaccounts"]),
    ]

    private static var roles: [Role] {
        basicRoles + [
            Role(name: "admin", gathers: "admin"),
            Role(name: "edit", gathers: "edit", labels: aggregated(to: "admin")),
            Role(name: "view", gathers: "view", labels: aggregated(to: "edit")),
            Role(name: "system:aggregate-to-admin", rules: adminRules, labels: aggregated(to: "admin")),
            Role(name: "system:aggregate-to-edit", rules: editRules, labels: aggregated(to: "edit")),
            Role(name: "system:aggregate-to-view", rules: viewRules, labels: aggregated(to: "view")),
        ]
    }

    private static var basicRoles: [Role] {
        [
            Role(name: "cluster-admin", rules: [rule("*", ["*"], ["*"]), paths(["*"], verbs: ["*"])]),
            Role(
                name: "system:discovery",
                rules: [
                    paths([
                        "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz",
                        "/version", "/version/",
                    ])
                ]
            ),
            Role(
                name: "system:basic-user",
                rules: [
                    rule("authorization.k8s.io", ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"]),
                    rule("authentication.k8s.io", ["selfsubjectreviews"], ["create"]),
                ]
            ),
            Role(
                name: "system:public-info-viewer",
                rules: [paths(["/healthz", "/livez", "/readyz", "/version", "/version/"])]
            ),
            Role(
                name: "system:auth-delegator",
                rules: [
                    rule("authentication.k8s.io", ["tokenreviews"], ["create"]),
                    rule("authorization.k8s.io", ["subjectaccessreviews"], ["create"]),
                ]
            ),
            Role(
                name: "system:monitoring",
                rules: [
                    paths([
                        "/flagz", "/healthz", "/healthz/*", "/livez", "/livez/*", "/metrics", "/metrics/slis",
                        "/readyz", "/readyz/*", "/statusz",
                    ]),
                    rule("", ["nodes/metrics"], ["get"]),
                ]
            ),
            Role(
                name: "system:service-account-issuer-discovery",
                rules: [
                    paths([
                        "/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks",
                        "/openid/v1/jwks/",
                    ])
                ]
            ),
        ]
    }

    private static var adminRules: [JSONValue] {
        [
            rule("authorization.k8s.io", ["localsubjectaccessreviews"], ["create"]),
            rule(group, ["rolebindings", "roles"], everyVerb),
        ]
    }

    private static var editRules: [JSONValue] {
        let pods = ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy"]
        let core = [
            "configmaps", "persistentvolumeclaims", "replicationcontrollers", "replicationcontrollers/scale", "secrets",
            "serviceaccounts", "services", "services/proxy",
        ]
        let apps = [
            "daemonsets", "deployments", "deployments/rollback", "deployments/scale", "replicasets",
            "replicasets/scale", "statefulsets", "statefulsets/scale",
        ]
        return [
            rule("", pods + ["secrets", "services/proxy"], reading),
            rule("", ["serviceaccounts"], ["impersonate"]),
            rule("", ["pods"] + pods, writing),
            rule("", ["pods/eviction"], ["create"]),
            rule("", core, writing),
            rule("", ["serviceaccounts/token"], ["create"]),
            eventRule(writing),
            rule("apps", apps, writing),
            rule("autoscaling", ["horizontalpodautoscalers"], writing),
            rule("batch", ["cronjobs", "jobs"], writing),
            rule("policy", ["poddisruptionbudgets"], writing),
            rule("networking.k8s.io", ["ingresses", "networkpolicies"], writing),
            rule("coordination.k8s.io", ["leases"], everyVerb),
        ]
    }

    private static var viewRules: [JSONValue] {
        let core = [
            "configmaps", "endpoints", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods",
            "replicationcontrollers", "replicationcontrollers/scale", "serviceaccounts", "services", "services/status",
        ]
        let more = [
            "bindings", "limitranges", "namespaces/status", "pods/log", "pods/status", "replicationcontrollers/status",
            "resourcequotas", "resourcequotas/status",
        ]
        let apps = [
            "controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale",
            "deployments/status", "replicasets", "replicasets/scale", "replicasets/status", "statefulsets",
            "statefulsets/scale", "statefulsets/status",
        ]
        return [
            rule("", core, reading),
            rule("", more, reading),
            rule("", ["namespaces"], reading),
            eventRule(reading),
            rule("discovery.k8s.io", ["endpointslices"], reading),
            rule("apps", apps, reading),
            rule("autoscaling", ["horizontalpodautoscalers", "horizontalpodautoscalers/status"], reading),
            rule("batch", ["cronjobs", "cronjobs/status", "jobs", "jobs/status"], reading),
            rule("policy", ["poddisruptionbudgets", "poddisruptionbudgets/status"], reading),
            rule("networking.k8s.io", ["ingresses", "ingresses/status", "networkpolicies"], reading),
        ]
    }

    private static func rule(_ group: String, _ resources: [String], _ verbs: [String]) -> JSONValue {
        ["apiGroups": [.string(group)], "resources": texts(resources), "verbs": texts(verbs)]
    }

    private static func eventRule(_ verbs: [String]) -> JSONValue {
        ["apiGroups": ["", "events.k8s.io"], "resources": ["events"], "verbs": texts(verbs)]
    }

    private static func paths(_ paths: [String], verbs: [String] = ["get"]) -> JSONValue {
        ["nonResourceURLs": texts(paths), "verbs": texts(verbs)]
    }

    private static func aggregated(to name: String) -> JSONObject {
        ["\(group)/aggregate-to-\(name)": "true"]
    }

    private static func object(_ role: Role) -> JSONValue {
        let rule = role.gathers.map { name -> JSONValue in
            ["clusterRoleSelectors": [["matchLabels": .object(aggregated(to: name))]]]
        }
        return .members([
            "apiVersion": .string("\(group)/v1"), "kind": "ClusterRole", "metadata": metadata(role.name, role.labels),
            "aggregationRule": rule, "rules": .array(role.rules),
        ])
    }

    private static func binding(_ name: String, groups: [String]) -> JSONValue {
        let subjects = groups.map { name -> JSONValue in
            ["apiGroup": .string(group), "kind": "Group", "name": .string(name)]
        }
        return [
            "apiVersion": .string("\(group)/v1"), "kind": "ClusterRoleBinding", "metadata": metadata(name, [:]),
            "roleRef": ["apiGroup": .string(group), "kind": "ClusterRole", "name": .string(name)],
            "subjects": .array(subjects),
        ]
    }

    private static func metadata(_ name: String, _ labels: JSONObject) -> JSONValue {
        var labels = labels
        labels["kubernetes.io/bootstrapping"] = "rbac-defaults"
        return [
            "name": .string(name), "labels": .object(labels),
            "annotations": ["rbac.authorization.kubernetes.io/autoupdate": "true"],
        ]
    }

    private static func texts(_ list: [String]) -> JSONValue {
        .array(list.map(JSONValue.string))
    }
}
