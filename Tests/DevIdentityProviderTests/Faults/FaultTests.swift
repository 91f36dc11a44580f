// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import KubeCore
import TestKit
import Testing

struct FaultTests {
    static let spellings = [
        "slow:1500ms", "status:500", "html", "oversized:2000000", "redirect-loop", "redirect:http://10.0.0.1/x?y=z",
        "discovery", "garbage", "truncated", "empty-set", "exposed-key", "empty-object", "drop", "drop-midway",
    ]

    @Test(arguments: spellings)
    func `a fault reads back from its spelling`(spelling: String) throws {
        let fault = try #require(Fault(spelling))
        #expect(fault.description == spelling)
        #expect(Fault(fault.description) == fault)
    }

    @Test(arguments: [
        "", "slow", "slow:", "slow:5", "slow:-1s", "slow:99999999999s", "status:99", "status:x", "html:1", "drop:",
        "oversized:0", "oversized:99999999999", "redirect:", "redirect:a\r\nb", "HTML", "nonsense",
    ])
    func `what is no fault is not read as one`(spelling: String) {
        #expect(Fault(spelling) == nil)
    }

    @Test func `seconds are read as well`() {
        #expect(Fault("slow:5s") == .slow(.seconds(5)))
    }

    /// Asks once with a fault in place.
    private func answer(to fault: Fault) async throws -> (faulty: Visitor.Answer, right: Visitor.Answer) {
        try await withProvider([.init(name: "one", shape: .auth0)]) { provider, visitor in
            let realm = try provider.realm("one")
            realm.misbehave(fault, times: 1)
            return (try await visitor.get(realm.keysURL), try await visitor.get(realm.keysURL))
        }
    }

    @Test(arguments: [404, 500, 503])
    func `a status comes without a body, as often as planned`(status: Int) async throws {
        let (faulty, right) = try await answer(to: .status(status))
        #expect(faulty.status == status)
        #expect(faulty.body.isEmpty)
        #expect(right.status == 200)
    }

    @Test func `a login page comes with status 200`() async throws {
        let faulty = try await answer(to: .html).faulty
        #expect(faulty.status == 200)
        #expect(faulty.header("content-type") == "text/html; charset=utf-8")
        #expect(String(decoding: faulty.body, as: UTF8.self).hasPrefix("<!DOCTYPE html>"))
    }

    @Test func `an oversized body has exactly the size asked for and is JSON`() async throws {
        let faulty = try await answer(to: .oversized(bytes: 1_000_003)).faulty
        #expect(faulty.body.count == 1_000_003)
        #expect(try faulty.json["keys"] == [])
    }

    @Test func `the discovery document comes in place of the keys`() async throws {
        let faulty = try await answer(to: .discoveryDocument).faulty
        #expect(try faulty.json["keys"] == nil)
        #expect(try faulty.json["jwks_uri"]?.string?.hasSuffix("/one/.well-known/jwks.json") == true)
    }

    @Test func `half a document has its full length and is no JSON`() async throws {
        let (faulty, right) = try await answer(to: .truncated)
        #expect(faulty.body == Array(right.body.prefix(right.body.count / 2)))
        #expect(throws: JSONError.self) { try faulty.json }
    }

    @Test func `garbage is no JSON, whatever its media type says`() async throws {
        let faulty = try await answer(to: .garbage).faulty
        #expect(faulty.header("content-type") == "application/json")
        #expect(throws: JSONError.self) { try faulty.json }
    }

    @Test func `an empty set and an empty object are what they say`() async throws {
        #expect(try await answer(to: .emptySet).faulty.json == ["keys": []])
        #expect(try await answer(to: .emptyObject).faulty.json == [:])
    }

    @Test func `a redirect goes where it was told`() async throws {
        let faulty = try await answer(to: .redirect(to: "http://169.254.169.254/latest")).faulty
        #expect(faulty.status == 302)
        #expect(faulty.header("location") == "http://169.254.169.254/latest")
    }

    @Test func `a redirect loop comes back to the same request`() async throws {
        try await withProvider([.init(name: "one", shape: .auth0)]) { provider, visitor in
            let url = try await provider.realm("one").keysURL + "?fault=redirect-loop"
            let answer = try await visitor.get(url)
            #expect(answer.status == 302)
            let location = try #require(answer.header("location"))
            #expect(url.hasSuffix(location))
        }
    }

    @Test(arguments: [Fault.dropConnection, .dropMidway])
    func `a dropped connection is an error, and the next one is well`(fault: Fault) async throws {
        try await withProvider([.init(name: "one", shape: .auth0)]) { provider, visitor in
            let realm = try provider.realm("one")
            let url = try await realm.keysURL
            // A POST is not repeated by the client on its own, a GET on a fresh connection is not either.
            realm.misbehave(fault)
            await #expect(throws: (any Error).self) { try await visitor.get(url) }
            realm.misbehave(nil)
            #expect(try await visitor.get(url).status == 200)
        }
    }

    @Test func `a slow answer waits for the provider's clock and is right then`() async throws {
        let clock = ManualClock()
        try await withProvider([.init(name: "one", shape: .auth0)], clock: clock) { provider, visitor in
            let realm = try provider.realm("one")
            realm.misbehave(.slow(.seconds(30)))
            let url = try await realm.keysURL
            try await withThrowingTaskGroup(of: Visitor.Answer.self) { tasks in
                tasks.addTask { try await visitor.get(url) }
                try await clock.sleepers(1)
                #expect(clock.remainingSleeps == [.seconds(30)])
                clock.advance(by: .seconds(30))
                let answer = try #require(try await tasks.next())
                #expect(answer.status == 200)
                #expect(try keys(of: answer.json).count == 2)
            }
        }
    }

    @Test func `shutdown does not wait for a slow answer`() async throws {
        let clock = ManualClock()
        try await withDeadline(.seconds(20), "the provider ends while an answer is slow") {
            try await withProvider([.init(name: "one", shape: .auth0)], clock: clock) { provider, visitor in
                let realm = try provider.realm("one")
                realm.misbehave(.slow(.seconds(3_600)))
                let url = try await realm.keysURL
                // The visit ends when its task is cancelled; the provider must then end on its own.
                try await withThrowingTaskGroup(of: Void.self) { visits in
                    visits.addTask { _ = try? await visitor.get(url) }
                    try await clock.sleepers(1)
                    visits.cancelAll()
                }
            }
        }
    }

    @Test func `a fault asked for in the URL concerns that request alone`() async throws {
        try await withProvider([.init(name: "one", shape: .keycloak)]) { provider, visitor in
            let url = try await provider.realm("one").keysURL
            #expect(try await visitor.get(url + "?fault=status:503").status == 503)
            #expect(try await visitor.get(url + "?fault=nonsense").status == 400)
            #expect(try await visitor.get(url).status == 200)
        }
    }

    @Test func `discovery goes wrong apart from the keys`() async throws {
        try await withProvider([.init(name: "one", shape: .keycloak)]) { provider, visitor in
            let realm = try provider.realm("one")
            realm.misbehave(.status(404), on: .discovery)
            #expect(try await visitor.get(realm.discoveryURL).status == 404)
            #expect(try await visitor.get(realm.keysURL).status == 200)
            #expect(realm.counts.discovery == 1)
            #expect(realm.counts.keys == 1)
        }
    }
}
