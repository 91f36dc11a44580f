// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

struct IPAddressTests {
    @Test(arguments: [
        "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "0x7f.0.0.1", "1.2.3.4 ", "", ":", ":::", "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "g::", "::1.2.3", "1.2.3.4::", "fe80::1%eth0", "+1::",
        "::-1",
    ])
    func `what is no address is not read as one`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `addresses are written so that they can be read again`() throws {
        for text in ["1.2.3.4", "255.255.255.255", "::", "::1", "1::", "2001:db8::1:0:0:1", "::ffff:1.2.3.4"] {
            let address = try #require(IPAddress(text))
            #expect(IPAddress(address.description) == address)
        }
        #expect(IPAddress("::ffff:1.2.3.4")?.description == "0:0:0:0:0:ffff:102:304")
    }

    @Test(arguments: ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"])
    func `the machine itself is known`(text: String) throws {
        #expect(try #require(IPAddress(text)).isLoopback)
    }

    /// A translator or a tunnel that carries a loopback address is another machine.
    @Test(arguments: [
        "126.255.255.255", "128.0.0.0", "0.0.0.0", "::", "::2", "::ffff:128.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "1::1", "::127.0.0.1",
    ])
    func `any other address is not the machine itself`(text: String) throws {
        #expect(try !#require(IPAddress(text)).isLoopback)
    }

    @Test(arguments: [
        ("::127.0.0.1", ["127.0.0.1"]), ("::ffff:10.0.0.1", ["10.0.0.1"]), ("64:ff9b::a9fe:a9fe", ["169.254.169.254"]),
        ("2002:a00:1::", ["10.0.0.1"]), ("2001:db8::1", []), ("10.0.0.1", []),
    ])
    func `IPv4 addresses inside an IPv6 address are found`(text: String, embedded: [String]) throws {
        #expect(try #require(IPAddress(text)).embedded.map(\.description) == embedded)
    }
}
