// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DevAPIServer

struct ListeningAddressTests {
    @Test func `an IPv6 address is bracketed and an unspecified one made reachable`() {
        #expect(ListeningAddress(host: "::1", port: 1, tls: true).url == "https://[::1]:1")
        #expect(ListeningAddress(host: "0.0.0.0", port: 2, tls: false).url == "http://127.0.0.1:2")
    }
}
