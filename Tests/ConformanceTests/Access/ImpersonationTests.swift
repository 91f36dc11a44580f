// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

/// Acting as somebody else takes a permission for each part of them.
struct ImpersonationTests {
    /// A service account with a token, who may impersonate some.
    private static func withAlice(_ body: (Cluster, Cluster) async throws -> Void) async throws {
        try await withRoles { cluster in
            try await cluster.create(.serviceAccounts, "alice")
            let authentication = "authentication.k8s.io"
            let alice: JSONValue = [
                "kind": "ServiceAccount", "name": "alice", "namespace": .string(cluster.namespace),
            ]
            try await cluster.permitEverywhere(
                "impersonator",
                [
                    Rule(resources: ["users"], verbs: ["impersonate"], names: [cluster.user("bob")]),
                    Rule(resources: ["groups"], verbs: ["impersonate"], names: ["staff"]),
                    Rule(groups: [authentication], resources: ["uids"], verbs: ["impersonate"], names: ["u1"]),
                    Rule(
                        groups: [authentication],
                        resources: ["userextras/scopes"],
                        verbs: ["impersonate"],
                        names: ["a"]
                    ),
                ],
                to: alice
            )
            try await cluster.permit(
                "accounts",
                [Rule(resources: ["serviceaccounts"], verbs: ["impersonate"])],
                to: alice
            )
            let name = "system:serviceaccount:\(cluster.namespace):alice"
            try await cluster.known(name, "impersonate", "users", name: cluster.user("bob"))
            try await cluster.known(name, "impersonate", "serviceaccounts")
            let answer = try await cluster.client.create(
                .tokens(of: "alice"),
                ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": [:]],
                namespace: cluster.namespace
            )
            let token = try #require(answer["status"]?["token"]?.string)
            try await cluster.bearing(token: token) { try await body(cluster, $0) }
        }
    }

    @Test func `users, groups, uids and extras are permitted one by one`() async throws {
        try await Self.withAlice { cluster, alices in
            let bob = cluster.user("bob")
            try await alices.acting(as: bob, uid: "u1", groups: ["staff"], extra: ["scopes": ["a"]]) {
                let me = try await $0.review("SelfSubjectReview")["status"]?["userInfo"]
                #expect(
                    me == [
                        "username": .string(bob), "uid": "u1", "groups": ["staff", "system:authenticated"],
                        "extra": ["scopes": ["a"]],
                    ]
                )
            }
            let alice = "system:serviceaccount:\(cluster.namespace):alice"
            try await alices.acting(as: bob, groups: ["system:masters"]) { others in
                let status = try await refused(.forbidden) { _ = try await others.review("SelfSubjectReview") }
                #expect(
                    status.message == "groups \"system:masters\" is forbidden: User \"\(alice)\" cannot impersonate "
                        + "resource \"groups\" in API group \"\" at the cluster scope"
                )
            }
            try await alices.acting(as: bob, uid: "u2") { others in
                let status = try await refused(.forbidden) { _ = try await others.review("SelfSubjectReview") }
                #expect(
                    status.message == "uids.authentication.k8s.io \"u2\" is forbidden: User \"\(alice)\" cannot "
                        + "impersonate resource \"uids\" in API group \"authentication.k8s.io\" at the cluster scope"
                )
            }
            try await alices.acting(as: bob, extra: ["scopes": ["b"]]) { others in
                let status = try await refused(.forbidden) { _ = try await others.review("SelfSubjectReview") }
                #expect(status.message.contains("cannot impersonate resource \"userextras/scopes\""))
            }
            try await alices.acting(as: "somebody-else") { others in
                try await refused(.forbidden) { _ = try await others.review("SelfSubjectReview") }
            }
        }
    }

    @Test func `service accounts are permitted by their namespace`() async throws {
        try await Self.withAlice { cluster, alices in
            let name = "system:serviceaccount:\(cluster.namespace):worker"
            try await alices.acting(as: name) {
                let me = try await $0.review("SelfSubjectReview")["status"]?["userInfo"]
                #expect(me?["username"] == .string(name))
            }
            try await alices.acting(as: "system:serviceaccount:kube-system:worker") { others in
                try await refused(.forbidden) { _ = try await others.review("SelfSubjectReview") }
            }
        }
    }

    @Test func `who is impersonated may do what they may do, and no more`() async throws {
        try await withRoles { cluster in
            let bob = cluster.user("bob")
            try await cluster.permit([Rule(resources: ["configmaps"], verbs: ["list"])], to: Cluster.subject(user: bob))
            try await cluster.known(bob, "list", "configmaps")
            try await cluster.acting(as: bob) { bobs in
                #expect(try await !bobs.names(.configMaps).contains("absent"))
                try await refused(.forbidden) { _ = try await bobs.names(.secrets) }
            }
            // Nobody is nobody, impersonated or not.
            try await cluster.acting(as: "system:anonymous") { nobodys in
                let status = try await refused(.forbidden) { _ = try await nobodys.review("SelfSubjectReview") }
                #expect(status.message.contains("User \"system:anonymous\" cannot create"))
            }
        }
    }
}
