// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

struct HexadecimalTests {
    @Test func `bytes are written with two digits each, zeros in front included`() {
        // RFC 4648, 10.
        #expect(Hexadecimal.encode("foobar".utf8, uppercase: true) == "666F6F626172")
        #expect(Hexadecimal.encode([0x00, 0x0A, 0xA0, 0xFF]) == "000aa0ff")
        #expect(Hexadecimal.encode([0x00, 0x0A, 0xA0, 0xFF], uppercase: true) == "000AA0FF")
        #expect(Hexadecimal.encode([]) == "")
    }

    @Test func `what is written is read, in either case`() throws {
        for byte in UInt8.min...UInt8.max {
            for uppercase in [false, true] {
                let digits = Array(Hexadecimal.encode([byte], uppercase: uppercase).utf8)
                try #require(digits.count == 2)
                let (high, low) = (try #require(Hexadecimal.value(of: digits[0])), Hexadecimal.value(of: digits[1]))
                #expect(low == byte & 0xF)
                #expect(high == byte >> 4)
            }
        }
    }

    @Test func `nothing but the digits has a value`() {
        let digits = (UInt8.min...UInt8.max).filter { Hexadecimal.value(of: $0) != nil }
        #expect(String(decoding: digits, as: UTF8.self) == "0123456789ABCDEFabcdef")
    }
}
