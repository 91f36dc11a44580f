// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import KubeCore
import NIOCore
import TestKit
import Testing

struct ControlTests {
    private func withRealm(_ body: (Realm, String, Visitor) async throws -> Void) async throws {
        let configuration = Realm.Configuration(name: "one", shape: .entra, algorithms: [.edDSA])
        try await withProvider([configuration]) { provider, visitor in
            try await body(try provider.realm("one"), try await provider.baseURL, visitor)
        }
    }

    @Test func `the list shows addresses, keys and counts`() async throws {
        try await withRealm { realm, base, visitor in
            _ = try await visitor.get(realm.keysURL)
            let list = try await visitor.get(base + "/dev/realms").json
            #expect(
                list["realms"] == [
                    [
                        "name": "one", "shape": "entra", "issuer": .string(base + "/one/v2.0"),
                        "jwksEndpoint": .string(base + "/one/discovery/v2.0/keys"),
                        "keys": .array(try realm.publishedKeyIDs().map { .string($0) }),
                        "requests": ["keys": 1, "discovery": 0, "device": 0, "token": 0, "notModified": 0],
                    ]
                ]
            )
        }
    }

    @Test func `a fault is planned and ended`() async throws {
        try await withRealm { (realm, base, visitor) async throws -> Void in
            let url = base + "/dev/realms/one/fault"
            #expect(try await visitor.post(url, ["fault": "status:500", "times": 1]).status == 200)
            #expect(try await visitor.get(realm.keysURL).status == 500)
            #expect(try await visitor.get(realm.keysURL).status == 200)
            #expect(try await visitor.post(url, ["fault": "html", "endpoint": "discovery"]).status == 200)
            #expect(
                try await visitor.get(realm.discoveryURL).header("content-type")?.hasPrefix("text/html")
                    == true
            )
            #expect(try await visitor.post(url, ["fault": .null, "endpoint": "discovery"]).status == 200)
            #expect(try await visitor.get(realm.discoveryURL).json["issuer"] != nil)
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let path: String
        let body: JSONValue
        let status: Int

        var testDescription: String { "\(path) \(status)" }
    }

    @Test(arguments: [
        Refusal(path: "two/tokens", body: ["userID": "u"], status: 404),
        Refusal(path: "one/nothing", body: [:], status: 404),
        Refusal(path: "one/tokens", body: [:], status: 400),
        Refusal(path: "one/tokens", body: ["userID": 7], status: 400),
        Refusal(path: "one/tokens", body: [], status: 400),
        Refusal(path: "one/tokens", body: ["userID": "u", "kid": "nobody"], status: 422),
        Refusal(path: "one/fault", body: ["fault": "nonsense"], status: 400),
        Refusal(path: "one/fault", body: ["fault": "html", "endpoint": "x"], status: 400),
        Refusal(path: "one/fault", body: ["fault": 500], status: 400),
    ])
    func `a wrong request is refused with a reason`(refusal: Refusal) async throws {
        try await withRealm { _, base, visitor in
            let answer = try await visitor.post(base + "/dev/realms/" + refusal.path, refusal.body)
            #expect(answer.status == refusal.status)
            #expect(try answer.json["error"]?.string != nil)
        }
    }

    @Test func `only JSON posts of reasonable size are taken`() async throws {
        try await withRealm { _, base, visitor in
            let url = base + "/dev/realms/one/tokens"
            let plain = try await visitor.send(
                "POST",
                url,
                headers: [("content-type", "text/plain")],
                body: ByteBuffer(string: "{\"userID\": \"u\"}")
            )
            #expect(plain.status == 415)
            let long = try await visitor.post(url, ["userID": .string(String(repeating: "x", count: 70_000))])
            #expect(long.status == 413)
            #expect(try await visitor.get(url).status == 405)
        }
    }
}
