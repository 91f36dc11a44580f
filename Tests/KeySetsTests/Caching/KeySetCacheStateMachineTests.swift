// Grantor
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KubeCore
import Testing

@testable import KeySets

/// What the cache decides, step by step; no clock runs.
struct KeySetCacheStateMachineTests {
    typealias Machine = KeySetCache.StateMachine

    let endpoint = Endpoint(url: "https://idp.example/keys")
    let consumer = NamespacedName(namespace: "a", name: "influxdb")
    let date = Date(timeIntervalSince1970: 0)

    private func machine(_ change: (inout KeySetCache.Configuration) -> Void = { _ in }) -> Machine {
        var configuration = KeySetCache.Configuration()
        change(&configuration)
        return Machine(configuration: configuration)
    }

    private func loaded(
        _ fetched: FetchedKeySet,
        bounds: KeySetBounds = KeySetBounds(),
        at now: Duration = .zero
    ) throws -> Machine {
        var machine = machine()
        _ = machine.register(consumer, endpoint: endpoint, bounds: bounds, at: now)
        try fetch(&machine, .success(fetched), at: now)
        return machine
    }

    @discardableResult
    private func fetch(
        _ machine: inout Machine,
        _ result: Result<FetchedKeySet, KeySetError>,
        at now: Duration,
        jitter: Double = 0
    ) throws -> Machine.Completion {
        let step = machine.step(at: now)
        let flight = try #require(step.flights.first)
        return machine.complete(flight, result, at: now, date: date, jitter: jitter)
    }

    private func kids(_ snapshot: KeySetSnapshot) -> [String] {
        snapshot.verificationKeys.compactMap { $0.kid?.text }.sorted()
    }

    // MARK: - Lifetime

    @Test(
        arguments: [
            (nil, 240), (Duration.seconds(0), 48), (.seconds(15), 48), (.seconds(100), 80), (.seconds(86_400), 240),
        ] as [(Duration?, Int64)]
    )
    func `a set is refreshed after 80 % of its lifetime, within the bounds`(maxAge: Duration?, seconds: Int64) throws {
        var machine = try loaded(SampleKeys.fetched("a", maxAge: maxAge))
        let result1 = machine.step(at: .zero)
        #expect(result1.wake == .seconds(seconds))
        let result2 = machine.step(at: .seconds(seconds) - .milliseconds(1))
        #expect(result2.flights.isEmpty)
        let result3 = machine.step(at: .seconds(seconds))
        #expect(result3.flights.count == 1)
    }

    @Test func `jitter only makes a refresh earlier`() throws {
        var machine = machine()
        _ = machine.register(consumer, endpoint: endpoint, bounds: KeySetBounds(), at: .zero)
        try fetch(&machine, .success(SampleKeys.fetched("a")), at: .zero, jitter: 1)
        let result4 = machine.step(at: .zero)
        #expect(result4.wake == .seconds(210))
    }

    @Test func `the strictest bounds of all consumers count, and move the refresh`() throws {
        var machine = try loaded(SampleKeys.fetched("a"))
        let other = NamespacedName(namespace: "b", name: "influxdb")
        _ = machine.register(other, endpoint: endpoint, bounds: KeySetBounds(maxAge: .seconds(100)), at: .zero)
        let result5 = machine.step(at: .zero)
        #expect(result5.wake == .seconds(80))
        _ = machine.unregister(other, at: .zero)
        let result6 = machine.step(at: .zero)
        #expect(result6.wake == .seconds(240))
        #expect(machine.consumers(of: endpoint) == [consumer])
    }

    @Test func `registering again changes nothing`() throws {
        var machine = try loaded(SampleKeys.fetched("a"))
        let result7 = machine.register(consumer, endpoint: endpoint, bounds: KeySetBounds(), at: .seconds(1))
        #expect(!result7)
        let result8 = machine.step(at: .seconds(1))
        #expect(result8.flights.isEmpty)
    }

    // MARK: - Failures

    @Test func `failures before any set retry from one second to thirty`() throws {
        var machine = machine()
        _ = machine.register(consumer, endpoint: endpoint, bounds: KeySetBounds(), at: .zero)
        var now = Duration.zero
        for pause in [1, 2, 4, 8, 16, 30, 30] as [Int64] {
            try fetch(&machine, .failure(SampleKeys.failure()), at: now)
            let step = machine.step(at: now)
            let wake = try #require(step.wake)
            #expect(wake == now + .seconds(pause))
            now = wake
        }
        #expect(machine.snapshot(of: endpoint, at: now).availability == .unavailable)
    }

    @Test func `failures after a set retry up to five minutes, and the set serves until it is too old`() throws {
        let bounds = KeySetBounds(maxStale: .seconds(2000))
        var machine = try loaded(SampleKeys.fetched("a"), bounds: bounds)
        var now = Duration.seconds(240)
        var pauses: [Duration] = []
        while now < .seconds(1900) {
            try fetch(&machine, .failure(SampleKeys.failure()), at: now)
            #expect(machine.snapshot(of: endpoint, at: now).availability == .stale)
            let step = machine.step(at: now)
            let wake = try #require(step.wake)
            pauses.append(wake - now)
            now = wake
        }
        let expected: [Duration] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300].map { .seconds($0) }
        #expect(Array(pauses.prefix(10)) == expected)
        #expect(kids(machine.snapshot(of: endpoint, at: .seconds(1999))) == ["a"])
        let expired = machine.snapshot(of: endpoint, at: .seconds(2000))
        #expect(expired.availability == .unavailable)
        #expect(expired.keySet == nil && expired.verificationKeys.isEmpty)
        let result9 = machine.step(at: .seconds(2000))
        #expect(result9.changed == [endpoint])
        let result10 = machine.step(at: .seconds(2000))
        #expect(result10.changed == [])
    }

    @Test func `a failure that cannot heal is not tried again`() throws {
        var machine = machine()
        _ = machine.register(consumer, endpoint: endpoint, bounds: KeySetBounds(), at: .zero)
        try fetch(&machine, .failure(SampleKeys.failure(.invalidURL)), at: .zero)
        let result11 = machine.step(at: .seconds(1_000_000))
        #expect(result11.flights.isEmpty)
    }

    @Test func `a failure that an answer led to is tried again, because the next answer may be another`() throws {
        var machine = machine()
        _ = machine.register(consumer, endpoint: endpoint, bounds: KeySetBounds(), at: .zero)
        try fetch(&machine, .failure(SampleKeys.failure(.invalidURL).followingAnswer), at: .zero)
        #expect(machine.snapshot(of: endpoint, at: .zero).failure?.code == .invalidURL)
        try fetch(&machine, .success(SampleKeys.fetched("a")), at: .seconds(1))
        #expect(machine.snapshot(of: endpoint, at: .seconds(1)).availability == .fresh)
    }

    @Test func `jitter only makes a retry earlier`() throws {
        var machine = machine()
        _ = machine.register(consumer, endpoint: endpoint, bounds: KeySetBounds(), at: .zero)
        try fetch(&machine, .failure(SampleKeys.failure()), at: .zero, jitter: 1)
        let result12 = machine.step(at: .zero)
        #expect(result12.wake == .milliseconds(800))
    }

    // MARK: - Keys that come and go

    @Test func `a key that vanished verifies until maxAge since it was last seen, and no longer`() throws {
        var machine = try loaded(SampleKeys.fetched("a", "b"))
        try fetch(&machine, .success(SampleKeys.fetched("b")), at: .seconds(240))
        let snapshot = machine.snapshot(of: endpoint, at: .seconds(299))
        #expect(snapshot.keySet?.keys.map(\.kid) == ["b"])
        #expect(snapshot.retained.map(\.kid) == ["a"])
        #expect(snapshot.verificationKeys(withID: "a").count == 1)
        #expect(kids(machine.snapshot(of: endpoint, at: .seconds(300))) == ["b"])
    }

    @Test func `a key that comes back is an ordinary key again`() throws {
        var machine = try loaded(SampleKeys.fetched("a", "b"))
        try fetch(&machine, .success(SampleKeys.fetched("b")), at: .seconds(240))
        try fetch(&machine, .success(SampleKeys.fetched("a", "b")), at: .seconds(480))
        let snapshot = machine.snapshot(of: endpoint, at: .seconds(481))
        #expect(snapshot.retained.isEmpty)
        #expect(kids(snapshot) == ["a", "b"])
    }

    @Test func `a key that the new document shows to be unfit is not kept`() throws {
        var machine = try loaded(SampleKeys.fetched("a", "b"))
        let exposed = IgnoredKey(kid: "a", reason: .privateKeyExposed)
        try fetch(&machine, .success(SampleKeys.fetched("b", ignored: [exposed])), at: .seconds(240))
        #expect(kids(machine.snapshot(of: endpoint, at: .seconds(240))) == ["b"])
    }

    @Test func `a refused document takes away only the keys that it exposes`() throws {
        var machine = try loaded(SampleKeys.fetched("a", "b"))
        let exposed = IgnoredKey(kid: "a", reason: .privateKeyExposed)
        let other = IgnoredKey(kid: "b", reason: .malformed)
        let failure = SampleKeys.failure(.noUsableKey, ignored: [exposed, other])
        try fetch(&machine, .failure(failure), at: .seconds(240))
        #expect(kids(machine.snapshot(of: endpoint, at: .seconds(240))) == ["b"])
    }

    @Test func `a failure never replaces a good set`() throws {
        var machine = try loaded(SampleKeys.fetched("a"))
        for code in KeySetError.Code.allCases where !SampleKeys.failure(code).isPermanent {
            let step = machine.step(at: .zero)
            let now = try #require(step.wake)
            try fetch(&machine, .failure(SampleKeys.failure(code)), at: now)
            #expect(kids(machine.snapshot(of: endpoint, at: now)) == ["a"])
        }
    }

    // MARK: - Unknown key ids

    @Test func `unknown key ids lead to one fetch per cool-down, whoever asks`() throws {
        var machine = try loaded(SampleKeys.fetched("a"))
        guard case .wait = machine.refresh(endpoint, unknownKeyID: "x", as: 1, at: .seconds(1)) else {
            Issue.record("did not wait")
            return
        }
        // Joins the fetch that is queued, and the one that is in flight.
        guard case .wait = machine.refresh(endpoint, unknownKeyID: "y", as: 2, at: .seconds(1)) else {
            Issue.record("did not join")
            return
        }
        let completion = try fetch(&machine, .success(SampleKeys.fetched("a")), at: .seconds(1))
        #expect(completion.waiters == [1, 2])
        for number in 3..<10_000 {
            guard
                case .answer = machine.refresh(endpoint, unknownKeyID: KeyID("\(number)"), as: number, at: .seconds(30))
            else {
                Issue.record("asked for a fetch within the cool-down")
                return
            }
        }
        let result13 = machine.step(at: .seconds(30))
        #expect(result13.flights.isEmpty)
        guard case .wait = machine.refresh(endpoint, unknownKeyID: "z", as: 10_000, at: .seconds(31)) else {
            Issue.record("did not ask again after the cool-down")
            return
        }
        let result14 = machine.step(at: .seconds(31))
        #expect(result14.flights.count == 1)
    }

    @Test func `a known key id asks for nothing`() throws {
        var machine = try loaded(SampleKeys.fetched("a"))
        guard case .answer = machine.refresh(endpoint, unknownKeyID: "a", as: 1, at: .seconds(1)) else {
            Issue.record("waited for a key that is there")
            return
        }
        let result15 = machine.step(at: .seconds(1))
        #expect(result15.flights.isEmpty)
    }

    // MARK: - Many endpoints

    private func endpoints(_ count: Int) -> [Endpoint] {
        (0..<count).map { Endpoint(url: "https://\($0).example/keys") }
    }

    private func register(_ endpoints: [Endpoint], _ machine: inout Machine) {
        for (index, endpoint) in endpoints.enumerated() {
            let name = NamespacedName(namespace: "n", name: "\(index)")
            _ = machine.register(name, endpoint: endpoint, bounds: KeySetBounds(), at: .zero)
        }
    }

    @Test func `two consumers of one endpoint cause one fetch`() {
        var machine = machine()
        register([endpoint, endpoint, endpoint], &machine)
        let result16 = machine.step(at: .zero)
        #expect(result16.flights.count == 1)
        let result17 = machine.step(at: .zero)
        #expect(result17.flights.isEmpty)
    }

    @Test func `only so many fetches run at one time, and each end makes room`() throws {
        var machine = machine { $0.maximumFetches = 4 }
        register(endpoints(10), &machine)
        let flights = machine.step(at: .zero).flights
        #expect(flights.count == 4)
        let first = try #require(flights.first)
        _ = machine.complete(first, .success(SampleKeys.fetched("a")), at: .zero, date: date, jitter: 0)
        let result18 = machine.step(at: .zero)
        #expect(result18.flights.map(\.endpoint.url) == ["https://4.example/keys"])
    }

    @Test func `endpoints that hang and fail never take all places`() throws {
        var machine = machine { $0.maximumFetches = 4 }
        register(endpoints(8), &machine)
        var now = Duration.zero
        var failed = 0
        while failed < 8 {
            for flight in machine.step(at: now).flights {
                _ = machine.complete(flight, .failure(SampleKeys.failure()), at: now, date: date, jitter: 0)
                failed += 1
            }
        }
        now = .seconds(1)
        let result19 = machine.step(at: now)
        #expect(result19.flights.count == 2)
        _ = machine.register(consumer, endpoint: endpoint, bounds: KeySetBounds(), at: now)
        let result20 = machine.step(at: now)
        #expect(result20.flights.map(\.endpoint) == [endpoint])
    }

    // MARK: - Interest that ends

    @Test func `an endpoint is forgotten a while after its last consumer left`() throws {
        var machine = try loaded(SampleKeys.fetched("a"))
        _ = machine.unregister(consumer, at: .seconds(200))
        let result21 = machine.step(at: .seconds(259))
        #expect(result21.flights.isEmpty)
        #expect(kids(machine.snapshot(of: endpoint, at: .seconds(259))) == ["a"])
        let result22 = machine.step(at: .seconds(260))
        #expect(result22.wake == nil)
        #expect(machine.snapshot(of: endpoint, at: .seconds(260)).availability == .pending)
    }

    @Test func `a consumer that comes back in time finds its keys and no fetch`() throws {
        var machine = try loaded(SampleKeys.fetched("a"))
        _ = machine.unregister(consumer, at: .seconds(100))
        _ = machine.register(consumer, endpoint: endpoint, bounds: KeySetBounds(), at: .seconds(120))
        let result23 = machine.step(at: .seconds(160))
        #expect(result23.flights.isEmpty)
        let result24 = machine.step(at: .seconds(240))
        #expect(result24.flights.count == 1)
    }

    @Test func `a consumer that moves leaves its former endpoint`() throws {
        var machine = try loaded(SampleKeys.fetched("a"))
        let other = Endpoint(url: "https://other.example/keys")
        _ = machine.register(consumer, endpoint: other, bounds: KeySetBounds(), at: .seconds(1))
        #expect(machine.consumers(of: endpoint).isEmpty)
        #expect(machine.consumers(of: other) == [consumer])
        let result25 = machine.step(at: .seconds(1))
        #expect(result25.flights.map(\.endpoint) == [other])
    }

    @Test func `those who wait for an endpoint that nobody wants any more are let go`() {
        var machine = machine()
        _ = machine.register(consumer, endpoint: endpoint, bounds: KeySetBounds(), at: .zero)
        guard case .wait = machine.wait(for: endpoint, as: 7, at: .zero) else {
            Issue.record("did not wait")
            return
        }
        _ = machine.unregister(consumer, at: .zero)
        let result26 = machine.takeStranded()
        #expect(result26 == [7])
        let result27 = machine.takeStranded()
        #expect(result27.isEmpty)
    }

    // MARK: - Stored keys

    @Test func `stored keys serve until a fetch, and vanish by the same rule`() throws {
        var machine = machine()
        _ = machine.register(consumer, endpoint: endpoint, bounds: KeySetBounds(), at: .zero)
        let stored = SampleKeys.fetched("old", "a")
        let result28 = machine.seed(endpoint, stored, lastGood: date, seenAt: .seconds(-200), at: .zero)
        #expect(result28)
        #expect(machine.snapshot(of: endpoint, at: .zero).availability == .seeded)
        let step = machine.step(at: .zero)
        let flight = try #require(step.flights.first)
        #expect(flight.previous == nil)
        _ = machine.complete(flight, .success(SampleKeys.fetched("a")), at: .zero, date: date, jitter: 0)
        #expect(kids(machine.snapshot(of: endpoint, at: .seconds(99))) == ["a", "old"])
        #expect(kids(machine.snapshot(of: endpoint, at: .seconds(100))) == ["a"])
    }

    @Test func `stored keys that are too old, or come too late, are not taken`() throws {
        var machine = machine()
        _ = machine.register(consumer, endpoint: endpoint, bounds: KeySetBounds(), at: .zero)
        let stored = SampleKeys.fetched("old")
        let result29 = machine.seed(endpoint, stored, lastGood: date, seenAt: .seconds(-86_400), at: .zero)
        #expect(!result29)
        try fetch(&machine, .success(SampleKeys.fetched("a")), at: .zero)
        let result30 = machine.seed(endpoint, stored, lastGood: date, seenAt: .zero, at: .zero)
        #expect(!result30)
        let result31 = machine.seed(Endpoint(url: "x"), stored, lastGood: date, seenAt: .zero, at: .zero)
        #expect(!result31)
        #expect(kids(machine.snapshot(of: endpoint, at: .zero)) == ["a"])
    }

    @Test func `stored keys serve on while fetches fail, with quick retries`() throws {
        var machine = machine()
        _ = machine.register(consumer, endpoint: endpoint, bounds: KeySetBounds(), at: .zero)
        _ = machine.seed(endpoint, SampleKeys.fetched("a"), lastGood: date, seenAt: .seconds(-86_000), at: .zero)
        try fetch(&machine, .failure(SampleKeys.failure()), at: .zero)
        #expect(machine.snapshot(of: endpoint, at: .seconds(399)).availability == .stale)
        #expect(machine.snapshot(of: endpoint, at: .seconds(400)).availability == .unavailable)
    }

    // MARK: - Changes

    @Test func `only what a person could see is a change`() throws {
        var machine = try loaded(SampleKeys.fetched("a"))
        let same = try fetch(&machine, .success(SampleKeys.fetched("a", maxAge: .seconds(70))), at: .seconds(240))
        #expect(!same.isChanged)
        let rotated = try fetch(&machine, .success(SampleKeys.fetched("a", "b")), at: .seconds(400))
        #expect(rotated.isChanged)
        let failed = try fetch(&machine, .failure(SampleKeys.failure()), at: .seconds(640))
        #expect(failed.isChanged)
        let again = try fetch(&machine, .failure(SampleKeys.failure()), at: .seconds(641))
        #expect(!again.isChanged)
        let issuer = try fetch(&machine, .success(SampleKeys.fetched("a", "b", issuer: "i")), at: .seconds(643))
        #expect(issuer.isChanged)
    }

    @Test func `the figures are of what is served`() throws {
        var machine = try loaded(SampleKeys.fetched("a", "b"))
        let totals = machine.totals(at: .seconds(9))
        #expect(totals.keys == 2 && totals.oldest == .seconds(9))
        #expect(Array(totals.ages.values) == [.seconds(9)])
        _ = machine.unregister(consumer, at: .seconds(9))
        _ = machine.step(at: .seconds(100))
        #expect(machine.totals(at: .seconds(100)) == Machine.Totals())
    }
}
