// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import FoundationEssentials
import KubeClient
import KubeCore
import Logging
import MetricsTestKit
import OperatorCore
import TestKit
import Testing

/// Unlucky moments: somebody is faster, or what is known is old.
struct RaceTests {
    @Test func `a revocation overtakes everything that waits`() async throws {
        try await withWorld { world in
            let names = (0..<12).map { "busy-\($0)" }
            for name in names { try await world.create(["a"], name) }
            try await world.create(["keep", "leaver"], "urgent")
            try await world.create(["a"], "first")
            let gate = Gate()
            let writes = Journal<String>()
            let metrics = TestMetrics()
            try await world.operating({ $0.workers = 1 }, metrics: metrics) { _ in
                for name in names + ["urgent", "first"] { try await world.reports("Ready=True/Ready", of: name) }
                let leaver = try #require(
                    try await world.grants().first { $0["spec"]?["userID"] == "leaver" }?["metadata"]?["name"]?.string
                )
                try await world.quiet()
                let entered = Gate()
                world.server.obey { attempt in
                    guard attempt.resource == "admingrants", attempt.userAgent == World.operatorName,
                        ["create", "delete"].contains(attempt.verb)
                    else { return nil }
                    writes.append(attempt.name ?? attempt.verb)
                    entered.open()
                    try? await gate.wait()
                    return nil
                }
                // The one worker is kept in the midst of this while the others line up behind it.
                try await world.list(["a", "b"], "first")
                try await entered.wait()
                for name in names { try await world.list(["a", "b"], name) }
                try await world.list(["keep"], "urgent")
                let labels = [("name", "appinstance"), ("controller", "appinstance"), ("priority", "revocation")]
                let depth = try metrics.expectMeter("workqueue_depth", labels)
                try await world.eventually("the revocation is in line") { depth.lastValue == 1 }
                gate.open()
                try await writes.wait(count: names.count + 2)
                #expect(writes.entries.prefix(2) == ["create", leaver], "\(writes.entries)")
                try await world.eventually("everybody is granted") {
                    try await world.granted().count == 2 * (names.count + 1) + 1
                }
            }
        }
    }

    @Test func `children that somebody made a moment before are taken over without a repetition`() async throws {
        try await withWorld { world in
            let done = Gate()
            world.server.obey { attempt in
                // Just before the operator makes the AdminAccess a user makes one with a spec of its own.
                guard attempt.resource == "adminaccesses", attempt.verb == "create",
                    attempt.userAgent == World.operatorName, !done.isOpen
                else { return nil }
                done.open()
                let access: JSONValue = [
                    "apiVersion": "grantor.dev/v1alpha1", "kind": "AdminAccess",
                    "metadata": ["name": "influxdb", "namespace": "default"],
                    "spec": ["issuer": "https://issuer.example.com"],
                ]
                return await world.insert(.adminAccesses, access)
            }
            try await world.operating { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                #expect(done.isOpen)
                let status = try #require(try await world.access()?["status"])
                #expect(status["issuer"]?["source"] == "Declared")
                try await world.quiet()
                #expect(try await world.events().count { $0.contains("access to") } == 1)
                #expect(world.logs.lines(at: .error).isEmpty)
            }
        }
    }

    @Test func `what a user sets while the status is written is heeded, though the watch has nothing new to tell`()
        async throws
    {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                try await world.quiet()
                let (watches, done) = (Gate(), Gate())
                world.server.obey { attempt in
                    guard attempt.resource == "adminaccesses", attempt.userAgent == World.operatorName else {
                        return nil
                    }
                    // The operator hears of what the user does from the answer to its own write alone.
                    if ["watch", "list"].contains(attempt.verb) { try? await watches.wait() }
                    guard attempt.verb == "patch", attempt.subresource == "status", !done.isOpen else { return nil }
                    done.open()
                    let spec: JSONValue = ["spec": ["issuer": "https://issuer.example.com"]]
                    do {
                        try await world.merge(.adminAccesses, "influxdb", spec)
                        return nil
                    } catch {
                        return Status(code: 500, reason: "", message: "cannot play the race: \(error)")
                    }
                }
                world.server.closeWatches()
                try await world.list(["a", "b"])
                try await done.wait()
                try await world.eventually("the issuer is that of the user") {
                    try await world.access()?["status"]?["issuer"]?["source"] == "Declared"
                }
                watches.open()
                #expect(try await world.granted() == ["a", "b"])
                #expect(world.logs.lines(at: .error).isEmpty)
            }
        }
    }

    @Test func `ids in an Event stand in a fixed order, whatever order the writes end in`() async throws {
        try await withWorld { world in
            let count = Journal<Int>()
            world.server.obey { attempt in
                guard attempt.resource == "admingrants", attempt.verb == "create" else { return nil }
                count.append(count.count)
                // The first ones end last.
                try? await Task.sleep(for: .milliseconds(max(0, 60 - 10 * count.count)))
                return nil
            }
            try await world.operating { _ in
                try await world.create(["delta", "alpha", "echo", "bravo", "charlie"])
                try await world.reports("Ready=True/Ready")
                try await world.quiet()
                let told = try await world.events()
                #expect(
                    told.contains(
                        "Normal Granted granted administrative access to alpha, bravo, charlie, delta, echo"
                    ),
                    "\(told)"
                )
            }
        }
    }

    @Test func `an API server that lost its objects gets no grant of an AppInstance that is gone`() async throws {
        try await withWorld { world in
            let first = try DevAPIServer(configuration: .init(manifests: World.manifests))
            let (port, url) = try await withService(first) {
                (try await first.address.port, try await first.address.url)
            }
            let kubernetes = KubeConfiguration(server: url)
            try await withTestClient(kubernetes) { client in
                let moved = World(
                    server: first,
                    provider: world.provider,
                    client: client,
                    logs: world.logs,
                    kubernetes: kubernetes
                )
                try await moved.operating { _ in
                    let second = try DevAPIServer(configuration: .init(port: port, manifests: World.manifests))
                    try await withService(second) {
                        _ = try await second.address
                        try await moved.create(["a", "b"])
                        try await moved.reports("Ready=True/Ready", within: .seconds(60))
                        try await moved.quiet()
                    }
                    // The third knows nothing of the AppInstance, and is slow to say so: its list comes last.
                    let third = try DevAPIServer(configuration: .init(port: port, manifests: World.manifests))
                    let (writes, gate, grantsRead) = (Journal<String>(), Gate(), Gate())
                    third.obey { attempt in
                        guard attempt.userAgent == World.operatorName else { return nil }
                        if !["get", "list", "watch"].contains(attempt.verb) {
                            writes.append("\(attempt.verb) \(attempt.resource) \(attempt.name ?? "")")
                        }
                        if attempt.resource == "admingrants", attempt.verb == "watch" { grantsRead.open() }
                        if attempt.resource == "appinstances", attempt.verb != "get" { try? await gate.wait() }
                        return nil
                    }
                    try await withService(third) {
                        _ = try await third.address
                        try await grantsRead.wait(within: .seconds(60))
                        // What is missing has been heard of by now, and may have been acted upon.
                        try await moved.quiet(for: .seconds(2))
                        #expect(writes.entries.filter { !$0.contains("events") } == [])
                        gate.open()
                        try await moved.quiet(for: .seconds(1))
                        #expect(writes.entries.filter { !$0.contains("events") } == [])
                        try await moved.create(["c"])
                        try await moved.eventually("the new one is granted", within: .seconds(60)) {
                            try await moved.granted() == ["c"]
                        }
                        try await moved.reports("Ready=True/Ready", within: .seconds(60))
                    }
                }
            }
        }
    }

    @Test func `a grant that somebody deletes costs one look at the AppInstance, and is made again`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a", "b"])
                try await world.reports("Ready=True/Ready")
                let looks = Journal<String>()
                world.server.obey { attempt in
                    if attempt.resource == "appinstances", attempt.verb == "get" { looks.append(attempt.verb) }
                    return nil
                }
                let name = try #require(try await world.grants().first?["metadata"]?["name"]?.string)
                try await world.delete(.adminGrants, name)
                try await world.eventually("the grant is made again") { try await world.granted() == ["a", "b"] }
                try await world.quiet()
                #expect((1...2).contains(looks.count))
                // A change of the spec costs none.
                let before = looks.count
                try await world.list(["a", "b", "c"])
                try await world.eventually("c is granted") { try await world.granted() == ["a", "b", "c"] }
                try await world.quiet()
                #expect(looks.count == before)
            }
        }
    }
}
