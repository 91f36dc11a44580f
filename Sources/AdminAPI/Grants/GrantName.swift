// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The names of grants: `<appinstance>-<first 10 of base32 sha256(user id)>`.
public enum GrantName {
    /// The number of characters of the digest in a name: 50 bits.
    public static let digestLength = 10

    /// The name of a grant, from the AppInstance's name and the SHA-256 of the user id's UTF-8 bytes.
    ///
    /// The AppInstance's name is trimmed when the whole would be longer than 253 characters.
    public static func make(appInstance: String, digest: some Sequence<UInt8>) -> String {
        var prefix = appInstance.utf8.prefix(253 - digestLength - 1)
        while let last = prefix.last, last == UInt8(ascii: "-") || last == UInt8(ascii: ".") {
            prefix = prefix.dropLast()
        }
        return "\(Substring(prefix))-\(base32(digest, length: digestLength))"
    }

    /// The first characters of base32 (RFC 4648, section 6) in lower case.
    static func base32(_ bytes: some Sequence<UInt8>, length: Int) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var output: [UInt8] = []
        output.reserveCapacity(length)
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            buffer = (buffer << 8 | UInt32(byte)) & 0xFFFF
            bits += 8
            while bits >= 5, output.count < length {
                bits -= 5
                output.append(alphabet[Int(buffer >> bits & 31)])
            }
            if output.count == length { break }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
