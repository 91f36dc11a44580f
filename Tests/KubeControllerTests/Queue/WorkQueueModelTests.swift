// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubeController

/// Random interleavings of everything a queue can do, compared with a model that is too simple to be wrong.
struct WorkQueueModelTests {
    /// The queue as sets and a list, with linear searches.
    private struct Model {
        struct Entry {
            var key: Int
            var priority: WorkPriority
        }

        var waiting: [Entry] = []
        var delayed: [Int: (due: Duration, priority: WorkPriority)] = [:]
        var running: [Int: WorkPriority?] = [:]
        var overtaken: [WorkPriority: Int] = [:]

        mutating func add(_ key: Int, _ priority: WorkPriority) {
            var priority = priority
            if let early = delayed.removeValue(forKey: key) { priority = min(priority, early.priority) }
            if let next = running[key] {
                running[key] = .some(next.map { min($0, priority) } ?? priority)
            } else if let index = waiting.firstIndex(where: { $0.key == key }) {
                guard priority < waiting[index].priority else { return }
                waiting.remove(at: index)
                waiting.append(Entry(key: key, priority: priority))
            } else {
                waiting.append(Entry(key: key, priority: priority))
            }
        }

        mutating func add(_ key: Int, _ priority: WorkPriority, due: Duration, now: Duration) {
            if due <= now { return add(key, priority) }
            if waiting.contains(where: { $0.key == key }) { return }
            if let next = running[key], next != nil { return }
            let known = delayed[key]
            delayed[key] = (min(due, known?.due ?? due), min(priority, known?.priority ?? priority))
        }

        mutating func fire(now: Duration) -> Set<Int> {
            let due = delayed.filter { $0.value.due <= now }
            for (key, entry) in due.sorted(by: { $0.value.due < $1.value.due }) {
                delayed[key] = nil
                add(key, entry.priority)
            }
            return Set(due.keys)
        }

        mutating func take() -> Int? {
            let present = Set(waiting.map(\.priority)).sorted()
            guard let urgent = present.first else { return nil }
            let limit = WorkQueueStateMachine<Int>.maximumOvertakes
            let line = present.first { (overtaken[$0] ?? 0) >= limit } ?? urgent
            guard let index = waiting.firstIndex(where: { $0.priority == line }) else { return nil }
            let entry = waiting.remove(at: index)
            overtaken[line] = 0
            for lower in Set(waiting.map(\.priority)) where lower > line { overtaken[lower, default: 0] += 1 }
            running[entry.key] = .some(nil)
            return entry.key
        }

        mutating func done(_ key: Int) {
            guard let next = running.removeValue(forKey: key), let priority = next else { return }
            waiting.append(Entry(key: key, priority: priority))
        }
    }

    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    @Test(arguments: 1...40)
    func `queue and model agree on every step`(seed: Int) {
        var random = Seeded(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        let machine = QueueRig<Int>()
        var model = Model()
        var now = Duration.zero
        var running: [Int] = []
        for _ in 0..<3_000 {
            let key = Int.random(in: 0..<12, using: &random)
            let priority = WorkPriority.allCases.randomElement(using: &random) ?? .change
            switch Int.random(in: 0..<10, using: &random) {
            case 0...3:
                machine.add(key, priority: priority, now: now)
                model.add(key, priority)
            case 4:
                // Distinct times, so that the order of keys that are due together is not in question.
                let due = now + .milliseconds(Int.random(in: 1..<500, using: &random)) + .nanoseconds(running.count)
                if model.delayed.values.contains(where: { $0.due == due }) { continue }
                _ = machine.add(key, priority: priority, due: due, now: now)
                model.add(key, priority, due: due, now: now)
            case 5:
                now += .milliseconds(Int.random(in: 1..<200, using: &random))
                _ = machine.fire(now: now)
                _ = model.fire(now: now)
            case 6...7:
                let taken = machine.take(now: now)?.key
                let expected = model.take()
                #expect(taken == expected)
                if let taken {
                    #expect(!running.contains(taken), "two workers on one key")
                    running.append(taken)
                }
            default:
                guard let index = running.indices.randomElement(using: &random) else { continue }
                let key = running.remove(at: index)
                machine.done(key, now: now)
                model.done(key)
            }
            #expect(machine.readyCount == model.waiting.count)
            #expect(machine.delayedCount == model.delayed.count)
            #expect(machine.inProgressCount == model.running.count)
            #expect(machine.nextDue == model.delayed.values.map(\.due).min())
        }
    }

    @Test(arguments: 1...20)
    func `no change is lost`(seed: Int) {
        var random = Seeded(state: UInt64(seed) &* 0xBF58_476D_1CE4_E5B9)
        let machine = QueueRig<Int>()
        var version: [Int: Int] = [:]
        var seen: [Int: Int] = [:]
        var running: [(key: Int, version: Int)] = []
        for step in 0..<5_000 {
            let key = Int.random(in: 0..<30, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                version[key] = step
                machine.add(key, priority: WorkPriority.allCases.randomElement(using: &random) ?? .change, now: .zero)
            case 1:
                guard running.count < 10, let item = machine.take(now: .zero) else { continue }
                running.append((item.key, version[item.key] ?? -1))
            default:
                guard let index = running.indices.randomElement(using: &random) else { continue }
                let work = running.remove(at: index)
                seen[work.key] = work.version
                machine.done(work.key, now: .zero)
            }
        }
        for work in running {
            seen[work.key] = work.version
            machine.done(work.key, now: .zero)
        }
        while let item = machine.take(now: .zero) {
            seen[item.key] = version[item.key]
            machine.done(item.key, now: .zero)
        }
        #expect(seen == version)
    }
}
