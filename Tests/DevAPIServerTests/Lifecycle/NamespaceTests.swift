// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct NamespaceTests {
    @Test func `a server has the namespaces of every cluster`() async throws {
        let server = TestServer()
        let list = try await server.send(server.request(.list, "namespaces"))
        #expect(list.itemNames == ["default", "kube-node-lease", "kube-public", "kube-system"])
        #expect(list["items"]?[0]?["status"] == ["phase": "Active"])
        let status = try #require(await server.refusal(server.request(.delete, "namespaces", "default")))
        #expect(status.code == 403)
        #expect(status.message == "namespaces \"default\" is forbidden: this namespace may not be deleted")
    }

    @Test func `a namespace goes with all that is in it`() async throws {
        let server = TestServer()
        let namespace = try await server.create("namespaces", "n")
        #expect(namespace["spec"] == ["finalizers": ["kubernetes"]])
        #expect(namespace["metadata"]?["labels"] == ["kubernetes.io/metadata.name": "n"])
        try await server.create("configmaps", "a", namespace: "n")
        try await server.create("secrets", "b", namespace: "n")
        try await server.create("configmaps", "c")
        let marked = try await server.send(server.request(.delete, "namespaces", "n"))
        #expect(marked["status"]?["phase"] == "Terminating")
        let late = server.request(
            .create,
            "configmaps",
            namespace: "n",
            body: server.object("configmaps", "late")
        )
        let status = try #require(await server.refusal(late))
        #expect(status.code == 403)
        #expect(status.causes.first?.reason == "NamespaceTerminating")
        #expect(
            status.message == "configmaps \"late\" is forbidden: unable to create new content in namespace n because "
                + "it is being terminated"
        )
        server.settle()
        #expect(try await server.get("namespaces", "n") == nil)
        #expect(try await server.send(server.request(.list, "configmaps", namespace: nil)).itemNames == ["c"])
        #expect(try await server.send(server.request(.list, "secrets", namespace: nil)).itemNames == [])
        try await server.create("namespaces", "n")
        try await server.create("configmaps", "a", namespace: "n")
    }

    @Test func `a namespace waits for what finalizers hold in it`() async throws {
        let server = TestServer()
        try await server.create("namespaces", "n")
        try await server.create("configmaps", "a", namespace: "n", metadata: ["finalizers": ["example.com/hold"]])
        try await server.send(server.request(.delete, "namespaces", "n"))
        server.settle()
        #expect(try await server.get("namespaces", "n")?["status"]?["phase"] == "Terminating")
        var release = server.patch(.merge, "configmaps", "a", ["metadata": ["finalizers": .null]])
        release.namespace = "n"
        try await server.send(release)
        server.settle()
        #expect(try await server.get("namespaces", "n") == nil)
    }
}
