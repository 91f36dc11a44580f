// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import DevAPIServer
import DevIdentityProvider
import KubeClient
import KubeCore
import OperatorCore
import Synchronization
import TestKit
import Testing

/// The table that the roles are made of is what the operator asks for: nothing lacks, and nothing is there for nothing.
struct PermissionTableTests {
    /// One thing that is asked of the API server.
    private struct Call: Hashable, CustomStringConvertible {
        let verb: String
        let group: String
        let resource: String
        var description: String { "\(verb) \(resource).\(group)" }
    }

    /// What the table permits, be it in the namespaces that are looked after or where the operator runs.
    private static let permitted: Set<Call> = Set(
        (PermissionTable.rules + PermissionTable.webhookRules).flatMap { rule in
            rule.verbs.map { Call(verb: $0, group: rule.group, resource: rule.resource) }
        }
    )

    /// Someone's certificate authorities; any certificate will do, since the provider is asked by plain http.
    private static let authorities = """
        -----BEGIN CERTIFICATE-----
        MIIBdjCCAR2gAwIBAgIUDcLLlfjVP/RFf5Tn1YO7AGGIK0kwCgYIKoZIzj0EAwIw
        -----END CERTIFICATE-----
        """

    @Test func `a life of grants asks for exactly what the table holds`() async throws {
        try await withWorld { world in
            let asked = Mutex<Set<Call>>([])
            let isFirst = Mutex(true)
            world.server.obey { attempt in
                guard attempt.userAgent.hasPrefix(World.operatorName) else { return nil }
                let resource = attempt.subresource.map { "\(attempt.resource)/\($0)" } ?? attempt.resource
                let call = Call(verb: attempt.verb, group: attempt.group, resource: resource)
                asked.withLock { _ = $0.insert(call) }
                if !Self.permitted.contains(call) { return attempt.forbidden(to: "operator") }
                // Somebody else was faster, as far as the operator can tell; it looks.
                if call.verb == "create", call.resource == "admingrants", isFirst.withLock({ $0.take() }) {
                    return Status(code: 409, reason: "AlreadyExists", message: "admingrants already exists")
                }
                return nil
            }
            try await world.operating {
                $0.election = .init()
                $0.webhook = .init(
                    address: EndpointAddress(host: "127.0.0.1", port: 0),
                    hosts: ["127.0.0.1"],
                    secret: NamespacedName(namespace: "default", name: PermissionTable.webhookSecret)
                )
                // Short enough to be renewed in the time of a test.
                $0.webhook?.certificateLifetime = .seconds(4)
            } _: { _ in
                try await live(in: world)
            }
            let calls = asked.withLock { $0 }
            #expect(calls.subtracting(Self.permitted).isEmpty, "what is asked for and not permitted")
            let idle = Self.permitted.subtracting(calls).filter { call in
                // A watch begins with a list where the server does not stream one; this server does.
                !(call.verb == "list"
                    && calls.contains(Call(verb: "watch", group: call.group, resource: call.resource)))
            }
            #expect(idle.isEmpty, "what is permitted and never asked for")
        }
    }

    @Test func `in ConfigMaps it asks for those, and for nothing that takes a CRD`() async throws {
        let roles = PermissionManifests(
            serviceAccount: NamespacedName(namespace: "default", name: "grantor"),
            namespaces: ["default"],
            source: .configMaps,
            store: .configMaps
        ).objects
        #expect(roles.allSatisfy { $0["metadata"]?["namespace"] == "default" })
        let rules = roles.flatMap { $0["rules"]?.array ?? [] }
        let permitted = Set(
            rules.flatMap { rule in
                (rule["verbs"]?.array ?? []).map { verb in
                    Call(
                        verb: verb.string ?? "",
                        group: rule["apiGroups"]?[0]?.string ?? "?",
                        resource: rule["resources"]?[0]?.string ?? "?"
                    )
                }
            }
        )
        #expect(permitted.isSubset(of: Self.permitted))
        #expect(Set(permitted.map(\.resource)) == ["configmaps", "events", "leases"])
        try await withWorld(manifests: World.namespaces) { world in
            let asked = Mutex<Set<Call>>([])
            world.server.obey { attempt in
                guard attempt.userAgent.hasPrefix(World.operatorName) else { return nil }
                let resource = attempt.subresource.map { "\(attempt.resource)/\($0)" } ?? attempt.resource
                let call = Call(verb: attempt.verb, group: attempt.group, resource: resource)
                asked.withLock { _ = $0.insert(call) }
                return permitted.contains(call) ? nil : attempt.forbidden(to: "operator")
            }
            try await world.operating {
                World.withoutDefinitions(&$0)
                $0.election = .init()
            } _: { _ in
                try await world.hold(["a"])
                try await world.says(ready: "True", "Ready")
                for ids in [["c"], ["a"], ["c"], ["a"]] {
                    try await world.rewrite(try await world.text(ids))
                    try await world.holds(ids)
                }
                try await world.rewrite(World.instance(admin: nil).jsonText)
                try await world.eventually("nothing is left") { try await world.configMaps() == ["app-instance"] }
                try await world.quiet()
            }
            let calls = asked.withLock { $0 }
            #expect(calls.subtracting(permitted).isEmpty, "what is asked for and not permitted")
            let idle = permitted.subtracting(calls).filter { call in
                !(call.verb == "list"
                    && calls.contains(Call(verb: "watch", group: call.group, resource: call.resource)))
            }
            #expect(idle.isEmpty, "what is permitted and never asked for")
        }
    }

    /// Everything that can happen to an AppInstance and its children.
    private func live(in world: World) async throws {
        let endpoint = try await world.provider.realm("main").keysURL
        _ = try await world.client.create(
            .configMaps,
            [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "ca", "namespace": "default"],
                "data": ["ca.pem": .string(Self.authorities)],
            ]
        )
        _ = try await world.client.create(
            .validatingWebhookConfigurations,
            [
                "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
                "metadata": ["name": .string(PermissionTable.webhookConfiguration)],
                "webhooks": [
                    [
                        "name": "appinstance.grantor.dev", "sideEffects": "None", "admissionReviewVersions": ["v1"],
                        "clientConfig": ["url": "https://127.0.0.1:9"], "rules": [],
                    ]
                ],
            ]
        )
        try await world.create(["a"])
        try await world.create(
            World.instance(
                "private",
                admin: World.admin([World.user("b")], endpoint: endpoint),
                egress: [
                    "customCertificates": ["valueFrom": ["configMapKeyRef": ["name": "ca", "key": "ca.pem"]]]
                ]
            )
        )
        try await world.reports("Ready=True/Ready")
        // Others change, and the same two sentences are told again and again.
        for ids in [["c"], ["a"], ["c"], ["a"]] {
            try await world.list(ids)
            try await world.eventually("\(ids) are granted") { try await world.granted().filter { $0 != "b" } == ids }
        }
        let certificate = try await world.get(.secrets, PermissionTable.webhookSecret)?["data"]?["tls.crt"]
        #expect(certificate != nil)
        let grant = try #require(try await world.grants().first { $0["spec"]?["userID"] == "a" })
        let name = try #require(grant["metadata"]?["name"]?.string)
        try await world.merge(.adminGrants, name, ["spec": ["email": "other@example.com"]])
        try await world.merge(.configMaps, "influxdb-admin-keys", ["data": ["jwks.json": "{}"]])
        try await world.eventually("both are put back") {
            let keys = try await world.get(.configMaps, "influxdb-admin-keys")?["data"]?["jwks.json"]?.string ?? ""
            let email = try await world.get(.adminGrants, name)?["spec"]?["email"]
            return keys.count > 2 && email != "other@example.com"
        }
        try await world.eventually("the certificate is renewed, and the API server told") {
            let secret = try await world.get(.secrets, PermissionTable.webhookSecret)
            let configuration = try await world.client.get(
                .validatingWebhookConfigurations,
                NamespacedName(namespace: nil, name: PermissionTable.webhookConfiguration)
            )
            let bundle = configuration?["webhooks"]?[0]?["clientConfig"]?["caBundle"]
            return bundle != nil && secret?["data"]?["tls.crt"] != certificate
        }
        try await world.delete(.appInstances, "private")
        try await world.merge(.appInstances, "influxdb", ["spec": ["package": ["spec": ["admin": .null]]]])
        try await world.eventually("nothing is left") {
            let access = try await world.access("influxdb")
            return try await world.grants().isEmpty && access == nil
        }
        try await world.quiet()
    }
}

extension Bool {
    /// Whether it was true, which it is no more.
    fileprivate mutating func take() -> Bool {
        defer { self = false }
        return self
    }
}
