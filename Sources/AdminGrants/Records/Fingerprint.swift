// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import KubeCore

/// What stands for the content of an object in memory: the first 16 bytes of the SHA-256 of its JSON.
///
/// Fifty thousand grants would be as many small trees if they were kept whole; whether one still says what it should say
/// needs only this. The digest is cryptographic, so nobody can write another content with the same one.
public struct Fingerprint: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    /// The fingerprint of a value; equal values have equal ones, whatever the order of members was.
    public init(of value: JSONValue) {
        self.init(of: value.jsonBytes)
    }

    /// The fingerprint of bytes.
    public init(of bytes: some Sequence<UInt8>) {
        var hasher = SHA256()
        hasher.update(data: Array(bytes))
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in hasher.finalize().prefix(16).enumerated() {
            if index < 8 { words.0 = words.0 << 8 | UInt64(byte) } else { words.1 = words.1 << 8 | UInt64(byte) }
        }
        (high, low) = words
    }
}
