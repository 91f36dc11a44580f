// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeController
import KubeCore
import Testing

@testable import AdminGrants

/// Which AppInstances are looked at after a change, and how soon.
struct RoutesTests {
    private let stores = OperatorStores()
    private let queue = WorkQueue<NamespacedName>(name: "test")

    private static func name(_ name: String) -> NamespacedName {
        NamespacedName(namespace: "ns", name: name)
    }

    private static func instance(
        _ ids: [String]?,
        uid: String = "u",
        groups: [String: [String]] = [:],
        caBundle: String? = nil
    ) throws -> InstanceRecord {
        let users = ids.map { ids in
            JSONValue.array(
                ids.map { id in
                    .members([
                        "id": .string(id), "userGroups": groups[id].map { .array($0.map(JSONValue.string)) },
                    ])
                }
            )
        }
        let egress = caBundle.map { name -> JSONValue in
            ["customCertificates": ["valueFrom": ["configMapKeyRef": ["name": .string(name), "key": "ca"]]]]
        }
        let spec = JSONValue.members(["admin": users.map { ["users": $0] }, "egress": egress])
        return try InstanceRecord(json: [
            "metadata": ["name": "i", "namespace": "ns", "uid": .string(uid), "generation": 1],
            "spec": ["package": ["spec": spec]],
        ])
    }

    /// What is in the queue, most urgent first.
    private func drain() async -> [String] {
        var found: [String] = []
        while queue.count > 0, let item = await queue.next() {
            found.append("\(item.priority.label) \(item.key.name)")
            queue.done(item.key)
        }
        return found
    }

    @Test func `revocations go before other changes, and both before what was only listed`() async throws {
        let route = stores.instanceRoute(to: queue)
        let one = try Self.instance(["a"])
        let two = try Self.instance(["a", "b"])
        route.deliver(.init(key: Self.name("listed"), old: nil, new: one, origin: .list))
        route.deliver(.init(key: Self.name("added"), old: one, new: two, origin: .watch))
        route.deliver(.init(key: Self.name("new"), old: nil, new: one, origin: .watch))
        route.deliver(.init(key: Self.name("shortened"), old: two, new: one, origin: .watch))
        route.deliver(.init(key: Self.name("gone"), old: one, new: nil, origin: .watch))
        route.deliver(.init(key: Self.name("missed"), old: two, new: one, origin: .list))
        #expect(
            await drain() == [
                "revocation shortened", "revocation gone", "revocation missed", "change added", "change new",
                "resync listed",
            ]
        )
    }

    @Test func `a key that waits becomes more urgent, never less`() async throws {
        let route = stores.instanceRoute(to: queue)
        let one = try Self.instance(["a"])
        let two = try Self.instance(["a", "b"])
        route.deliver(.init(key: Self.name("first"), old: one, new: two, origin: .watch))
        route.deliver(.init(key: Self.name("x"), old: nil, new: two, origin: .list))
        route.deliver(.init(key: Self.name("x"), old: two, new: one, origin: .watch))
        route.deliver(.init(key: Self.name("x"), old: one, new: two, origin: .watch))
        #expect(await drain() == ["revocation x", "change first"])
    }

    @Test func `leaving group Admin is a revocation, and so is the end of the block`() async throws {
        let route = stores.instanceRoute(to: queue)
        let before = try Self.instance(["a", "b"], groups: ["b": ["Admin", "Auditor"]])
        let demoted = try Self.instance(["a", "b"], groups: ["b": ["Auditor"]])
        let regrouped = try Self.instance(["a", "b"], groups: ["b": ["Admin"]])
        route.deliver(.init(key: Self.name("demoted"), old: before, new: demoted, origin: .watch))
        route.deliver(.init(key: Self.name("regrouped"), old: before, new: regrouped, origin: .watch))
        route.deliver(.init(key: Self.name("ended"), old: before, new: try Self.instance(nil), origin: .watch))
        #expect(await drain() == ["revocation demoted", "revocation ended", "change regrouped"])
    }

    @Test func `ids are told apart by their bytes`() async throws {
        let route = stores.instanceRoute(to: queue)
        let composed = try Self.instance(["\u{E9}"])
        let decomposed = try Self.instance(["e\u{301}"])
        route.deliver(.init(key: Self.name("x"), old: composed, new: decomposed, origin: .watch))
        #expect(await drain() == ["revocation x"])
    }

    @Test func `nothing is looked at for a change of nothing`() async throws {
        let instance = try Self.instance(["a"])
        stores.instanceRoute(to: queue).deliver(
            .init(key: Self.name("i"), old: instance, new: instance, origin: .watch)
        )
        let access = try AccessRecord(json: ["metadata": ["name": "i"]])
        stores.accessRoute(to: queue).deliver(.init(key: Self.name("i"), old: access, new: access, origin: .watch))
        let version = ConfigMapVersion(resourceVersion: "1")
        stores.bundleRoute(to: queue).deliver(.init(key: Self.name("ca"), old: version, new: version, origin: .watch))
        #expect(await drain().isEmpty)
        // One that cannot be read any more is looked at: somebody has to be told.
        let failure = DecodingFailure("no")
        stores.instanceRoute(to: queue).deliver(
            .init(key: Self.name("i"), old: instance, new: instance, failure: failure, origin: .watch)
        )
        #expect(await drain() == ["change i"])
    }

    @Test func `a grant concerns the AppInstance that it names, before and after`() async throws {
        func grant(of instance: String) throws -> GrantRecord {
            try GrantRecord(json: [
                "metadata": ["name": "g"], "spec": ["appInstance": ["name": .string(instance)], "userID": "a"],
            ])
        }
        let route = stores.grantRoute(to: queue)
        route.deliver(.init(key: Self.name("g"), old: try grant(of: "one"), new: try grant(of: "two"), origin: .watch))
        #expect(Set(await drain()) == ["change one", "change two"])
        route.deliver(.init(key: Self.name("g"), old: nil, new: try grant(of: "one"), origin: .list))
        #expect(await drain() == ["resync one"])
        route.deliver(.init(key: Self.name("g"), old: try grant(of: "one"), new: nil, origin: .watch))
        #expect(await drain() == ["change one"])
    }

    @Test func `a ConfigMap of keys concerns its AppInstance, and another ConfigMap nobody`() async throws {
        let route = stores.keysRoute(to: queue)
        let record = try KeysConfigMapRecord(json: ["data": ["jwks.json": "{}"]])
        let name = KeysConfigMap.name(appInstance: "influxdb")
        route.deliver(.init(key: Self.name(name), old: nil, new: record, origin: .watch))
        route.deliver(.init(key: Self.name("kube-root-ca.crt"), old: nil, new: record, origin: .watch))
        #expect(await drain() == ["change influxdb"])
    }

    @Test func `a CA bundle concerns the AppInstances that name it, in its namespace alone`() async throws {
        for (key, bundle) in [("one", "ca"), ("two", "ca"), ("three", "other")] {
            stores.instances.observeWrite(
                Observed(key: Self.name(key), resourceVersion: "1", try Self.instance(["a"], caBundle: bundle))
            )
        }
        let route = stores.bundleRoute(to: queue)
        let version = ConfigMapVersion(resourceVersion: "2")
        route.deliver(.init(key: Self.name("ca"), old: nil, new: version, origin: .watch))
        #expect(Set(await drain()) == ["change one", "change two"])
        let elsewhere = NamespacedName(namespace: "other-ns", name: "ca")
        route.deliver(.init(key: elsewhere, old: nil, new: version, origin: .watch))
        #expect(await drain().isEmpty)
    }
}
