// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

@testable import DevAPIServer

struct WatchTests {
    @Test func `a watch shows what is there and then what changes`() async throws {
        let server = TestServer()
        try await server.create("configmaps", "a")
        let watch = try await server.watch("configmaps")
        try await server.create("configmaps", "b")
        try await server.send(server.patch(.merge, "configmaps", "a", ["data": ["k": "v"]]))
        try await server.send(server.request(.delete, "configmaps", "b"))
        #expect(try await watch.take(4) == ["ADDED a", "ADDED b", "MODIFIED a", "DELETED b"])
    }

    @Test func `a watch from a resource version shows only what came after`() async throws {
        let server = TestServer()
        let first = try await server.create("configmaps", "a")
        try await server.create("configmaps", "b")
        let watch = try await server.watch("configmaps", ["resourceVersion": first.resourceVersion])
        #expect(try await watch.take(1) == ["ADDED b"])
    }

    @Test func `a waiting watch wakes up for a change`() async throws {
        let server = TestServer()
        let watch = try await server.watch("configmaps")
        async let events = watch.take(1)
        try await server.create("configmaps", "a")
        #expect(try await events == ["ADDED a"])
    }

    @Test func `a line is encoded once for all watchers`() async throws {
        let server = TestServer()
        let one = try await server.watch("configmaps")
        let two = try await server.watch("configmaps")
        try await server.create("configmaps", "a")
        let first = try #require(try await one.next())
        let second = try #require(try await two.next())
        let line = first.line
        #expect(line == second.line)
        line.withUnsafeBufferPointer { left in
            second.line.withUnsafeBufferPointer { right in #expect(left.baseAddress == right.baseAddress) }
        }
        let json = try JSONValue(parsing: line)
        #expect(json["type"] == "ADDED")
        #expect(json["object"]?.name == "a")
        #expect(line.last == UInt8(ascii: "\n"))
    }

    @Test func `objects enter and leave a selection`() async throws {
        let server = TestServer()
        let watch = try await server.watch("configmaps", ["labelSelector": "x=1"])
        try await server.create("configmaps", "a")
        func label(_ value: String) async throws -> JSONValue {
            try await server.send(
                server.patch(.merge, "configmaps", "a", ["metadata": ["labels": ["x": .string(value)]]])
            )
        }
        _ = try await label("1")
        let last = try await label("2")
        #expect(try await watch.take(1) == ["ADDED a"])
        let event = try #require(try await watch.next())
        #expect(event.kind == .deleted)
        // The last state within the selection, at the resource version of the change.
        #expect(event.event.object["metadata"]?["labels"]?["x"] == "1")
        #expect(event.event.object.resourceVersion == last.resourceVersion)
    }

    @Test func `one object can be watched by its name`() async throws {
        let server = TestServer()
        let watch = try await server.watch(
            "configmaps",
            namespace: "default",
            ["fieldSelector": "metadata.name=b"]
        )
        try await server.create("configmaps", "a")
        try await server.create("configmaps", "b")
        try await server.create("configmaps", "b", namespace: "kube-system")
        try await server.send(server.request(.delete, "configmaps", "b"))
        #expect(try await watch.take(2) == ["ADDED b", "DELETED b"])
    }

    @Test func `a streamed list ends with a marked bookmark`() async throws {
        let server = TestServer()
        try await server.create("configmaps", "a")
        try await server.create("configmaps", "b")
        let watch = try await server.watch(
            "configmaps",
            ["sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"]
        )
        #expect(try await watch.take(2) == ["ADDED a", "ADDED b"])
        let end = try #require(try await watch.next())
        #expect(end.kind == .bookmark)
        #expect(end.event.object["metadata"]?["annotations"] == ["k8s.io/initial-events-end": "true"])
        #expect(end.event.object.resourceVersion == String(server.handler.storage.revision))
        #expect(end.event.object["kind"] == "ConfigMap")
        try await server.create("configmaps", "c")
        #expect(try await watch.take(1) == ["ADDED c"])
        let future = server.request(
            .watch,
            "configmaps",
            query: ["sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "resourceVersion": "99999"]
        )
        #expect(await server.refusal(future)?.code == 504)
    }

    @Test func `a forgotten resource version ends the watch with 410`() async throws {
        let server = TestServer { $0.historyCapacity = 3 }
        let first = try await server.create("configmaps", "c0")
        for index in 1...5 { try await server.create("configmaps", "c\(index)") }
        let watch = try await server.watch("configmaps", ["resourceVersion": first.resourceVersion])
        let event = try #require(try await watch.next())
        #expect(event.kind == .error)
        let status = try Status(json: event.event.object)
        #expect(status.code == 410)
        #expect(status.reason == "Expired")
        #expect(status.message.hasPrefix("too old resource version: \(first.resourceVersion) ("))
        #expect(try await watch.next() == nil)
    }

    @Test func `a watcher that falls behind is told so`() async throws {
        let server = TestServer { $0.historyCapacity = 3 }
        let watch = try await server.watch("configmaps")
        try await server.create("configmaps", "a")
        #expect(try await watch.take(1) == ["ADDED a"])
        for index in 1...5 { try await server.create("configmaps", "c\(index)") }
        #expect(try await watch.next()?.kind == .error)
        #expect(try await watch.next() == nil)
    }

    @Test func `forgetting the history reaches a waiting watch`() async throws {
        let server = TestServer()
        let watch = try await server.watch("configmaps")
        async let event = watch.read()?.kind
        while server.handler.storage.waiterCount == 0 { await Task.yield() }
        server.handler.forgetHistory()
        #expect(await event == .error)
    }

    @Test func `an expired watch can be refused with a status`() async throws {
        let server = TestServer { $0.refusesExpiredWatches = true }
        let object = try await server.create("configmaps", "a")
        server.handler.forgetHistory()
        let request = server.request(.watch, "configmaps", query: ["resourceVersion": object.resourceVersion])
        #expect(await server.refusal(request)?.code == 410)
    }

    @Test func `a resource version of an earlier run is expired`() async throws {
        let server = TestServer { $0.firstResourceVersion = 1_000 }
        let watch = try await server.watch("configmaps", ["resourceVersion": "500"])
        #expect(try await watch.next()?.kind == .error)
    }

    @Test func `a cancelled reader ends promptly`() async throws {
        let server = TestServer()
        let watch = try await server.watch("configmaps")
        let ended = try await withDeadline {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask { await watch.read() == nil }
                while server.handler.storage.waiterCount == 0 { await Task.yield() }
                group.cancelAll()
                return await group.next() ?? false
            }
        }
        #expect(ended)
        #expect(server.handler.storage.waiterCount == 0)
    }

    @Test func `closing the watches ends those that run, not those that come`() async throws {
        let server = TestServer()
        let old = try await server.watch("configmaps")
        server.handler.closeWatches()
        #expect(try await old.next() == nil)
        let new = try await server.watch("configmaps")
        try await server.create("configmaps", "a")
        #expect(try await new.take(1) == ["ADDED a"])
    }

    @Test func `bookmarks come while it is quiet and before the end`() async throws {
        let server = TestServer()
        try await withDeadline {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await server.handler.run() }
                defer { group.cancelAll() }
                do {
                    let watch = try await server.watch(
                        "configmaps",
                        ["allowWatchBookmarks": "true", "timeoutSeconds": "90"]
                    )
                    let plain = try await server.watch("configmaps", ["timeoutSeconds": "90"])
                    async let first = watch.read()
                    async let last = plain.read()
                    try await server.clock.sleeper(for: .seconds(60))
                    server.clock.advance(by: .seconds(60))
                    let bookmark = await first
                    #expect(bookmark?.kind == .bookmark)
                    #expect(bookmark?.event.object.resourceVersion == String(server.handler.storage.revision))
                    async let second = watch.read()?.kind
                    try await server.clock.sleeper(for: .seconds(30))
                    server.clock.advance(by: .seconds(30))
                    #expect(await second == .bookmark)
                    #expect(try await watch.next() == nil)
                    #expect(await last == nil)
                } catch {
                    Issue.record(error)
                }
            }
        }
    }

    @Test func `every watch ends when the server stops`() async throws {
        let server = TestServer()
        let watch = try await server.watch("configmaps")
        let ended = try await withDeadline {
            await withTaskGroup(of: Bool.self) { group in
                let reader = Task { await watch.read() == nil }
                group.addTask {
                    await server.handler.run()
                    return true
                }
                while server.handler.storage.waiterCount == 0 { await Task.yield() }
                group.cancelAll()
                return await reader.value
            }
        }
        #expect(ended)
    }

    @Test func `hundreds of watchers miss nothing of a burst`() async throws {
        let server = TestServer()
        try await withDeadline(.seconds(60)) {
            try await withThrowingTaskGroup(of: Int?.self) { group in
                group.addTask {
                    await server.handler.run()
                    return nil
                }
                defer { group.cancelAll() }
                // The server paces wake-ups once it runs; time has to pass for them.
                try await server.create("configmaps", "first")
                for _ in 0..<200 {
                    let watch = try await server.watch("configmaps", ["timeoutSeconds": "3600"])
                    group.addTask {
                        var seen = 0
                        while seen < 51, await watch.read() != nil { seen += 1 }
                        return seen
                    }
                }
                for index in 0..<50 {
                    try await server.create("configmaps", "c\(index)")
                    server.clock.advance(by: .milliseconds(1))
                    await Task.yield()
                }
                var finished = 0
                while finished < 200 {
                    group.addTask {
                        server.clock.advance(by: .milliseconds(20))
                        await Task.yield()
                        return -1
                    }
                    guard let seen = try await group.next() else { break }
                    if let seen, seen >= 0 {
                        #expect(seen == 51)
                        finished += 1
                    }
                }
            }
        }
    }
}
