// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import KeySets
import KubeCore
import Testing

/// The documents that providers serve, each read as it comes.
struct ProviderKeySetTests {
    /// One provider's document.
    struct Row: Sendable, CustomTestStringConvertible {
        let file: String
        let usable: Int
        let ignored: [IgnoredKey.Reason]

        init(_ file: String, _ usable: Int, _ ignored: [IgnoredKey.Reason] = []) {
            self.file = file
            self.usable = usable
            self.ignored = ignored
        }

        var testDescription: String { file }
    }

    @Test(arguments: [
        "auth0-legacy", "auth0", "authentik-enc", "authentik-es256", "authentik", "battlenet-like", "canaille-like",
        "cognito", "dex", "dropbox-like", "entra-common-a", "entra-common-b", "entra-tenant", "github-actions",
        "gitlab", "glewlwyd-short-ec", "google-rollover", "google", "keycloak-es256-eddsa", "keycloak", "kubernetes",
        "mojeid-like", "okta", "paypal-like", "pingfederate", "slack-like", "twitch-like", "yahoo-like",
    ])
    func `a provider's signing keys are all usable, and only others are ignored`(provider: String) throws {
        let entries = try Fixtures.keys("\(provider).json", in: .providers)
        let set = try KeySet.parse(Fixtures.bytes("\(provider).json", in: .providers))
        #expect(set.keys.count + set.ignored.count == entries.count)
        for problem in set.ignored {
            let entry = try #require(entries.first { ($0["kid"]?.string).map { KeyID($0) } == problem.kid })
            switch problem.reason {
            case .notForSignatures: #expect(entry["use"] == "enc" || entry["crv"] == "X25519")
            case .tooSmall: #expect(entry["kty"] == "RSA")
            case .unsupportedCurve: #expect(entry["crv"] == "secp256k1" || entry["crv"] == "Ed448")
            default: Issue.record("\(provider): \(problem.reason)")
            }
        }
    }

    @Test func `a provider without a signing key is refused`() throws {
        let document = try Fixtures.bytes("authentik-nokey.json", in: .providers)
        let error = try #require(throws: KeySetError.self) { try KeySet.parse(document) }
        #expect(error.code == .notAKeySet)
        #expect(error.message.contains("no signing key"))
    }

    @Test func `a key without alg gets the algorithms of its type and no other`() throws {
        let set = try KeySet.parse(Fixtures.bytes("canaille-like.json", in: .providers))
        let algorithms = Dictionary(grouping: set.keys, by: \.type).mapValues { $0.first?.algorithms ?? [] }
        #expect(algorithms[.rsa] == [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512])
        #expect(algorithms[.ec] == [.es256])
        #expect(algorithms[.okp] == [.edDSA, .ed25519])
    }

    @Test func `a key with alg gets that one alone`() throws {
        let set = try KeySet.parse(Fixtures.bytes("auth0.json", in: .providers))
        #expect(set.keys.allSatisfy { $0.algorithms == [.rs256] })
    }

    @Test func `short coordinates are filled up and give a key of the library`() throws {
        let set = try KeySet.parse(Fixtures.bytes("glewlwyd-short-ec.json", in: .providers))
        for key in set.keys {
            guard case .ec(let curve, let x, let y) = key.material else { continue }
            #expect(x.count == curve.coordinateLength && y.count == curve.coordinateLength)
        }
        #expect(set.ignored.isEmpty)
    }

    @Test func `the order of a provider's keys changes nothing`() throws {
        let entries = try Fixtures.keys("google-rollover.json", in: .providers)
        let set = try KeySet.parse(Fixtures.set(entries))
        let reversed = try KeySet.parse(Fixtures.set(entries.reversed()))
        #expect(set == reversed)
        #expect(set.hash == reversed.hash)
        #expect(set.json == reversed.json)
        #expect(try KeySet.parse(Fixtures.set(Array(entries.dropLast()))).hash != set.hash)
    }
}
