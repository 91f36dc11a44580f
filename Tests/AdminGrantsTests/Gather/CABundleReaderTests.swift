// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import KeySets
import KubeClient
import KubeController
import KubeCore
import TestKit
import Testing

@testable import AdminGrants

/// CA bundles are read once for each version of their ConfigMap.
struct CABundleReaderTests {
    private static let reference = ConfigMapEntry(name: "ca", key: "ca.pem")
    private static let name = NamespacedName(namespace: "default", name: "ca")

    private func withReader(
        _ body: @Sendable (GrantRig, OperatorStores, CABundleReader, _ gets: Journal<String>) async throws -> Void
    ) async throws {
        try await GrantRig.run { rig in
            let gets = Journal<String>()
            rig.server.obey { attempt in
                if attempt.resource == "configmaps", attempt.verb == "get" { gets.append(attempt.name ?? "") }
                return nil
            }
            let stores = OperatorStores()
            try await body(rig, stores, CABundleReader(client: rig.client, stores: stores), gets)
        }
    }

    /// Writes the ConfigMap, and tells the store of its version as the watch would.
    private func write(_ data: JSONValue, _ rig: GrantRig, _ stores: OperatorStores) async throws {
        let object: JSONValue = ["metadata": ["name": "ca", "namespace": "default"], "data": data]
        let written: JSONValue
        if try await rig.client.get(.configMaps, Self.name) == nil {
            written = try await rig.client.create(.configMaps, object)
        } else {
            written = try await rig.client.update(.configMaps, Self.name, object)
        }
        let observed = try #require(Observed(json: written) { try ConfigMapVersion(json: $0) })
        stores.configMaps.observeWrite(observed)
    }

    private func certificate() throws -> String {
        try #require(try DevAPIServer(configuration: .init(tls: true)).certificateAuthority)
    }

    @Test func `without a reference nothing is read`() async throws {
        try await withReader { _, _, reader, gets in
            let outcome = try await reader.bundle(for: nil, namespace: "default")
            #expect(outcome.ruleInput == .notLooked)
            #expect(outcome.bundle == nil)
            #expect(gets.count == 0)
        }
    }

    @Test func `a ConfigMap that the watch knows nothing of is missing, and is not asked for`() async throws {
        try await withReader { _, _, reader, gets in
            let outcome = try await reader.bundle(for: Self.reference, namespace: "default")
            #expect(outcome.ruleInput == .configMapMissing)
            #expect(gets.count == 0)
        }
    }

    @Test func `a bundle is read once, however often it is needed, and again when it changes`() async throws {
        try await withReader { rig, stores, reader, gets in
            let (one, two) = (try certificate(), try certificate())
            try await write(["ca.pem": .string(one)], rig, stores)
            let before = gets.count
            for _ in 0..<5 {
                let outcome = try await reader.bundle(for: Self.reference, namespace: "default")
                #expect(outcome.ruleInput == .usable)
                #expect(outcome.bundle?.count == 1)
            }
            #expect(gets.count == before + 1)
            let first = try await reader.bundle(for: Self.reference, namespace: "default").bundle
            try await write(["ca.pem": .string(two)], rig, stores)
            let second = try await reader.bundle(for: Self.reference, namespace: "default").bundle
            #expect(first != nil && second != nil && first != second)
        }
    }

    @Test func `an entry that is missing or holds no certificate is told as such`() async throws {
        try await withReader { rig, stores, reader, _ in
            try await write(["other.pem": "x", "more": "y"], rig, stores)
            let missing = try await reader.bundle(for: Self.reference, namespace: "default")
            #expect(missing.ruleInput == .keyMissing(others: ["more", "other.pem"]))
            try await write(["ca.pem": "no certificate"], rig, stores)
            let unreadable = try await reader.bundle(for: Self.reference, namespace: "default")
            #expect(unreadable.ruleInput == .notPEM)
            #expect(unreadable.bundle == nil)
        }
    }

    @Test func `a ConfigMap that vanished between the watch and the read is missing`() async throws {
        try await withReader { rig, stores, reader, _ in
            try await write(["ca.pem": .string(try certificate())], rig, stores)
            try await rig.client.delete(.configMaps, Self.name)
            let outcome = try await reader.bundle(for: Self.reference, namespace: "default")
            #expect(outcome.ruleInput == .configMapMissing)
        }
    }

    @Test func `a ConfigMap of another namespace is another one`() async throws {
        try await withReader { rig, stores, reader, _ in
            try await write(["ca.pem": .string(try certificate())], rig, stores)
            let outcome = try await reader.bundle(for: Self.reference, namespace: "elsewhere")
            #expect(outcome.ruleInput == .configMapMissing)
        }
    }

    @Test func `an API server that refuses is a failure, not a missing bundle`() async throws {
        try await withReader { rig, stores, reader, _ in
            try await write(["ca.pem": .string(try certificate())], rig, stores)
            rig.server.obey { $0.resource == "configmaps" ? $0.forbidden(to: "nobody") : nil }
            let error = await #expect(throws: KubeError.self) {
                try await reader.bundle(for: Self.reference, namespace: "default")
            }
            #expect(error?.code == .forbidden)
        }
    }
}
