// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

/// Tokens of service accounts: how they are asked for, what they prove and when they end.
struct TokenTests {
    private static func request(
        _ cluster: Cluster,
        _ account: String = "worker",
        _ spec: JSONObject = [:]
    ) async throws -> JSONValue {
        try await cluster.client.create(
            .tokens(of: account),
            ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": .object(spec)],
            namespace: cluster.namespace
        )
    }

    @Test func `a token proves its service account`() async throws {
        try await withRoles { cluster in
            let account = try await cluster.create(.serviceAccounts, "worker")
            let answer = try await Self.request(cluster)
            #expect(answer["kind"] == "TokenRequest")
            #expect(answer["metadata"]?["name"] == "worker")
            #expect(answer["spec"]?["expirationSeconds"] == 3_600)
            #expect(answer["spec"]?["audiences"]?.array?.count == 1)
            #expect(answer["status"]?["expirationTimestamp"]?.string?.hasSuffix("Z") == true)
            let token = try #require(answer["status"]?["token"]?.string)
            let name = "system:serviceaccount:\(cluster.namespace):worker"
            try await cluster.bearing(token: token) { workers in
                let me = try await workers.review("SelfSubjectReview")["status"]?["userInfo"]
                #expect(me?["username"] == .string(name))
                #expect(me?["uid"] == .string(account.uid))
                #expect(
                    me?["groups"] == [
                        "system:serviceaccounts", .string("system:serviceaccounts:\(cluster.namespace)"),
                        "system:authenticated",
                    ]
                )
                #expect(
                    me?["extra"]?["authentication.kubernetes.io/credential-id"]?[0]?.string?.hasPrefix("JTI=") == true
                )
                let status = try await refused(.forbidden) { _ = try await workers.names(.configMaps) }
                #expect(status.message.contains("User \"\(name)\" cannot list resource \"configmaps\""))
            }
            let worker: JSONValue = ["kind": "ServiceAccount", "name": "worker"]
            try await cluster.permit([Rule(resources: ["configmaps"], verbs: ["list"])], to: worker)
            try await cluster.known(name, "list", "configmaps")
            try await cluster.bearing(token: token) { workers in
                let names = try await workers.names(.configMaps)
                #expect(!names.contains("absent"))
            }
        }
    }

    @Test func `a token for others is none for the server`() async throws {
        try await withRoles { cluster in
            try await cluster.create(.serviceAccounts, "worker")
            let answer = try await Self.request(
                cluster,
                "worker",
                ["audiences": ["vault"], "expirationSeconds": 7_200]
            )
            #expect(answer["spec"]?["expirationSeconds"] == 7_200)
            let token = try #require(answer["status"]?["token"]?.string)
            try await cluster.bearing(token: token) { workers in
                try await refused(.unauthorized) { _ = try await workers.review("SelfSubjectReview") }
            }
            let fitting = try await cluster.review(
                "TokenReview",
                ["token": .string(token), "audiences": ["vault", "x"]]
            )
            #expect(fitting["status"]?["authenticated"] == true)
            #expect(fitting["status"]?["audiences"] == ["vault"])
            let other = try await cluster.review("TokenReview", ["token": .string(token)])
            #expect(other["status"]?["authenticated"] ?? false == false)
            #expect(other["status"]?["error"]?.string?.contains("is invalid for the target audiences") == true)
        }
    }

    @Test func `a review tells whose a token is`() async throws {
        try await withRoles { cluster in
            try await cluster.create(.serviceAccounts, "worker")
            let token = try #require(try await Self.request(cluster)["status"]?["token"]?.string)
            let good = try await cluster.review("TokenReview", ["token": .string(token)])["status"]
            #expect(good?["authenticated"] == true)
            #expect(good?["user"]?["username"] == .string("system:serviceaccount:\(cluster.namespace):worker"))
            let bad = try await cluster.review("TokenReview", ["token": "nonsense"])["status"]
            #expect(bad?["authenticated"] ?? false == false)
            #expect(bad?["error"] == "invalid bearer token")
            let forged = try await cluster.review("TokenReview", ["token": .string(token + "x")])["status"]
            #expect(forged?["authenticated"] ?? false == false)
            try await refused(.badRequest) { _ = try await cluster.review("TokenReview") }
        }
    }

    @Test func `a token ends with its service account`() async throws {
        try await withRoles { cluster in
            try await cluster.create(.serviceAccounts, "worker")
            let token = try #require(try await Self.request(cluster)["status"]?["token"]?.string)
            try await cluster.client.delete(.serviceAccounts, cluster.name("worker"))
            try await cluster.create(.serviceAccounts, "worker")
            // kube-apiserver remembers for a while that it accepted a token.
            try await cluster.eventually("the token is refused") {
                try await cluster.bearing(token: token) { workers in
                    do {
                        _ = try await workers.review("SelfSubjectReview")
                        return false
                    } catch let error as KubeError where error.code == .unauthorized {
                        return true
                    }
                }
            }
        }
    }

    @Test func `a token may be bound to a Secret, and ends with it`() async throws {
        try await withRoles { cluster in
            try await cluster.create(.serviceAccounts, "worker")
            let secret = try await cluster.create(.secrets, "bound")
            let reference: JSONValue = ["apiVersion": "v1", "kind": "Secret", "name": "bound"]
            let answer = try await Self.request(cluster, "worker", ["boundObjectRef": reference])
            let token = try #require(answer["status"]?["token"]?.string)
            try await cluster.bearing(token: token) { workers in
                let me = try await workers.review("SelfSubjectReview")["status"]?["userInfo"]
                #expect(me?["username"] == .string("system:serviceaccount:\(cluster.namespace):worker"))
            }
            let absent = try await refused(.notFound) {
                let reference: JSONValue = ["apiVersion": "v1", "kind": "Pod", "name": "absent"]
                _ = try await Self.request(cluster, "worker", ["boundObjectRef": reference])
            }
            #expect(absent.message == "pods \"absent\" not found")
            #expect(!secret.uid.isEmpty)
            try await cluster.client.delete(.secrets, cluster.name("bound"))
            try await cluster.eventually("the token is refused") {
                let review = try await cluster.review("TokenReview", ["token": .string(token)])
                return review["status"]?["authenticated"] != true
            }
        }
    }

    @Test func `requests that ask for too much or too little are refused`() async throws {
        try await withRoles { cluster in
            try await cluster.create(.serviceAccounts, "worker")
            let short = try await refused(.invalid) {
                _ = try await Self.request(cluster, "worker", ["expirationSeconds": 300])
            }
            #expect(short.kind == "TokenRequest")
            #expect(short.faults == ["FieldValueInvalid spec.expirationSeconds"])
            #expect(short.message.hasSuffix("Invalid value: 300: may not specify a duration less than 10 minutes"))
            let long = try await refused(.invalid) {
                _ = try await Self.request(cluster, "worker", ["expirationSeconds": 8_589_934_592])
            }
            #expect(long.message.hasSuffix("may not specify a duration larger than 2^32 seconds"))
            let absent = try await refused(.notFound) { _ = try await Self.request(cluster, "absent") }
            #expect(absent.message == "serviceaccounts \"absent\" not found")
        }
    }

    @Test func `asking for a token takes a permission of its own`() async throws {
        try await withRoles { cluster in
            try await cluster.create(.serviceAccounts, "worker")
            let bob = cluster.user("bob")
            let rules = [Rule(resources: ["serviceaccounts"], verbs: ["*"])]
            try await cluster.permit(rules, to: Cluster.subject(user: bob))
            try await cluster.known(bob, "get", "serviceaccounts")
            try await cluster.acting(as: bob) { bobs in
                let status = try await refused(.forbidden) { _ = try await Self.request(bobs) }
                #expect(
                    status.message == "serviceaccounts \"worker\" is forbidden: User \"\(bob)\" cannot create resource "
                        + "\"serviceaccounts/token\" in API group \"\" in the namespace \"\(cluster.namespace)\""
                )
            }
        }
    }
}
