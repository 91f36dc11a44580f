// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

@testable import KeySets

/// Lookups by the system, of names that need no network.
struct SystemHostResolverTests {
    @Test func `localhost is this machine, each address once`() async throws {
        let addresses = try await SystemHostResolver().addresses(of: "localhost")
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { $0.isLoopback }, "\(addresses)")
        #expect(Set(addresses).count == addresses.count)
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("10.1.2.3", "10.1.2.3"), ("::1", "::1"), ("2001:db8::42", "2001:db8::42"),
        // The system takes forms of numbers that no URL here may have; the address that comes out is what is checked.
        ("0x7f000001", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("127.1", "127.0.0.1"),
    ])
    func `a number is the address that it stands for`(text: String, address: String) async throws {
        let expected = try #require(IPAddress(address))
        #expect(try await SystemHostResolver().addresses(of: text) == [expected])
    }

    @Test(arguments: ["no-such-host.invalid", "", "a..b", String(repeating: "a", count: 300)])
    func `a name without an address is told as such, without the name`(_ name: String) async throws {
        let error = await #expect(throws: KeySetError.self) { try await SystemHostResolver().addresses(of: name) }
        #expect(error?.code == .nameNotResolved)
        #expect(name.isEmpty || error?.message.contains(name) == false)
    }

    @Test func `a caller that is cancelled does not wait for the system`() async throws {
        try await withDeadline {
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        do {
                            _ = try await SystemHostResolver().addresses(of: "localhost")
                            return true
                        } catch {
                            return error is CancellationError
                        }
                    }
                }
                group.cancelAll()
                for await isFine in group { #expect(isFine) }
            }
        }
        // The places of those that were left behind are free again.
        for _ in 0..<100 { _ = try await SystemHostResolver().addresses(of: "127.0.0.1") }
    }
}
