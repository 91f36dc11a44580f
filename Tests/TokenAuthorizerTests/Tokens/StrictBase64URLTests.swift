// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import TokenAuthorizer

struct StrictBase64URLTests {
    private func decode(_ text: String) -> [UInt8]? {
        StrictBase64URL.decode(Array(text.utf8)[...])
    }

    @Test func `what the encoder writes comes back, at each length`() {
        var random = SplitMix(seed: 1)
        for count in 0..<100 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(decode(Base64URL.encode(bytes)) == bytes)
        }
    }

    @Test(arguments: ["Zm8=", "Zg==", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Zm9v.", "Z", "Zm9vZ", "Zm9é", "\0m9v"])
    func `padding, white space, the other alphabet and impossible lengths are refused`(text: String) {
        #expect(decode(text) == nil)
    }

    @Test(arguments: ["Zh", "Zm9", "Zm8Z", "_x"])
    func `bits after the last byte are zero`(text: String) {
        // The same bytes as a canonical text, when those bits are left out.
        let isCanonical = Base64URL.decode(text).map { Base64URL.encode($0) == text } ?? false
        #expect((decode(text) != nil) == isCanonical)
    }

    @Test func `of all texts of two digits only those with four zero bits are read`() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        let read = alphabet.flatMap { first in alphabet.map { "\(first)\($0)" } }.filter { decode($0) != nil }
        #expect(read.count == 64 * 4)
    }
}
