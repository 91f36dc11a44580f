// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KeySets
import KubeCore
import Testing

/// What the rules accept is what the fetcher fetches, and the reverse: nobody learns in the cluster that a URL that
/// `validate` let through cannot be used.
struct EndpointAgreementTests {
    /// Knows no name, so that nothing leaves the machine.
    private struct NoNames: HostResolver {
        func addresses(of host: String) async throws -> [IPAddress] {
            throw KeySetError(.nameNotResolved, "cannot resolve the host")
        }
    }

    private static let domain = "corp.internal"

    /// A fetcher that gets as far as the network and not onto it.
    private static let fetcher: HTTPKeySetFetcher = {
        let everywhere = ["0.0.0.0/0", "::/0"].compactMap(AddressRange.init)
        var configuration = HTTPKeySetFetcher.Configuration(addressPolicy: AddressPolicy(deniedRanges: everywhere))
        configuration.clusterDomain = domain
        return HTTPKeySetFetcher(configuration: configuration, resolver: NoNames())
    }()

    private static func isAccepted(_ text: String, insecure: Bool) -> Bool {
        let admin: JSONValue = [
            "identityProvider": "dex", "jwksEndpoint": .string(text),
            "users": [["id": "a", "firstName": "b", "lastName": "c", "email": "d@e.example", "userGroups": ["Admin"]]],
        ]
        return AdminRules(allowsInsecureEndpoint: insecure, clusterDomain: domain).validate(admin: admin).isValid
    }

    private static func isFetched(_ text: String, insecure: Bool) async throws -> Bool {
        let error = try await #require(throws: KeySetError.self) {
            try await fetcher.fetch(Endpoint(url: text, allowsInsecure: insecure))
        }
        switch error.code {
        case .nameNotResolved, .addressRefused: return true
        case .invalidURL, .insecureEndpoint: return false
        default:
            Issue.record("unexpected: \(error)")
            return false
        }
    }

    private static let parts: [[String]] = [
        ["", " ", "\n", "\u{A0}", "x"],
        ["https", "http", "HTTPS", "Http", "ftp", "", "h\u{E9}"],
        ["://", "://", "://", ":/", ":", "//", ""],
        ["", "", "", "", "u@", "u:p@", "@"],
        [
            "a.example", "localhost", "x.localhost", "LOCALHOST.", "127.0.0.1", "127.1", "10.0.0.1", "2130706433",
            "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[fe80::1%25x]", "[::1", "::1", "", ".", "..",
            "a..b", "kc.svc", "svc", "kc.iam.svc.corp.internal", "KC.IAM.SVC.CORP.INTERNAL.", "kc.svc.cluster.local",
            "a_b.svc", "a~b", "%61.example", "\u{E9}.example", "a b", "a,b", "169.254.169.254", "01.2.3.4",
            "a.example.",
            String(repeating: "a", count: 63), String(repeating: "a", count: 64),
            String(repeating: "a.", count: 126) + "a",
        ],
        ["", "", "", ":80", ":443", ":0", ":65535", ":65536", ":", ":x", ":+1", ":80:80", "\\"],
        [
            "", "/", "/keys", "/a@b", "/a b", "/%zz", "/\u{E9}", "//", "/a|b", "\\x",
            "/" + String(repeating: "x", count: 2_040),
        ],
        ["", "", "", "?", "?a=b", "?a@b", "#", "?#f", "#f"],
        ["", "", "", " ", "\r\n", "\t", "\u{B}", "\u{85}", "\u{2028}", "\u{0}"],
    ]

    @Test(arguments: [false, true])
    func `validate accepts exactly what can be fetched`(insecure: Bool) async throws {
        var generator = SystemRandomNumberGenerator()
        var accepted = 0
        for _ in 0..<6_000 {
            // Mostly sound, with one or two parts taken from anywhere: the edge is where readers differ.
            let sound = [
                "", Bool.random(using: &generator) ? "https" : "http", "://", "", "a.example", "", "/keys", "", "",
            ]
            var chosen = sound
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<Self.parts.count, using: &generator)
                chosen[place] = Self.parts[place].randomElement(using: &generator) ?? ""
            }
            let text = chosen.joined()
            let isAccepted = Self.isAccepted(text, insecure: insecure)
            #expect(try await Self.isFetched(text, insecure: insecure) == isAccepted, "\(text.debugDescription)")
            if isAccepted { accepted += 1 }
        }
        #expect((600..<5_400).contains(accepted))
    }

    /// Text that the documentation tells its reader to replace is the one thing that only `validate` refuses.
    @Test func `of a placeholder only the rules know that it is none`() async throws {
        let text = "https://KEYCLOAK_HOST/keys"
        #expect(!Self.isAccepted(text, insecure: false))
        #expect(try await Self.isFetched(text, insecure: false))
    }
}
