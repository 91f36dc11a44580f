// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing
import TokenAuthorizer

struct TokenLimitsTests {
    @Test func `a token is at most eight KiB long`() {
        #expect(TokenLimits.size == 8 * 1024)
    }
}
