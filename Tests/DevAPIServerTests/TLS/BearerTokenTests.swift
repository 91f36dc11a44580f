// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DevAPIServer

struct BearerTokenTests {
    private let token = BearerToken("s3cret")

    @Test(arguments: ["Bearer s3cret", "bearer s3cret", "BEARER s3cret"])
    func `the token is accepted whatever the case of the scheme`(header: String) {
        #expect(token.accepts(header: header))
    }

    @Test(arguments: [nil, "", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crets", "Bearer S3CRET", "Basic s3cret"])
    func `anything else is not`(header: String?) {
        #expect(!token.accepts(header: header))
    }
}
