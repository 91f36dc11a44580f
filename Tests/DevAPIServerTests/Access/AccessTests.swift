// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import HTTPTypes
import KubeCore
import Synchronization
import Testing

@testable import DevAPIServer

/// What no cluster that lacks controllers, or whose clock cannot be set, can be asked.
struct AccessTests {
    /// A handler with the built-in kinds that obeys roles.
    private static func handler(now: @escaping @Sendable () -> Date = { Date() }) -> APIHandler {
        var configuration = APIHandler.Configuration(definitions: BuiltInResources.definitions)
        configuration.enforcesRoles = true
        return APIHandler(configuration: configuration, timing: Timing(now: now))
    }

    private static func send(_ handler: APIHandler, _ request: APIRequest) async throws -> JSONValue {
        switch await handler.handle(request) {
        case .object(_, let value, _, _): return value
        case .status(let status, _): throw status
        case .watch: return .null
        }
    }

    private static func create(
        _ handler: APIHandler,
        _ resource: String,
        _ object: JSONValue,
        namespace: String? = nil
    ) async throws {
        let group = resource.contains("role") ? "rbac.authorization.k8s.io" : ""
        _ = try await send(
            handler,
            APIRequest(
                verb: .create,
                group: group,
                version: "v1",
                resource: resource,
                namespace: namespace,
                body: JSONWriter.bytes(object)
            )
        )
    }

    private static func pods(_ verb: String, in namespace: String = "default") -> AccessAttributes {
        AccessAttributes(verb: verb, version: "v1", resource: "pods", namespace: namespace)
    }

    @Test func `the default roles gather from others, and from roles that come later`() async throws {
        let handler = Self.handler()
        let bob = UserInfo(name: "bob", groups: [UserInfo.authenticatedGroup])
        let binding: JSONValue = [
            "metadata": ["name": "bob"], "roleRef": ["kind": "ClusterRole", "name": "admin"],
            "subjects": [["kind": "User", "name": "bob"]],
        ]
        try await Self.create(handler, "rolebindings", binding, namespace: "default")
        // From view by way of edit.
        #expect(handler.access.decide(Self.pods("list"), for: bob).isAllowed)
        #expect(!handler.access.decide(Self.pods("list", in: "kube-system"), for: bob).isAllowed)
        let widgets = AccessAttributes(verb: "get", group: "x.dev", resource: "widgets", namespace: "default")
        #expect(!handler.access.decide(widgets, for: bob).isAllowed)
        let role: JSONValue = [
            "metadata": ["name": "widgets", "labels": ["rbac.authorization.k8s.io/aggregate-to-view": "true"]],
            "rules": [["apiGroups": ["x.dev"], "resources": ["widgets"], "verbs": ["get"]]],
        ]
        try await Self.create(handler, "clusterroles", role)
        for work in handler.storage.takeWork() { handler.process(work) }
        #expect(handler.access.decide(widgets, for: bob).isAllowed)
    }

    @Test func `a change of roles holds for the next request of a caller who was seen before`() async throws {
        let handler = Self.handler()
        let caller = Caller(UserInfo(name: "bob"))
        #expect(!caller.decide(Self.pods("list"), by: handler.access).isAllowed)
        let binding: JSONValue = [
            "metadata": ["name": "bob"], "roleRef": ["kind": "ClusterRole", "name": "view"],
            "subjects": [["kind": "User", "name": "bob"]],
        ]
        try await Self.create(handler, "clusterrolebindings", binding)
        #expect(caller.decide(Self.pods("list"), by: handler.access).isAllowed)
    }

    @Test func `names that look alike are not alike`() async throws {
        let handler = Self.handler()
        let binding: JSONValue = [
            "metadata": ["name": "e"], "roleRef": ["kind": "ClusterRole", "name": "view"],
            "subjects": [["kind": "User", "name": "\u{E9}"]],
        ]
        try await Self.create(handler, "clusterrolebindings", binding)
        #expect(handler.access.decide(Self.pods("list"), for: UserInfo(name: "\u{E9}")).isAllowed)
        #expect(!handler.access.decide(Self.pods("list"), for: UserInfo(name: "e\u{301}")).isAllowed)
    }

    @Test func `a token ends with its time`() async throws {
        let time = Mutex(Date(timeIntervalSince1970: 1_800_000_000))
        let handler = Self.handler { time.withLock { $0 } }
        let account: JSONValue = ["metadata": ["name": "worker"]]
        try await Self.create(handler, "serviceaccounts", account, namespace: "default")
        let answer = try await Self.send(
            handler,
            APIRequest(
                verb: .create,
                group: "",
                version: "v1",
                resource: "serviceaccounts",
                namespace: "default",
                name: "worker",
                subresource: "token",
                body: Array(#"{"spec":{"expirationSeconds":600}}"#.utf8)
            )
        )
        let token = try #require(answer["status"]?["token"]?.string)
        #expect(answer["status"]?["expirationTimestamp"] == "2027-01-15T08:10:00Z")
        #expect(handler.tokens.caller(of: token)?.user.name == "system:serviceaccount:default:worker")
        time.withLock { $0 += 599 }
        #expect(handler.tokens.caller(of: token) != nil)
        time.withLock { $0 += 1 }
        #expect(handler.tokens.caller(of: token) == nil)
        let refusal = #expect(throws: ServiceAccountTokens.Refusal.self) {
            try handler.tokens.prove(token, audiences: [ServiceAccountTokens.issuer])
        }
        #expect(refusal?.message == "[invalid bearer token, service account token has expired]")
        // Another server has another key.
        #expect(Self.handler { time.withLock { $0 } }.tokens.caller(of: token) == nil)
    }

    @Test func `a token whose parts were changed is none`() async throws {
        let handler = Self.handler()
        let account = ServiceAccountClaims.Reference(kind: .serviceAccount, namespace: "a", name: "b", uid: "c")
        let claims = ServiceAccountClaims(
            account: account,
            audiences: [ServiceAccountTokens.issuer],
            issued: 0,
            expiry: 4_000_000_000,
            id: "d"
        )
        let tokens = ServiceAccountTokens(now: { Date(timeIntervalSince1970: 1) }, identity: { _ in "c" })
        let token = try tokens.sign(claims)
        #expect(tokens.caller(of: token)?.user.uid == "c")
        #expect(handler.tokens.caller(of: token) == nil)
        let parts = token.split(separator: ".").map(String.init)
        var other = claims
        other.account.name = "admin"
        let payload = Base64URL.encode(JSONWriter.bytes(other.json))
        let none = Base64URL.encode(Array(#"{"alg":"none"}"#.utf8))
        for forged in [
            "\(parts[0]).\(payload).\(parts[2])", "\(none).\(parts[1]).", "\(none).\(payload).\(parts[2])",
            "\(parts[0]).\(parts[1])", "", "...", "\(parts[1]).\(parts[0]).\(parts[2])",
        ] {
            #expect(tokens.caller(of: forged) == nil, "\(forged)")
        }
    }

    /// What a request is about, as rules see it.
    struct Reading: Sendable, CustomTestStringConvertible {
        let method: HTTPRequest.Method
        let target: String
        let expected: String
        var testDescription: String { "\(method) \(target)" }

        static let all: [Reading] = [
            Reading(method: .get, target: "/api/v1/pods", expected: "list pods//"),
            Reading(method: .head, target: "/api/v1/namespaces/a/pods/b", expected: "get pods/a/b"),
            Reading(method: .get, target: "/api/v1/namespaces/a/pods?watch=1", expected: "watch pods/a/"),
            Reading(
                method: .get,
                target: "/api/v1/namespaces/a/pods?fieldSelector=metadata.name%3Db",
                expected: "list pods/a/b"
            ),
            Reading(
                method: .delete,
                target: "/apis/apps/v1/namespaces/a/deployments",
                expected: "deletecollection deployments/a/"
            ),
            Reading(method: .get, target: "/api/v1/namespaces/a/pods/b/proxy/c/d", expected: "get pods/proxy/a/b"),
            Reading(method: .get, target: "/api/v1/namespaces/a", expected: "get namespaces/a/a"),
            Reading(method: .put, target: "/api/v1/namespaces/a/finalize", expected: "update namespaces/finalize/a/a"),
            Reading(method: .post, target: "/metrics", expected: "post /metrics"),
            Reading(method: .get, target: "/apis/apps/v1", expected: "get /apis/apps/v1"),
        ]
    }

    @Test(arguments: Reading.all)
    func `a request is about what kube-apiserver takes it for`(reading: Reading) throws {
        let target = try #require(RequestTarget(reading.target))
        let attributes = AccessAttributes(Route(target.segments), target: target, method: reading.method)
        let place = attributes.path ?? "\(attributes.qualifiedResource)/\(attributes.namespace)/\(attributes.name)"
        #expect("\(attributes.verb) \(place)" == reading.expected)
    }
}
