// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import SwiftASN1
import Testing
import X509

@testable import DevAPIServer

struct ServerCredentialsTests {
    @Test func `the authority is good for ten years and signs only servers`() throws {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let credentials = try ServerCredentials(host: "127.0.0.1", now: now)
        let authority = try Certificate(pemEncoded: credentials.authorityPEM)
        #expect(authority.notValidBefore < now)
        #expect(authority.notValidAfter > now.addingTimeInterval(9 * 365 * 86_400))
        let constraints = try #require(try authority.extensions.basicConstraints)
        #expect(constraints == .isCertificateAuthority(maxPathLength: 0))
    }

    @Test func `tokens differ and are safe in a header`() throws {
        let first = try ServerCredentials(host: "localhost", now: Date()).token
        let second = try ServerCredentials(host: "localhost", now: Date()).token
        #expect(first != second)
        #expect(first.utf8.count == 43)
        #expect(
            first.utf8.allSatisfy {
                "-_".utf8.contains($0) || ($0 < 128 && Character(Unicode.Scalar($0)).isLetter) || ($0 >= 48 && $0 <= 57)
            }
        )
    }
}
