// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Testing

struct Base64URLTests {
    /// The vectors of RFC 4648, 10, and one that needs the two characters of the URL alphabet.
    private static let vectors: [(plain: String, encoded: String)] = [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"), ("\u{3FF}~\u{3FE}", "z79-z74"), ("???>>>", "Pz8_Pj4-"),
    ]

    @Test(arguments: vectors)
    func `text is written without padding and in the URL alphabet`(plain: String, encoded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
    }

    @Test(arguments: vectors)
    func `what is written is read`(plain: String, encoded: String) {
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test(arguments: [("Zg==", "f"), ("Zm8=", "fo"), ("Zm9vYg==", "foob")])
    func `right padding is let through`(encoded: String, plain: String) {
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test(arguments: [
        "A", "AAAAA", "Zg=", "Zg===", "Zm8==", "Zm9v=", "=", "==", "Z=g=", "Zm9+", "Zm9/", "Zm 9", "Zm9v\n",
        "Zm9v\u{E9}",
        "Zm9\u{0}",
    ])
    func `anything else is not read`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func `every byte at every place agrees with the library's base64`() throws {
        for byte in UInt8.min...UInt8.max {
            for bytes in [[byte], [0xA5, byte], [0xA5, 0x5A, byte], [byte, byte, byte, byte]] {
                let text = Base64URL.encode(bytes)
                #expect(Base64URL.decode(text) == bytes)
                let standard = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                #expect(text == String(standard.prefix { $0 != "=" }))
            }
        }
    }
}
