// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Testing

@testable import KubeController

/// Several electors in a simulated world, whose clocks differ in offset and speed, whose processes are stopped and go
/// on, and whose requests are slow, lost, or carried out without an answer.
struct ElectionModelTests {
    /// A request under way.
    private struct Request {
        enum Kind {
            case read
            case write(LeaseRecord, version: Int?)
        }

        var kind: Kind
        /// When it was sent, by the clock of who sent it.
        var sent: Duration
        /// When the server carries it out; `nil` once it has, or when it is lost on its way.
        var served: Int?
        /// When the answer is there; `nil` when it is lost.
        var answered: Int?
        /// When who sent it gives up.
        var givenUp: Int
        var answer: Result<Lease?, Refusal> = .success(nil)
    }

    private enum Refusal: Error {
        case conflict
    }

    private struct Node {
        var machine: ElectionStateMachine
        var offset: Duration
        var speed: Double
        var stoppedUntil = 0
        var request: Request?

        func clock(_ tick: Int) -> Duration { offset + .milliseconds(tick * 100) * speed }
    }

    private struct World {
        var random: Generator
        var nodes: [Node]
        var record: LeaseRecord?
        var version = 0
        var terms = 0
        var tick = 0

        /// A small generator with a seed (SplitMix64).
        struct Generator: RandomNumberGenerator {
            var state: UInt64

            mutating func next() -> UInt64 {
                state &+= 0x9E37_79B9_7F4A_7C15
                var z = state
                z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
                z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
                return z ^ (z >> 31)
            }
        }

        init(seed: UInt64, count: Int, renewDeadline: Duration) {
            random = Generator(state: seed)
            nodes = []
            for index in 0..<count {
                let offset = Duration.seconds(Int.random(in: 0...100_000, using: &random))
                let configuration = ElectionConfiguration(identity: "node-\(index)", renewDeadline: renewDeadline)
                nodes.append(
                    Node(
                        machine: ElectionStateMachine(configuration: configuration, now: offset),
                        offset: offset,
                        speed: Double.random(in: 0.92...1.08, using: &random)
                    )
                )
            }
        }

        var leaders: [Int] {
            nodes.indices.filter { nodes[$0].machine.isLeading(now: nodes[$0].clock(tick)) }
        }

        mutating func lease() throws -> Lease? {
            guard let record else { return nil }
            var object = Lease.object(NamespacedName(namespace: "n", name: "l"), record)
            object["metadata"]?["resourceVersion"] = .string(String(version))
            return try Lease(json: object)
        }

        mutating func send(_ kind: Request.Kind, from index: Int) {
            let isLost = Int.random(in: 0..<20, using: &random) == 0
            let isUnanswered = Int.random(in: 0..<20, using: &random) == 0
            let there = Int.random(in: 0...(Int.random(in: 0..<10, using: &random) == 0 ? 60 : 3), using: &random)
            let back = Int.random(in: 0...(Int.random(in: 0..<10, using: &random) == 0 ? 60 : 3), using: &random)
            nodes[index].request = Request(
                kind: kind,
                sent: nodes[index].clock(tick),
                served: isLost ? nil : tick + there,
                answered: isLost || isUnanswered ? nil : tick + there + back,
                givenUp: tick + 50
            )
        }

        /// Carries out what has reached the server, whether who sent it still waits or not.
        mutating func serve() throws {
            for index in nodes.indices {
                guard var request = nodes[index].request, let served = request.served, served <= tick else { continue }
                request.served = nil
                switch request.kind {
                case .read: request.answer = .success(try lease())
                case .write(let written, let expected):
                    if expected == (record == nil ? nil : version) {
                        if record?.holderIdentity != written.holderIdentity { terms += 1 }
                        record = written
                        version += 1
                        request.answer = .success(try lease())
                    } else {
                        request.answer = .failure(.conflict)
                    }
                }
                nodes[index].request = request
            }
        }

        mutating func step(_ index: Int) throws {
            if nodes[index].stoppedUntil > tick { return }
            if Int.random(in: 0..<400, using: &random) == 0 {
                nodes[index].stoppedUntil = tick + Int.random(in: 1...400, using: &random)
                return
            }
            let now = nodes[index].clock(tick)
            _ = nodes[index].machine.expire(now: now)
            guard let request = nodes[index].request else {
                if now >= nodes[index].machine.due { try begin(index, now) }
                return
            }
            if let answered = request.answered, answered <= tick {
                nodes[index].request = nil
                try receive(index, request, now)
            } else if request.givenUp <= tick {
                nodes[index].request = nil
                _ = nodes[index].machine.failed(now: now, jitter: Double.random(in: 0..<1, using: &random))
            }
        }

        private mutating func begin(_ index: Int, _ now: Duration) throws {
            if let (lease, record) = nodes[index].machine.renewal(now: now, date: Date()) {
                send(.write(record, version: Int(lease.resourceVersion)), from: index)
            } else {
                send(.read, from: index)
            }
        }

        private mutating func receive(_ index: Int, _ request: Request, _ now: Duration) throws {
            switch (request.kind, request.answer) {
            case (.read, .success(let lease)):
                _ = nodes[index].machine.observe(lease, now: now, isRead: true)
                switch nodes[index].machine.claim(now: now, date: Date()) {
                case .create(let record): send(.write(record, version: nil), from: index)
                case .update(let lease, let record):
                    send(.write(record, version: Int(lease.resourceVersion)), from: index)
                case .held(let until): _ = nodes[index].machine.lost(until: until, now: now, jitter: 0)
                }
            case (.write, .success(let lease?)):
                _ = nodes[index].machine.won(lease, sent: request.sent, now: now)
            case (.write, _): send(.read, from: index)
            case (.read, .failure): break
            }
        }
    }

    /// Runs a world for half an hour of its time; how many terms there were, for how long somebody led, and when two did.
    private func run(
        seed: UInt64,
        renewDeadline: Duration = .seconds(10)
    ) throws -> (terms: Int, led: Int, overlaps: Int) {
        var world = World(seed: seed, count: 3, renewDeadline: renewDeadline)
        var (led, overlaps) = (0, 0)
        for tick in 0..<18_000 {
            world.tick = tick
            try world.serve()
            for index in world.nodes.indices { try world.step(index) }
            let leaders = world.leaders.count
            if leaders > 0 { led += 1 }
            if leaders > 1 { overlaps += 1 }
        }
        return (world.terms, led, overlaps)
    }

    @Test(arguments: 0..<20)
    func `there are never two leaders, and mostly one`(seed: UInt64) throws {
        let outcome = try run(seed: seed)
        #expect(outcome.overlaps == 0, "seed \(seed)")
        #expect(outcome.terms > 5, "seed \(seed): \(outcome)")
        #expect(outcome.led > 9_000, "seed \(seed): \(outcome)")
    }

    @Test func `the simulation finds two leaders where writing goes on for longer than the lease`() throws {
        let overlaps = try (0..<5).map { try run(seed: $0, renewDeadline: .seconds(25)).overlaps }
        #expect(overlaps.contains { $0 > 0 })
    }
}
