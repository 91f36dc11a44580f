// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import KubeCore
import Testing

struct KeySetReportTests {
    @Test func `a report has the members that programs read`() throws {
        let set = try KeySet.parse(Fixtures.bytes("private-rsa-leaked.json", in: .hostile))
        let fetched = FetchedKeySet(keySet: set, keySetURI: "https://dex.example/keys", maxAge: .seconds(600))
        let report = KeySetReport(fetched, endpoint: "https://dex.example/keys")
        let json = report.json
        #expect(json.object?.names == ["document", "ignored", "issuer", "refused", "usable"])
        #expect(json["document"] == "KeySet")
        #expect(json["issuer"] == "https://dex.example")
        #expect(json["refused"] == .null)
        #expect(
            json["ignored"] == [["kid": "leaked", "reason": "PrivateKeyExposed"]] || json["ignored"]?.array?.count == 1
        )
        let key = try #require(json["usable"]?[0])
        #expect(key.object?.names == ["alg", "kid", "kty", "thumbprint"])
        #expect(key["alg"] == ["ES256"])
        #expect(report.lifetime() == .seconds(300))
    }

    @Test func `a refusal keeps what was wrong with each key`() throws {
        let document = try Fixtures.bytes("duplicate-kid-different.json", in: .hostile)
        let error = try #require(throws: KeySetError.self) { try KeySet.parse(document) }
        let report = KeySetReport(error, endpoint: "https://a.example/.well-known/jwks.json")
        #expect(report.json["refused"] == "NoUsableKey")
        #expect(report.json["document"] == .null)
        #expect(report.json["issuer"] == .null)
        #expect(report.json["usable"] == [])
        #expect(report.json["ignored"]?.array?.count == 2)
    }
}
