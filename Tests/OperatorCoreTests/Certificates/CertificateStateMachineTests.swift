// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeClient
import KubeCore
import Testing
import X509

@testable import OperatorCore

/// The life of the webhook's certificate on a calendar of its own.
struct CertificateStateMachineTests {
    /// A Secret and a configuration that keep what is written, and a clock that a test turns.
    private struct World {
        static let names = ["grantor.grantor.svc", "127.0.0.1"]
        static let lifetime: TimeInterval = 90 * 86_400

        var now = Date(timeIntervalSince1970: 1_800_000_000)
        var machine = CertificateStateMachine(names: names, lifetime: lifetime)
        var secret: JSONValue?
        var configuration: PublishedBundle? = PublishedBundle(entries: [.init(name: "a", bundle: "")])
        var isLeading = true
        var version = 0

        var stored: StoredCertificates? { secret.map(StoredCertificates.init(json:)) }

        mutating func next() -> CertificateStateMachine.Step {
            machine.step(
                stored: stored,
                published: configuration.map { .present($0) } ?? .absent,
                isLeading: isLeading,
                now: now
            )
        }

        /// Does what is to be done until there is nothing, at most a few steps.
        ///
        /// - Returns: The steps.
        @discardableResult
        mutating func settle() throws -> [String] {
            var steps: [String] = []
            for _ in 0..<10 {
                let step = next()
                switch step {
                case .wait: return steps
                case .create:
                    steps.append("create")
                    let made = try make()
                    write(StoredCertificates.data(current: made, bundle: WebhookCertificate.pem(made.authority)))
                case .replace:
                    steps.append("replace")
                    let made = try make()
                    let bundle = stored?.bundle(at: now, adding: made, dropping: true) ?? ""
                    write(StoredCertificates.data(current: made, next: .some(nil), bundle: bundle))
                case .stage:
                    steps.append("stage")
                    let made = try make()
                    let bundle = stored?.bundle(at: now, adding: made, dropping: true) ?? ""
                    write(StoredCertificates.data(next: .some(made), bundle: bundle))
                case .rebundle(let bundle):
                    steps.append("rebundle")
                    write(StoredCertificates.data(bundle: bundle))
                case .publish(let bundle):
                    steps.append("publish")
                    configuration = PublishedBundle(entries: [.init(name: "a", bundle: bundle)])
                case .promote:
                    steps.append("promote")
                    let next = try #require(stored?.next)
                    write(StoredCertificates.data(current: next, next: .some(nil), bundle: stored?.bundle ?? ""))
                }
            }
            Issue.record("it never comes to rest: \(steps)")
            return steps
        }

        func make() throws -> WebhookCertificate {
            try WebhookCertificate(names: Self.names, lifetime: Self.lifetime, now: now)
        }

        mutating func write(_ data: JSONValue) {
            version += 1
            let old = secret?["data"] ?? [:]
            secret = [
                "metadata": ["name": "s", "resourceVersion": .string(String(version))],
                "data": JSONMergePatch(data).applied(to: old),
            ]
        }

        /// Whether the API server, by its own clock, accepts what is served.
        func isTrusted(at time: Date) throws -> Bool {
            let current = try #require(stored?.current)
            let bundle = configuration?.entries.first?.bundle ?? ""
            return current.isUsable(at: time, for: Self.names)
                && bundle.contains(WebhookCertificate.pem(current.authority))
        }

        mutating func pass(_ days: Double) { now.addTimeInterval(days * 86_400) }
    }

    private static func settled() throws -> World {
        var world = World()
        #expect(try world.settle() == ["create", "publish"])
        return world
    }

    @Test func `at first a certificate is made and the API server is told`() throws {
        var world = try Self.settled()
        #expect(try world.isTrusted(at: world.now))
        #expect(try world.settle() == [])
        guard case .wait(until: let due?) = world.next() else {
            Issue.record("there is something to wait for")
            return
        }
        #expect(abs(due.timeIntervalSince(world.now) - 60 * 86_400) < 3_600)
    }

    @Test func `at two thirds of its life the next one is trusted before it is served`() throws {
        var world = try Self.settled()
        let first = world.stored?.current?.chain
        world.pass(59.9)
        #expect(try world.settle() == [])
        world.pass(0.2)
        #expect(try world.settle() == ["stage", "publish"])
        #expect(world.stored?.current?.chain == first, "not served before API servers had the time to hear of it")
        #expect(world.stored?.authorities.count == 2)
        world.now.addTimeInterval(59)
        #expect(try world.settle() == [])
        world.now.addTimeInterval(2)
        #expect(try world.settle() == ["promote"])
        #expect(world.stored?.current?.chain != first)
        #expect(world.stored?.hasNext == false)
        #expect(world.stored?.authorities.count == 2, "the old one is trusted until it has expired")
        world.pass(31)
        #expect(try world.settle() == ["rebundle", "publish"])
        #expect(world.stored?.authorities.count == 1)
        #expect(try world.isTrusted(at: world.now))
    }

    @Test func `through a year of days there is none on which it is not trusted`() throws {
        var world = try Self.settled()
        var rotations = 0
        for _ in 0..<(365 * 4) {
            world.pass(0.25)
            rotations += try world.settle().filter { $0 == "promote" }.count
            #expect(try world.isTrusted(at: world.now))
            #expect((world.stored?.authorities.count ?? 9) <= 3)
        }
        #expect(rotations == 6)
    }

    @Test func `what is emptied or changed by others is put back`() throws {
        var world = try Self.settled()
        world.configuration = PublishedBundle(entries: [.init(name: "a", bundle: ""), .init(name: "b", bundle: "x")])
        #expect(try world.settle() == ["publish"])
        world.write(["ca.crt": ""])
        #expect(try world.settle() == ["rebundle"])
        #expect(try world.isTrusted(at: world.now))
    }

    @Test func `one that has expired is replaced at once`() throws {
        var world = try Self.settled()
        world.pass(100)
        #expect(try world.settle() == ["stage", "publish", "promote", "rebundle", "publish"])
        #expect(try world.isTrusted(at: world.now))
        #expect(world.stored?.authorities.count == 1)
    }

    @Test(
        arguments: [
            ["tls.crt": "bm9uZQ=="], ["tls.key": .null], ["tls.crt": .null, "tls.key": .null, "ca.crt": .null],
            ["tls.key": "bm90IGEga2V5"], ["tls.crt": 7],
        ] as [JSONValue]
    )
    func `a Secret that cannot be used is made anew`(_ change: JSONValue) throws {
        var world = try Self.settled()
        world.write(change)
        #expect(try world.settle().first == "replace")
        #expect(try world.isTrusted(at: world.now))
    }

    @Test func `a key that belongs to another certificate is no key`() throws {
        var world = try Self.settled()
        let other = try world.make()
        world.write(["tls.key": .string(Data(other.privateKey.reveal().utf8).base64EncodedString())])
        #expect(try world.settle().first == "replace")
    }

    @Test func `a next one that cannot be used is made again`() throws {
        var world = try Self.settled()
        world.write(["next.crt": "bm9uZQ==", "next.key": "bm9uZQ=="])
        #expect(try world.settle() == ["stage", "publish"])
        #expect(try world.isTrusted(at: world.now))
    }

    @Test(arguments: [-400.0, -1, 1, 75, 400])
    func `a clock that jumps and comes back leaves a trusted certificate`(_ days: Double) throws {
        var world = try Self.settled()
        world.pass(days)
        try world.settle()
        #expect(try world.isTrusted(at: world.now))
        world.pass(-days)
        try world.settle()
        world.now.addTimeInterval(120)
        try world.settle()
        #expect(try world.isTrusted(at: world.now))
        #expect(world.stored?.hasNext == false)
    }

    @Test func `a clock that goes back during the overlap waits for the whole time again`() throws {
        var world = try Self.settled()
        world.pass(61)
        #expect(try world.settle() == ["stage", "publish"])
        world.now.addTimeInterval(-1_000)
        #expect(try world.settle() == [])
        world.now.addTimeInterval(61)
        #expect(try world.settle() == ["promote"])
    }

    @Test func `other names take another certificate, by the same way`() throws {
        var world = try Self.settled()
        world.machine = CertificateStateMachine(names: ["other.grantor.svc"], lifetime: World.lifetime)
        guard case .stage = world.next() else {
            Issue.record("\(world.next())")
            return
        }
    }

    @Test func `who does not lead creates what is not there, and touches nothing else`() throws {
        var world = World()
        world.isLeading = false
        #expect(world.next() == .create)
        try world.settle()
        world.configuration = PublishedBundle(entries: [.init(name: "a", bundle: "")])
        world.pass(80)
        #expect(world.next() == .wait(until: nil))
        world.write(["tls.crt": .null])
        #expect(world.next() == .wait(until: nil))
    }

    @Test func `of two that decide at a time the second is refused, and finds nothing left to do`() throws {
        var world = try Self.settled()
        world.pass(61)
        let seen = world.version
        #expect(world.next() == .stage)
        var other = world.machine
        let step = other.step(stored: world.stored, published: .unknown, isLeading: true, now: world.now)
        #expect(step == .stage)
        #expect(try world.settle() == ["stage", "publish"])
        #expect(world.stored?.resourceVersion != String(seen), "what the second wrote would be refused")
        let again = other.step(
            stored: world.stored,
            published: world.configuration.map { .present($0) } ?? .absent,
            isLeading: true,
            now: world.now
        )
        #expect(again == .wait(until: world.now.addingTimeInterval(60)))
    }

    @Test func `without a configuration nobody is waited for, and while it is unknown nothing is switched`() throws {
        var world = try Self.settled()
        world.configuration = nil
        world.pass(61)
        #expect(try world.settle() == ["stage", "promote"])
        world.pass(61)
        let step = world.machine.step(stored: world.stored, published: .unknown, isLeading: true, now: world.now)
        #expect(step == .stage)
    }

    @Test func `no description shows a key`() throws {
        let world = try Self.settled()
        let stored = try #require(world.stored)
        let certificate = try #require(stored.current)
        let key = certificate.privateKey.reveal().split(separator: "\n")[1]
        #expect(!"\(stored) \(certificate) \(String(reflecting: certificate))".contains(key))
        var dumped = ""
        dump(certificate.privateKey, to: &dumped)
        #expect(!dumped.contains(key))
    }

    @Test func `a JSON patch gives every webhook the bundle, if they are still the same`() {
        let bundle = PublishedBundle(entries: [.init(name: "a", bundle: "x"), .init(name: "b", bundle: "new")])
        #expect(
            bundle.patch(to: "new") == [
                ["op": "test", "path": "/webhooks/0/name", "value": "a"],
                ["op": "add", "path": "/webhooks/0/clientConfig/caBundle", "value": "bmV3"],
            ]
        )
    }
}
