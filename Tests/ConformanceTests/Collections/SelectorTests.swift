// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

struct SelectorTests {
    private static let labels: [(selector: String, names: [String])] = [
        ("tier=web", ["a", "b"]), ("tier==web", ["a", "b"]), ("tier!=web", ["c", "d"]), ("tier", ["a", "b", "c"]),
        ("!tier", ["d"]), ("tier in (web, db)", ["a", "b", "c"]), ("tier notin (web)", ["c", "d"]),
        ("tier=web,track=canary", ["b"]), ("tier=", []), ("size>5", ["b"]), ("size<5", ["a"]),
        ("example.dev/x=y", ["c"]),
    ]

    @Test func `labels select`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.leases, "a", labels: ["tier": "web", "track": "stable", "size": "3"])
            try await cluster.create(.leases, "b", labels: ["tier": "web", "track": "canary", "size": "30"])
            try await cluster.create(.leases, "c", labels: ["tier": "db", "example.dev/x": "y"])
            try await cluster.create(.leases, "d")
            for (selector, names) in Self.labels {
                let selected = try await cluster.names(.leases, ListOptions(labelSelector: selector))
                #expect(selected == names, "\(selector)")
            }
        }
    }

    @Test(arguments: ["a=b=c", "in (x)", "a in x", "a b", "-x", "a in ()x"])
    func `a label selector that is none is a bad request`(selector: String) async throws {
        try await withCluster { cluster in
            try await refused(.badRequest) {
                _ = try await cluster.names(.leases, ListOptions(labelSelector: selector))
            }
        }
    }

    @Test func `names and namespaces select in every kind`() async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            for type in [ResourceType.leases, cluster.widgets] {
                for name in ["a", "b", "c"] {
                    try await cluster.create(type, name, ["spec": type == .leases ? [:] : ["size": 1]])
                }
                let cases = [
                    ("metadata.name=b", ["b"]), ("metadata.name!=b", ["a", "c"]), ("metadata.name=z", []),
                    ("metadata.namespace=\(cluster.namespace)", ["a", "b", "c"]), ("metadata.namespace=x", []),
                    ("metadata.namespace=\(cluster.namespace),metadata.name=a", ["a"]),
                ]
                for (selector, names) in cases {
                    let selected = try await cluster.names(type, ListOptions(fieldSelector: selector))
                    #expect(selected == names, "\(selector) of \(type.plural)")
                }
            }
        }
    }

    @Test func `fields that cannot select are a bad request`() async throws {
        try await withCluster { cluster in
            try await cluster.installWidgets()
            for type in [ResourceType.leases, .configMaps, cluster.widgets] {
                for selector in ["spec.size=1", "nonsense"] {
                    try await refused(.badRequest) {
                        _ = try await cluster.names(type, ListOptions(fieldSelector: selector))
                    }
                }
            }
        }
    }

    @Test func `the type of a secret and the phase of a namespace select`() async throws {
        try await withCluster { cluster in
            try await cluster.create(.secrets, "a")
            try await cluster.create(.secrets, "b", ["type": "example.dev/own"])
            let own = ListOptions(fieldSelector: "type=example.dev/own")
            #expect(try await cluster.names(.secrets, own) == ["b"])
            let active = ListOptions(fieldSelector: "status.phase=Active,metadata.name=\(cluster.namespace)")
            let namespaces = try await cluster.client.list(.namespaces, options: active)
            #expect(namespaces.items.map(\.name) == [cluster.namespace])
        }
    }
}
