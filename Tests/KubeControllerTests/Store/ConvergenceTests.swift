// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevAPIServer
import KubeClient
import KubeCore
import Synchronization
import TestKit
import Testing

@testable import KubeController

/// A store beside a real API server that is written to, cut off and made forgetful at random.
///
/// Whatever happens on the way, in the end the store holds exactly what the server holds, and whoever followed the
/// changes knows the same.
struct ConvergenceTests {
    /// One way of watching, and the numbers that the course of events is made from.
    struct Course: Sendable, CustomTestStringConvertible {
        var seed: UInt64
        var streamsLists: Bool
        var pageSize: Int
        var metadataOnly = false

        var testDescription: String {
            "seed \(seed), \(streamsLists ? "streaming" : "pages of \(pageSize)")\(metadataOnly ? ", metadata" : "")"
        }
    }

    /// Numbers that are the same in each run (SplitMix64).
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// What somebody knows who only hears of changes.
    private final class Follower: Sendable {
        private let state = Mutex<(known: [NamespacedName: String], faults: [String])>(([:], []))

        var known: [NamespacedName: String] { state.withLock { $0.known } }
        var faults: [String] { state.withLock { $0.faults } }

        func receive(_ change: ObjectChange<String>) {
            state.withLock { state in
                if state.known[change.key] != change.old {
                    state.faults.append("\(change.key): \(change.old ?? "-") was \(state.known[change.key] ?? "-")")
                }
                state.known[change.key] = change.new
            }
        }
    }

    private static func course(
        _ seed: UInt64,
        streams: Bool,
        page: Int = 500,
        metadataOnly: Bool = false
    ) -> Course {
        Course(seed: seed, streamsLists: streams, pageSize: page, metadataOnly: metadataOnly)
    }

    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            course(1, streams: true), course(2, streams: false, page: 3), course(3, streams: false),
            course(4, streams: true, metadataOnly: true), course(5, streams: false, page: 1),
        ]
    )
    func `a store ends up with what the server has`(_ course: Course) async throws {
        try await withDevAPIServer(.init(historyLimit: 50)) { server in
            try await withTestClient(KubeConfiguration(server: try await server.address.url)) { client in
                let follower = Follower()
                var configuration = WatcherConfiguration()
                configuration.streamsLists = course.streamsLists
                configuration.pageSize = course.pageSize
                let source = KubeListWatch<String>(
                    client: client,
                    type: .configMaps,
                    namespace: "default",
                    labelSelector: "kept!=no",
                    metadataOnly: course.metadataOnly
                ) { object in
                    // The version is in metadata too, so that both forms can be compared.
                    object["metadata"]?["labels"]?["value"]?.string ?? "none"
                }
                let store = ObjectStore<String>()
                let service = WatchedStore(
                    // Waits are cut short, so that many cuts fit into a test.
                    Watcher(source, configuration: configuration, jitter: { 0 }, logger: LogCapture().logger),
                    into: store,
                    routes: [ChangeRoute { follower.receive($0) }]
                )
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await service.run() }
                    try await store.waitUntilSynced()
                    try await Self.play(course, client: client, server: server)
                    try await withDeadline(.seconds(60), "the store to agree with the server") {
                        while true {
                            let wanted = try await Self.content(client)
                            let held = Self.content(store.snapshot)
                            if wanted == held, follower.known == wanted { return }
                            try await Task.sleep(for: .milliseconds(20))
                        }
                    }
                    #expect(follower.faults.isEmpty, "\(follower.faults.prefix(3))")
                    group.cancelAll()
                }
            }
        }
    }

    /// Writes at random, and disturbs the watch at random.
    private static func play(_ course: Course, client: KubeClient, server: DevAPIServer) async throws {
        var numbers = Numbers(state: course.seed)
        for step in 0..<300 {
            let name = NamespacedName(namespace: "default", name: "m-\(UInt8.random(in: 0..<20, using: &numbers))")
            let value = JSONValue.string("v\(step)")
            switch UInt8.random(in: 0..<20, using: &numbers) {
            case 0..<8:
                let object: JSONValue = ["metadata": ["name": .string(name.name), "labels": ["value": value]]]
                do {
                    _ = try await client.create(.configMaps, object, namespace: "default")
                } catch let error as KubeError where error.code == .alreadyExists {
                    // Somebody was faster.
                }
            case 8..<14:
                try await change(name, ["value": value], client)
            case 14..<16:
                // It leaves the selection, or comes back into it.
                try await change(name, ["kept": Bool.random(using: &numbers) ? "no" : .null], client)
            case 16..<18:
                try await client.delete(.configMaps, name)
            case 18: server.closeWatches()
            default: server.forgetHistory()
            }
        }
    }

    private static func change(_ name: NamespacedName, _ labels: JSONValue, _ client: KubeClient) async throws {
        do {
            _ = try await client.patch(.configMaps, name, .merge(["metadata": ["labels": labels]]))
        } catch let error as KubeError where error.code == .notFound {
            // Nothing to change.
        }
    }

    private static func content(_ client: KubeClient) async throws -> [NamespacedName: String] {
        let options = ListOptions(labelSelector: "kept!=no")
        let items = try await client.list(.configMaps, namespace: "default", options: options).items
        return Dictionary(
            items.map { item in
                let name = item["metadata"]?["name"]?.string ?? ""
                let value = item["metadata"]?["labels"]?["value"]?.string ?? "none"
                return (NamespacedName(namespace: "default", name: name), value)
            }
        ) { first, _ in first }
    }

    private static func content(_ snapshot: ObjectSnapshot<String>) -> [NamespacedName: String] {
        var content: [NamespacedName: String] = [:]
        for key in snapshot.keys { content[key] = snapshot[key] }
        return content
    }
}
