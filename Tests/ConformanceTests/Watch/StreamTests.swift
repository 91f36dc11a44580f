// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import TestKit
import Testing

struct StreamTests {
    @Test func `a watch ends when its time is over`() async throws {
        try await withCluster { cluster in
            let start = try await cluster.resourceVersion(.leases)
            let options = WatchOptions(resourceVersion: start, allowBookmarks: false, timeoutSeconds: 1)
            let stream = cluster.client.watch(.leases, namespace: cluster.namespace, options: options)
            let count = try await withDeadline(.seconds(60), "the end of the watch") {
                try await stream.reduce(0) { count, _ in count + 1 }
            }
            #expect(count == 0)
        }
    }

    @Test func `before a watch ends it tells how far it came`() async throws {
        try await withCluster { cluster in
            let start = try await cluster.resourceVersion(.leases)
            // The bookmark comes two seconds ahead of the end, so the watch has to last longer than that.
            let options = WatchOptions(resourceVersion: start, timeoutSeconds: 5)
            let stream = cluster.client.watch(.leases, namespace: cluster.namespace, options: options)
            let created = try await cluster.create(.leases, "a")
            let events = try await withDeadline(.seconds(60), "the end of the watch") {
                try await stream.reduce(into: [WatchEvent<JSONValue>]()) { $0.append($1) }
            }
            #expect(events.first?.summary == "ADDED a")
            let bookmark = try #require(events.last)
            #expect(bookmark.kind == .bookmark)
            #expect(bookmark.object["kind"] == "Lease")
            #expect(bookmark.object["spec"]?["holderIdentity"] == nil)
            let reached = try #require(Int64(bookmark.object.resourceVersion))
            #expect(reached >= Int64(created.resourceVersion) ?? .max)
            // From there on the watch goes on without loss.
            let next = try await cluster.create(.leases, "b")
            let rest = WatchOptions(resourceVersion: bookmark.object.resourceVersion)
            #expect(try await cluster.events(.leases, rest, count: 1).first?.object == next)
        }
    }

    @Test func `a streamed list ends with a marked bookmark and goes on as a watch`() async throws {
        try await withCluster { cluster in
            for name in ["a", "b", "c"] { try await cluster.create(.leases, name) }
            let listed = try #require(Int64(try await cluster.resourceVersion(.leases)))
            let options = WatchOptions(resourceVersionMatch: .notOlderThan, sendInitialEvents: true)
            let events: [WatchEvent<JSONValue>]
            do {
                events = try await cluster.events(.leases, options, count: 4)
            } catch let error as KubeError where error.code == .invalid {
                // A server may have this switched off, and then says so.
                #expect(error.status?.faults == ["FieldValueForbidden sendInitialEvents"])
                return
            }
            #expect(Set(events.prefix(3).map(\.summary)) == ["ADDED a", "ADDED b", "ADDED c"])
            let end = try #require(events.last)
            #expect(end.kind == .bookmark)
            #expect(end.object["metadata"]?["annotations"]?["k8s.io/initial-events-end"] == "true")
            #expect(end.object["kind"] == "Lease")
            let reached = try #require(Int64(end.object.resourceVersion))
            #expect(reached >= listed)
            try await cluster.create(.leases, "d")
            let next = WatchOptions(resourceVersion: end.object.resourceVersion)
            #expect(try await cluster.events(.leases, next, count: 1).map(\.summary) == ["ADDED d"])
        }
    }

    @Test func `a streamed list needs a match`() async throws {
        try await withCluster { cluster in
            let options = WatchOptions(sendInitialEvents: true)
            let status = try await refused(.invalid) { _ = try await cluster.events(.leases, options, count: 1) }
            #expect(status.causes.contains { $0.reason == "FieldValueForbidden" && $0.field == "resourceVersionMatch" })
        }
    }
}
