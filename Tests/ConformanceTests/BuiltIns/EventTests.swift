// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct EventTests {
    @Test func `an event is one object in two groups`() async throws {
        try await withCluster { cluster in
            let regarding: JSONValue = [
                "apiVersion": "v1", "kind": "ConfigMap", "name": "a", "namespace": .string(cluster.namespace),
            ]
            let created = try await cluster.create(
                .events,
                "a.1",
                [
                    "eventTime": "2024-01-02T03:04:05.678901Z", "reportingController": "example.dev/tests",
                    "reportingInstance": "one", "action": "Test", "reason": "Tested", "type": "Normal",
                    "note": "It was tested.", "regarding": regarding,
                    "series": ["count": 2, "lastObservedTime": "2024-01-02T03:05:05.000000Z"],
                ]
            )
            #expect(created["apiVersion"] == "events.k8s.io/v1")
            #expect(created["eventTime"] == "2024-01-02T03:04:05.678901Z")
            let core = try await cluster.get(.coreEvents, "a.1")
            #expect(core["apiVersion"] == "v1")
            #expect(core["message"] == "It was tested.")
            #expect(core["note"] == nil)
            #expect(core["involvedObject"] == regarding)
            #expect(core["reportingComponent"] == "example.dev/tests")
            #expect(core["reason"] == "Tested")
            #expect(core["series"]?["count"] == 2)
            #expect(core.uid == created.uid)
            #expect(core.resourceVersion == created.resourceVersion)
            let selected = ListOptions(fieldSelector: "involvedObject.name=a,reason=Tested")
            #expect(try await cluster.names(.coreEvents, selected) == ["a.1"])
            #expect(try await cluster.names(.coreEvents, ListOptions(fieldSelector: "involvedObject.name=b")).isEmpty)
            try await cluster.client.delete(.coreEvents, cluster.name("a.1"))
            #expect(try await cluster.client.get(.events, cluster.name("a.1")) == nil)
        }
    }

    @Test func `an event of the core group is read in the other`() async throws {
        try await withCluster { cluster in
            let start = try await cluster.resourceVersion(.events)
            try await cluster.create(
                .coreEvents,
                "a.1",
                [
                    "involvedObject": ["kind": "ConfigMap", "name": "a", "namespace": .string(cluster.namespace)],
                    "reason": "Tested", "message": "It was tested.", "type": "Warning", "count": 3,
                    "firstTimestamp": "2024-01-02T03:04:05Z", "lastTimestamp": "2024-01-02T03:04:06Z",
                    "source": ["component": "tests"],
                ]
            )
            let event = try await cluster.get(.events, "a.1")
            #expect(event["note"] == "It was tested.")
            #expect(event["regarding"]?["name"] == "a")
            #expect(event["deprecatedCount"] == 3)
            #expect(event["deprecatedFirstTimestamp"] == "2024-01-02T03:04:05Z")
            #expect(event["deprecatedSource"] == ["component": "tests"])
            let seen = try await cluster.events(.events, WatchOptions(resourceVersion: start), count: 1)
            #expect(seen.map(\.summary) == ["ADDED a.1"])
            #expect(seen.first?.object["note"] == "It was tested.")
        }
    }

    @Test func `a series is counted by patches`() async throws {
        try await withCluster { cluster in
            try await cluster.create(
                .events,
                "a.1",
                [
                    "eventTime": "2024-01-02T03:04:05.000000Z", "reportingController": "example.dev/tests",
                    "reportingInstance": "one", "action": "Test", "reason": "Tested", "type": "Normal",
                    "regarding": ["kind": "ConfigMap", "name": "a", "namespace": .string(cluster.namespace)],
                ]
            )
            let series: JSONValue = ["count": 5, "lastObservedTime": "2024-01-02T03:09:05.000000Z"]
            let patched = try await cluster.merge(.events, "a.1", ["series": series])
            #expect(patched["series"] == series)
        }
    }
}
