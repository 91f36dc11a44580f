// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OperatorCore

struct EndpointAddressTests {
    @Test(arguments: [
        (":8080", "", 8_080), ("127.0.0.1:0", "127.0.0.1", 0), ("[::1]:65535", "::1", 65_535),
        ("localhost:1", "localhost", 1),
    ])
    func `addresses are read and written`(text: String, host: String, port: Int) throws {
        let address = try #require(EndpointAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.description == text)
    }

    @Test(arguments: ["", "8080", ":", ":x", ":65536", ":-1", "::1:80", "a:b:1"])
    func `anything else is none`(text: String) {
        #expect(EndpointAddress(text) == nil)
    }

    @Test func `all interfaces are both families of addresses where the machine has them`() {
        #expect(EndpointAddress(":1")?.hosts == ["::", "0.0.0.0"])
        #expect(EndpointAddress("127.0.0.1:1")?.hosts == ["127.0.0.1"])
    }
}
