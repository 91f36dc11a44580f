// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

@testable import KubeController

struct WatchedStoreTests {
    @Test func `changes reach the queue with the priority that the objects before and after call for`() async throws {
        let source = ScriptedSource()
        var configuration = WatcherConfiguration()
        configuration.streamsLists = false
        let clock = ManualClock()
        let watcher = Watcher(
            source,
            configuration: configuration,
            clock: clock,
            jitter: { 0 },
            logger: LogCapture().logger
        )
        let queue = WorkQueue<NamespacedName>(name: "q", clock: clock)
        let route = ChangeRoute<String>.to(queue) { change in
            let shrinks = (change.new?.utf8.count ?? 0) < (change.old?.utf8.count ?? 0)
            return [(change.key, change.origin == .list ? .resync : shrinks ? .revocation : .change)]
        }
        let service = WatchedStore(watcher, into: ObjectStore<String>(), routes: [route])
        source.answerList([object("a", "1", "alice bob")], at: "5")
        let watch = source.openWatch()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            try await withDeadline { try await service.store.waitUntilSynced() }
            var items: [String] = []
            for next in [object("a", "6", "alice bob carol"), object("a", "7", "alice")] {
                let item = try #require(try await withDeadline { await queue.next() })
                items.append("\(item.key) \(item.priority.label)")
                queue.done(item.key)
                watch.yield(.applied(next))
            }
            let last = try #require(try await withDeadline { await queue.next() })
            items.append("\(last.key) \(last.priority.label)")
            #expect(items == ["a resync", "a change", "a revocation"])
            #expect(service.store[key("a")] == "alice")
            #expect(service.health.isSynced)
            group.cancelAll()
        }
    }
}
