// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import Testing

@testable import OperatorCore

struct ShardTests {
    @Test func `every namespace belongs to exactly one shard, and all get their share`() throws {
        let names = (0..<3_000).map { "team-\($0)" }
        for count in [1, 2, 3, 7] {
            let shards = try (0..<count).map { try #require(Shard(index: $0, count: count)) }
            var shares = Array(repeating: 0, count: count)
            for name in names {
                let owners = shards.filter { $0.contains(namespace: name) }
                #expect(owners.count == 1)
                shares[owners[0].index] += 1
            }
            #expect(shares.allSatisfy { abs($0 - names.count / count) < names.count / count / 5 }, "\(shares)")
        }
    }

    /// Users plan by it, and a change would move namespaces between running operators.
    @Test func `the hash never changes`() {
        // Known answers of FNV-1a, 64 bits.
        #expect(Shard.hash("") == 0xCBF2_9CE4_8422_2325)
        #expect(Shard.hash("a") == 0xAF63_DC4C_8601_EC8C)
        #expect(Shard.hash("foobar") == 0x8594_4171_F739_67E8)
    }

    @Test(arguments: ["", "1", "3/3", "-1/3", "0/0", "a/b", "0/1/2", "0/1025"])
    func `what is no shard is refused`(text: String) {
        #expect(Shard(text) == nil)
    }

    @Test func `each share of the work has a lease of its own`() {
        func name(_ change: (inout OperatorConfiguration) -> Void) -> String {
            var configuration = OperatorConfiguration(kubernetes: KubeConfiguration(server: "http://x"))
            change(&configuration)
            return configuration.leaseName
        }
        #expect(name { _ in } == "grantor")
        #expect(name { $0.shard = Shard("1/3") } == "grantor-1-of-3")
        let two = name { $0.namespaces = ["b", "a"] }
        #expect(two.hasPrefix("grantor-"))
        #expect(two == name { $0.namespaces = ["a", "b"] })
        #expect(Set([two, name { $0.namespaces = ["a"] }, name { $0.selector = "a" }, name { _ in }]).count == 4)
    }
}
