// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

@testable import KubeController

struct ObjectStoreTests {
    /// A store of strings, indexed by their first letter.
    private let store = ObjectStore<String>(
        indexes: [ObjectIndex("initial") { _, object in object.first.map { [String($0)] } ?? [] }]
    )

    /// Feeds a list.
    @discardableResult
    private func list(_ items: [Observed<String>], at version: String) -> [String] {
        store.receive(.restarted)
        store.receive(.listed(items))
        return store.receive(.synced(resourceVersion: version)).map(words).sorted()
    }

    private func words(_ change: ObjectChange<String>) -> String {
        let failure = change.failure == nil ? "" : "!"
        return "\(change.key) \(change.old ?? "-")>\(change.new ?? "-")\(failure) \(change.origin)"
    }

    @discardableResult
    private func apply(_ object: Observed<String>) -> [String] {
        store.receive(.applied(object)).map(words)
    }

    @discardableResult
    private func delete(_ name: String, _ version: String) -> [String] {
        store.receive(.deleted(key(name), resourceVersion: version)).map(words)
    }

    // MARK: - Lists

    @Test func `the first list fills the store in one step`() {
        store.receive(.restarted)
        #expect(store.receive(.listed([object("a", "1", "apple"), object("b", "2", "bean")])).isEmpty)
        #expect(store.snapshot.count == 0)
        #expect(!store.isSynced)
        #expect(store.receive(.synced(resourceVersion: "5")).count == 2)
        #expect(store.isSynced)
        #expect(store[key("a")] == "apple")
        #expect(store.snapshot.resourceVersion(of: key("b")) == "2")
    }

    @Test func `a list tells what is new what changed and what vanished and nothing else`() {
        list([object("same", "1", "s"), object("changed", "2", "c"), object("gone", "3", "g")], at: "5")
        let changes = list([object("same", "1", "s"), object("changed", "7", "d"), object("new", "8", "n")], at: "9")
        #expect(changes == ["changed c>d list", "gone g>- list", "new ->n list"])
        #expect(store[key("gone")] == nil)
    }

    @Test func `until a list is complete readers see what was known before`() {
        list([object("a", "1", "apple")], at: "5")
        store.receive(.restarted)
        store.receive(.listed([object("b", "2", "bean")]))
        #expect(store[key("a")] == "apple")
        #expect(store[key("b")] == nil)
        #expect(store.isSynced)
    }

    @Test func `a list that is begun again forgets its first pages`() {
        store.receive(.restarted)
        store.receive(.listed([object("old", "1", "o")]))
        #expect(list([object("new", "2", "n")], at: "5") == ["new ->n list"])
        #expect(store.snapshot.count == 1)
    }

    @Test func `an object that is deleted while it is listed does not come back`() {
        store.receive(.restarted)
        store.receive(.listed([object("a", "1", "apple")]))
        delete("a", "2")
        #expect(store.receive(.synced(resourceVersion: "3")).isEmpty)
        #expect(store[key("a")] == nil)
    }

    @Test func `an end of a list without a beginning changes nothing`() {
        list([object("a", "1", "apple")], at: "5")
        #expect(store.receive(.synced(resourceVersion: "6")).isEmpty)
        #expect(store[key("a")] == "apple")
    }

    // MARK: - Events

    @Test func `events tell the object before and after`() {
        list([object("a", "1", "apple")], at: "5")
        #expect(apply(object("a", "6", "avocado")) == ["a apple>avocado watch"])
        #expect(apply(object("b", "7", "bean")) == ["b ->bean watch"])
        #expect(delete("a", "8") == ["a avocado>- watch"])
        #expect(store.snapshot.keys == [key("b")])
    }

    @Test func `an event that repeats what is known is no change`() {
        list([object("a", "1", "apple")], at: "5")
        #expect(apply(object("a", "1", "apple")).isEmpty)
        #expect(delete("never there", "6").isEmpty)
    }

    // MARK: - Objects that cannot be read

    @Test func `an object that cannot be read any more stays as it was and is reported`() {
        list([object("a", "1", "apple")], at: "5")
        #expect(apply(unreadable("a", "6")) == ["a apple>apple! watch"])
        #expect(store[key("a")] == "apple")
        #expect(store.failure(of: key("a"))?.message.hasPrefix("cannot read a") == true)
        #expect(Array(store.snapshot.undecodable.keys) == [key("a")])
        #expect(apply(unreadable("a", "6")).isEmpty)
    }

    @Test func `an object that can be read again is reported even at the same content`() {
        list([object("a", "1", "apple")], at: "5")
        apply(unreadable("a", "6"))
        #expect(apply(object("a", "7", "apple")) == ["a apple>apple watch"])
        #expect(store.failure(of: key("a")) == nil)
    }

    @Test func `an object that never could be read is known by name`() {
        #expect(list([unreadable("a", "1")], at: "5") == ["a ->-! list"])
        #expect(store[key("a")] == nil)
        #expect(store.snapshot.undecodable[key("a")] != nil)
        #expect(list([unreadable("a", "1")], at: "6").isEmpty)
        #expect(delete("a", "7") == ["a ->- watch"])
        #expect(store.snapshot.undecodable.isEmpty)
    }

    @Test func `an unreadable object that vanished is reported`() {
        list([unreadable("a", "1")], at: "5")
        #expect(list([], at: "6") == ["a ->- list"])
        #expect(store.snapshot.undecodable.isEmpty)
    }

    // MARK: - Indexes

    @Test func `objects are found by their index through every change`() {
        list([object("1", "1", "apple"), object("2", "1", "avocado"), object("3", "1", "bean")], at: "5")
        #expect(Set(store.keys(in: "initial", under: "a")) == [key("1"), key("2")])
        apply(object("1", "6", "cherry"))
        #expect(store.keys(in: "initial", under: "a") == [key("2")])
        #expect(store.objects(in: "initial", under: "c").map(\.object) == ["cherry"])
        delete("2", "7")
        #expect(store.keys(in: "initial", under: "a").isEmpty)
        list([object("3", "9", "date")], at: "10")
        #expect(store.keys(in: "initial", under: "b").isEmpty)
        #expect(store.keys(in: "initial", under: "c").isEmpty)
        #expect(store.keys(in: "initial", under: "d") == [key("3")])
        #expect(store.keys(in: "no such index", under: "d").isEmpty)
    }

    // MARK: - Snapshots

    @Test func `a snapshot does not change`() {
        list([object("a", "1", "apple")], at: "5")
        let snapshot = store.snapshot
        apply(object("a", "6", "cherry"))
        delete("a", "7")
        #expect(snapshot[key("a")] == "apple")
        #expect(snapshot.keys(in: "initial", under: "a") == [key("a")])
        var seen: [String] = []
        snapshot.forEach { seen.append($1) }
        #expect(seen == ["apple"])
    }

    // MARK: - Own writes

    @Test func `an own write shows at once and its event is no change`() {
        list([object("a", "1", "apple")], at: "5")
        store.observeWrite(object("a", "6", "avocado"))
        #expect(store[key("a")] == "avocado")
        #expect(store.keys(in: "initial", under: "a") == [key("a")])
        #expect(apply(object("a", "6", "avocado")).isEmpty)
        #expect(apply(object("a", "7", "bean")) == ["a avocado>bean watch"])
    }

    @Test func `an own create shows at once`() {
        list([], at: "5")
        store.observeWrite(object("a", "6", "apple"))
        #expect(store[key("a")] == "apple")
        #expect(apply(object("a", "6", "apple")).isEmpty)
    }

    @Test func `events from before an own write do not take it back`() {
        list([object("a", "1", "apple")], at: "5")
        store.observeWrite(object("a", "8", "mine"))
        #expect(apply(object("a", "7", "theirs")).isEmpty)
        #expect(store[key("a")] == "mine")
        #expect(apply(object("a", "9", "later")) == ["a mine>later watch"])
    }

    @Test func `the late end of an earlier incarnation does not take a create back`() {
        list([object("a", "1", "first")], at: "5")
        store.observeWrite(object("a", "8", "second"))
        #expect(delete("a", "7").isEmpty)
        #expect(store[key("a")] == "second")
        #expect(delete("a", "9") == ["a second>- watch"])
    }

    @Test func `a late answer does not undo what the watch has shown`() {
        list([object("a", "9", "newer")], at: "9")
        store.observeWrite(object("a", "8", "older"))
        #expect(store[key("a")] == "newer")
    }

    @Test func `a late answer to a create does not bring a deleted object back`() {
        list([], at: "5")
        apply(object("a", "6", "apple"))
        delete("a", "7")
        store.observeWrite(object("a", "6", "apple"))
        #expect(store[key("a")] == nil)
    }

    @Test func `a list from before an own write keeps it`() {
        list([], at: "5")
        store.observeWrite(object("a", "8", "apple"))
        #expect(list([], at: "7").isEmpty)
        #expect(store[key("a")] == "apple")
        #expect(apply(object("a", "8", "apple")).isEmpty)
    }

    @Test func `a list from after an own write decides`() {
        list([], at: "5")
        store.observeWrite(object("a", "8", "apple"))
        #expect(list([], at: "9") == ["a apple>- list"])
        #expect(store[key("a")] == nil)
    }

    @Test func `the later of two own writes stays`() {
        list([object("a", "1", "one")], at: "5")
        store.observeWrite(object("a", "8", "eight"))
        store.observeWrite(object("a", "7", "seven"))
        #expect(store[key("a")] == "eight")
        store.observeWrite(object("a", "9", "nine"))
        #expect(apply(object("a", "8", "eight")).isEmpty)
        #expect(store[key("a")] == "nine")
    }

    @Test func `versions that are no numbers are only believed when equal`() {
        list([object("a", "x1", "one")], at: "x5")
        store.observeWrite(object("a", "x8", "eight"))
        #expect(store[key("a")] == "one")
        store.observeWrite(object("b", "y1", "bean"))
        #expect(store[key("b")] == "bean")
        #expect(apply(object("b", "y1", "bean")).isEmpty)
        #expect(apply(object("b", "y2", "berry")) == ["b bean>berry watch"])
    }

    @Test func `a write that the watch never shows is given up`() {
        list([], at: "x5")
        store.observeWrite(object("a", "y1", "mine"))
        for index in 0..<15 { #expect(apply(object("a", "z\(index)", "theirs")).isEmpty) }
        #expect(apply(object("a", "z15", "theirs")) == ["a mine>theirs watch"])
    }

    // MARK: - Readiness

    @Test func `waiting ends when the store is synced`() async throws {
        let store = ObjectStore<String>()
        let ready = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await store.waitUntilSynced()
                ready.open()
            }
            store.receive(.restarted)
            for _ in 0..<20 { await Task.yield() }
            #expect(!ready.isOpen)
            store.receive(.synced(resourceVersion: "1"))
            try await ready.wait()
            try await group.waitForAll()
        }
        try await withDeadline { try await store.waitUntilSynced() }
    }

    @Test func `waiting ends when it is cancelled`() async throws {
        let store = ObjectStore<String>()
        let cancelled = Journal<Bool>()
        try await withDeadline {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        try await store.waitUntilSynced()
                        cancelled.append(false)
                    } catch {
                        cancelled.append(error is CancellationError)
                    }
                }
                group.cancelAll()
            }
        }
        #expect(cancelled.entries == [true])
    }
}
