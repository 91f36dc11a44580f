// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import KubeCore
import Testing

struct AddressPolicyTests {
    private func refusal(_ text: String, _ policy: AddressPolicy = AddressPolicy()) throws -> AddressPolicy.Refusal? {
        policy.refusal(of: try #require(IPAddress(text), "\(text)"))
    }

    @Test(arguments: [
        ("169.254.169.254", AddressPolicy.Refusal.metadata), ("169.254.170.2", .metadata),
        ("169.254.170.23", .metadata),
        ("100.100.100.200", .metadata), ("168.63.129.16", .metadata), ("fd00:ec2::254", .metadata),
        ("fd00:ec2::23", .metadata), ("fd20:ce::254", .metadata),
        ("169.254.0.1", .linkLocal), ("fe80::1", .linkLocal), ("febf:ffff::1", .linkLocal),
        ("127.0.0.1", .loopback), ("127.255.255.254", .loopback), ("::1", .loopback),
        ("0.0.0.0", .unspecified), ("0.1.2.3", .unspecified), ("::", .unspecified),
        ("224.0.0.1", .multicast), ("239.255.255.255", .multicast), ("ff02::1", .multicast),
        ("255.255.255.255", .reserved), ("240.0.0.1", .reserved),
    ])
    func `what must never be dialled is refused and named`(address: String, kind: AddressPolicy.Refusal) throws {
        #expect(try refusal(address) == kind)
        let wide = try refusal(address, AddressPolicy(allowsLoopback: true))
        #expect(wide == (kind == .loopback ? nil : kind))
    }

    @Test(arguments: [
        "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "::169.254.169.254", "::ffff:0:169.254.169.254",
        "64:ff9b::a9fe:a9fe", "64:ff9b::169.254.169.254", "64:ff9b:1::a9fe:a9fe", "64:ff9b:1:a9fe:a9:fe00::",
        "2002:a9fe:a9fe::1", "2001:0:a9fe:a9fe::1", "2001:0:808:808:3:4:5601:5601", "fd00::5efe:169.254.169.254",
        "2001:db8::200:5efe:169.254.169.254",
    ])
    func `an address inside an address counts`(address: String) throws {
        #expect(try refusal(address) == .metadata)
    }

    @Test(arguments: [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "8.8.8.8", "fd12:3456::1", "2001:db8::1", "2606:4700::1",
        "::ffff:10.0.0.1", "64:ff9b::808:808", "2002:808:808::1",
        "64:ff9b:1::808:808", "64:ff9b:1:808:8:800::",
    ])
    func `public and private addresses are allowed`(address: String) throws {
        #expect(try refusal(address) == nil)
    }

    @Test func `denied ranges are refused, also inside other addresses`() throws {
        let ranges = try ["10.0.0.0/8", "fd00::/8", "192.0.2.7"].map { try #require(AddressRange($0)) }
        let policy = AddressPolicy(deniedRanges: ranges)
        #expect(try refusal("10.255.0.1", policy) == .denied)
        #expect(try refusal("::ffff:10.1.1.1", policy) == .denied)
        #expect(try refusal("fd99::1", policy) == .denied)
        #expect(try refusal("192.0.2.7", policy) == .denied)
        #expect(try refusal("192.0.2.8", policy) == nil)
        #expect(try refusal("11.0.0.1", policy) == nil)
        #expect(try refusal("fe00::1", policy) == nil)
    }

    @Test func `ranges keep to their prefix`() throws {
        let all = try #require(AddressRange("0.0.0.0/0"))
        #expect(all.contains(.v4(.max)) && all.contains(.v4(0)) && !all.contains(.v6(0, 0)))
        let everything = try #require(AddressRange("::/0"))
        #expect(everything.contains(.v6(.max, .max)))
        let odd = try #require(AddressRange("2001:db8::/65"))
        #expect(odd.contains(.v6(0x2001_0DB8_0000_0000, 0x7FFF_FFFF_FFFF_FFFF)))
        #expect(!odd.contains(.v6(0x2001_0DB8_0000_0000, 0x8000_0000_0000_0000)))
        for text in ["", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0/8", "x/8", "10.0.0.0/", "10.0.0.0/8/8"] {
            #expect(AddressRange(text) == nil, "\(text)")
        }
    }
}
