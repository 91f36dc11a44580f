// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

/// The reviews: who am I, may I, may they, what may I.
struct ReviewTests {
    @Test func `anybody may ask what they may do`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            let rule = Rule(groups: ["apps"], resources: ["deployments"], verbs: ["get"])
            try await cluster.permit([rule], to: Cluster.subject(user: bob))
            try await cluster.known(bob, "get", "deployments", group: "apps")
            try await cluster.acting(as: bob) { bobs in
                func mayGet(_ resource: String) async throws -> Bool {
                    let answer = try await bobs.review(
                        "SelfSubjectAccessReview",
                        [
                            "resourceAttributes": [
                                "verb": "get", "group": "apps", "resource": .string(resource),
                                "namespace": .string(bobs.namespace),
                            ]
                        ]
                    )
                    #expect(answer["kind"] == "SelfSubjectAccessReview")
                    #expect(answer["spec"]?["resourceAttributes"]?["verb"] == "get")
                    return answer["status"]?["allowed"] == true
                }
                #expect(try await mayGet("deployments"))
                #expect(try await !mayGet("statefulsets"))
                let path = try await bobs.review(
                    "SelfSubjectAccessReview",
                    ["nonResourceAttributes": ["path": "/api", "verb": "get"]]
                )
                #expect(path["status"]?["allowed"] == true)
                #expect(path["status"]?["reason"]?.string?.contains("\"system:discovery\"") == true)
                // Asking about others takes a permission.
                try await refused(.forbidden) {
                    _ = try await bobs.review(
                        "SubjectAccessReview",
                        ["user": "x", "resourceAttributes": ["verb": "get", "resource": "pods"]]
                    )
                }
            }
        }
    }

    @Test func `a question must be one`() async throws {
        try await withRoles { cluster in
            let kind = "SelfSubjectAccessReview"
            let nothing = try await refused(.invalid) { _ = try await cluster.review(kind) }
            #expect(nothing.faults == ["FieldValueInvalid spec.resourceAttributes"])
            let both = try await refused(.invalid) {
                _ = try await cluster.review(
                    kind,
                    [
                        "resourceAttributes": ["verb": "get"],
                        "nonResourceAttributes": ["verb": "get", "path": "/"],
                    ]
                )
            }
            #expect(both.faults == ["FieldValueInvalid spec.nonResourceAttributes"])
            let nobody = try await refused(.invalid) {
                _ = try await cluster.review("SubjectAccessReview", ["resourceAttributes": ["verb": "get"]])
            }
            #expect(nobody.faults == ["FieldValueInvalid spec.user"])
            try await refused(.badRequest) {
                let type = ResourceType.review(kind)
                _ = try await cluster.client.create(type, ["apiVersion": "v1", "kind": "Pod", "spec": [:]])
            }
            // There is nothing to read.
            try await refused(.methodNotAllowed) { _ = try await cluster.client.list(.review(kind)) }
        }
    }

    @Test func `a local review is about its namespace`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            try await cluster.permit([Rule(resources: ["pods"], verbs: ["get"])], to: Cluster.subject(user: bob))
            try await cluster.known(bob, "get", "pods")
            func review(_ attributes: JSONObject) async throws -> JSONValue {
                try await cluster.review(
                    "LocalSubjectAccessReview",
                    ["user": .string(bob), "resourceAttributes": .object(attributes)],
                    namespace: cluster.namespace
                )
            }
            let here: JSONObject = ["verb": "get", "resource": "pods", "namespace": .string(cluster.namespace)]
            #expect(try await review(here)["status"]?["allowed"] == true)
            let elsewhere = try await refused(.invalid) {
                _ = try await review(["verb": "get", "resource": "pods", "namespace": "default"])
            }
            #expect(elsewhere.faults == ["FieldValueInvalid spec.resourceAttributes.namespace"])
        }
    }

    @Test func `who asks is told who they are`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            let me = try await cluster.review("SelfSubjectReview")["status"]?["userInfo"]
            #expect(me?["groups"]?.array?.contains("system:masters") == true)
            try await cluster.acting(as: bob, uid: "u1", groups: ["staff"], extra: ["example.com/x": ["1", "2"]]) {
                let bobs = try await $0.review("SelfSubjectReview")["status"]?["userInfo"]
                #expect(
                    bobs == [
                        "username": .string(bob), "uid": "u1", "groups": ["staff", "system:authenticated"],
                        "extra": ["example.com/x": ["1", "2"]],
                    ]
                )
            }
            let account = "system:serviceaccount:\(cluster.namespace):worker"
            try await cluster.acting(as: account) {
                let info = try await $0.review("SelfSubjectReview")["status"]?["userInfo"]
                #expect(
                    info?["groups"] == [
                        "system:serviceaccounts", .string("system:serviceaccounts:\(cluster.namespace)"),
                        "system:authenticated",
                    ]
                )
            }
        }
    }

    @Test func `rules are listed, those of everybody among them`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            let rule = Rule(resources: ["configmaps"], verbs: ["get", "list"], names: ["a"])
            try await cluster.permit([rule], to: Cluster.subject(user: bob))
            try await cluster.known(bob, "get", "configmaps", name: "a")
            try await cluster.acting(as: bob) { bobs in
                let answer = try await bobs.review(
                    "SelfSubjectRulesReview",
                    ["namespace": .string(bobs.namespace)]
                )
                let status = try #require(answer["status"])
                #expect(status["incomplete"] == false)
                let resources = status["resourceRules"]?.array ?? []
                #expect(
                    resources.contains([
                        "apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list"],
                        "resourceNames": ["a"],
                    ])
                )
                #expect(
                    resources.contains([
                        "apiGroups": ["authorization.k8s.io"], "verbs": ["create"],
                        "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
                    ])
                )
                let paths = (status["nonResourceRules"]?.array ?? []).flatMap { $0["nonResourceURLs"]?.array ?? [] }
                #expect(paths.contains("/openapi/*"))
                try await refused(.badRequest) { _ = try await bobs.review("SelfSubjectRulesReview") }
            }
        }
    }
}
