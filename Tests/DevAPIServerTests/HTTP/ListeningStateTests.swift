// Grantor
// SPDX-License-Identifier: Apache-2.0

import TestKit
import Testing

@testable import DevAPIServer

struct ListeningStateTests {
    private let address = ListeningAddress(host: "127.0.0.1", port: 8001, tls: false)

    @Test func `who waits gets the address when there is one`() async throws {
        let state = ListeningState()
        async let first = state.address()
        async let second = state.address()
        state.succeed(address)
        #expect(try await [first, second] == [address, address])
        #expect(try await state.address() == address)
    }

    @Test func `who waits is told of a failure`() async throws {
        let state = ListeningState()
        await withThrowingTaskGroup(of: ListeningAddress.self) { group in
            group.addTask { try await state.address() }
            state.fail(DevAPIServerError(.cannotListen, "cannot listen"))
            await #expect(throws: DevAPIServerError.self) { try await group.next() }
        }
        await #expect(throws: DevAPIServerError.self) { try await state.address() }
    }

    @Test func `one who stops waiting takes nobody along`() async throws {
        let state = ListeningState()
        async let other = state.address()
        await withThrowingTaskGroup(of: ListeningAddress.self) { group in
            group.addTask { try await state.address() }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        state.succeed(address)
        #expect(try await other == address)
    }

    @Test func `an IPv6 address is bracketed and an unspecified one made reachable`() {
        #expect(ListeningAddress(host: "::1", port: 1, tls: true).url == "https://[::1]:1")
        #expect(ListeningAddress(host: "0.0.0.0", port: 2, tls: false).url == "http://127.0.0.1:2")
    }
}
