// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevIdentityProvider

struct SigningKeyPoolTests {
    @Test func `a key is made once and kept`() throws {
        let pool = SigningKeyPool()
        let ticket = SigningKeyPool.Ticket(algorithm: .es256, serial: 0)
        let first = try pool.key(ticket)
        #expect(try pool.key(ticket).fingerprint == first.fingerprint)
        #expect(try pool.key(.init(algorithm: .es256, serial: 1)).fingerprint != first.fingerprint)
        #expect(try SigningKeyPool().key(ticket).fingerprint != first.fingerprint)
    }

    @Test func `an allocator hands out each place once`() {
        let allocator = SigningKeyAllocator(pool: SigningKeyPool())
        let places = [allocator.next(.rs256), allocator.next(.rs256), allocator.next(.edDSA)]
        #expect(
            places == [
                .init(algorithm: .rs256, serial: 0), .init(algorithm: .rs256, serial: 1),
                .init(algorithm: .edDSA, serial: 0),
            ]
        )
    }

    @Test func `rsa keys have 2048 bits and the usual exponent`() throws {
        let key = try SigningKeyPool.shared.key(.init(algorithm: .rs256, serial: 0))
        #expect(key.publicMembers["n"]?.string?.utf8.count == 342)
        #expect(key.publicMembers["e"] == "AQAB")
    }
}
