// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets

/// Keys and outcomes made up for tests of what happens to them.
enum SampleKeys {
    /// A key that differs from every other by its id.
    static func key(_ kid: String) -> VerificationKey {
        VerificationKey(
            kid: KeyID(kid),
            material: .ed25519(Array(kid.utf8) + Array(repeating: 7, count: 32 - kid.utf8.count))
        )
    }

    /// An outcome with keys of those ids.
    static func fetched(
        _ kids: String...,
        ignored: [IgnoredKey] = [],
        maxAge: Duration? = nil,
        issuer: String? = nil
    ) -> FetchedKeySet {
        FetchedKeySet(
            keySet: KeySet(keys: kids.map(key), ignored: ignored),
            issuer: issuer,
            keySetURI: "https://idp.example/keys",
            maxAge: maxAge
        )
    }

    /// A failure of a kind.
    static func failure(_ code: KeySetError.Code = .unreachable, ignored: [IgnoredKey] = []) -> KeySetError {
        KeySetError(code, "cannot", ignored: ignored)
    }
}
