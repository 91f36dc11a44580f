// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import KubeClient
import KubeCore
import Logging
import OperatorCore
import TestKit
import Testing

/// Single-namespace mode: where nobody may install CRDs, everything is in ConfigMaps, and every rule holds all the same.
struct ConfigMapStoreTests {
    private static let all = ["app-instance", "influxdb-admin-access", "influxdb-admin-grants", "influxdb-admin-keys"]

    private static func run(_ body: @Sendable @escaping (World) async throws -> Void) async throws {
        try await withWorld(manifests: World.namespaces, body)
    }

    @Test func `an AppInstance in a ConfigMap is granted, reported and followed`() async throws {
        try await Self.run { world in
            try await world.operating(World.withoutDefinitions) { _ in
                try await world.hold(["a", "b"])
                try await world.says(ready: "True", "Ready")
                #expect(try await world.held() == ["a", "b"])
                #expect(try await world.configMaps() == Self.all)
                #expect(try await world.report("admins") == "2")
                let source = try #require(try await world.get(.configMaps, "app-instance"))
                for name in Self.all.dropFirst() {
                    let metadata = try #require(try await world.get(.configMaps, name)?["metadata"])
                    #expect(
                        metadata["ownerReferences"] == [
                            [
                                "apiVersion": "v1", "kind": "ConfigMap", "name": "app-instance",
                                "uid": source["metadata"]?["uid"] ?? .null,
                            ]
                        ]
                    )
                    #expect(metadata["labels"]?["grantor.dev/app-instance"] == "influxdb")
                }
                let status = try JSONValue(parsing: try await world.report("status.json"))
                #expect(status["admins"] == ["desired": 2, "granted": 2])
                #expect(status["conditions"]?.array?.count == 4)

                try await world.rewrite(try await world.text(["b", "c"]))
                try await world.holds(["b", "c"])
                try await world.quiet()
                let events = try await world.events()
                #expect(events.contains("Normal Granted granted administrative access to a, b"))
                #expect(events.contains("Normal Revoked revoked the administrative access of a"))
                let regarding = try await world.client.list(.events, namespace: "default").items.map { $0["regarding"] }
                #expect(regarding.allSatisfy { $0?["kind"] == "ConfigMap" && $0?["name"] == "app-instance" })
                let writers = try await world.get(.configMaps, "app-instance")?["metadata"]?["managedFields"]?.array
                #expect(writers?.allSatisfy { $0["manager"] == "test" } == true, "the source was written")
            }
        }
    }

    @Test func `nothing is written when nothing changed, be it by kubit's status or by a restart`() async throws {
        try await Self.run { world in
            try await world.operating(World.withoutDefinitions) { _ in
                try await world.hold(["a", "b"])
                try await world.says(ready: "True", "Ready")
                let before = try await world.quiet()
                try await world.merge(
                    .configMaps,
                    "app-instance",
                    ["metadata": ["finalizers": ["kubecfg.dev/appinstance-cleanup"]], "data": ["status": "{}"]]
                )
                #expect(try await world.quiet() == before + 1)
            }
            let before = try await world.quiet()
            try await world.operating(World.withoutDefinitions) { `operator` in
                try await world.eventually("all is read") { `operator`.isSynced }
                #expect(try await world.quiet() == before)
            }
        }
    }

    @Test(arguments: ["{", "kind: Pod", "- a", "", "a: {b: 1"])
    func `a text that is no AppInstance revokes nobody, and is told, also after a restart`(
        _ text: String
    ) async throws {
        try await Self.run { world in
            try await world.operating(World.withoutDefinitions) { _ in
                try await world.hold(["a", "b"])
                try await world.says(ready: "True", "Ready")
                try await world.rewrite(text)
                try await world.says(ready: "False", "InvalidAdmin")
                #expect(try await world.report("message").hasPrefix("data.app-instance: Invalid value: "))
                #expect(try await world.held() == ["a", "b"])
                #expect(try await world.events().contains { $0.hasPrefix("Warning InvalidAdmin data.app-instance: ") })
            }
            let before = try await world.quiet()
            try await world.operating(World.withoutDefinitions) { _ in
                #expect(try await world.quiet() == before, "what is known already was written again")
                #expect(try await world.held() == ["a", "b"])
                try await world.merge(.configMaps, "app-instance", ["data": .null])
                try await world.eventually("the missing key is told") {
                    try await world.report("message").contains("there is no such key")
                }
                #expect(try await world.held() == ["a", "b"])
                try await world.rewrite(try await world.text(["b"]))
                try await world.says(ready: "True", "Ready")
                try await world.holds(["b"])
            }
        }
    }

    @Test func `a block that breaks a rule revokes nobody, and one that is taken out revokes all`() async throws {
        try await Self.run { world in
            try await world.operating(World.withoutDefinitions) { _ in
                try await world.hold(["a", "b"])
                try await world.says(ready: "True", "Ready")
                try await world.rewrite(try await world.text(["b", "b"]))
                try await world.says(ready: "False", "InvalidAdmin")
                #expect(try await world.report("message").contains("users[1].id: Duplicate value"))
                #expect(try await world.held() == ["a", "b"])
                try await world.rewrite(World.instance(admin: nil).jsonText)
                try await world.eventually("all is gone") { try await world.configMaps() == ["app-instance"] }
            }
        }
    }

    @Test func `a text that begins broken is reported under the name of the ConfigMap, then under its own`()
        async throws
    {
        try await Self.run { world in
            try await world.operating(World.withoutDefinitions) { _ in
                _ = try await world.client.create(.configMaps, World.holder("{"))
                try await world.says(ready: "False", "InvalidAdmin", of: "app-instance")
                try await world.rewrite(try await world.text(["a"]))
                try await world.says(ready: "True", "Ready")
                try await world.eventually("the first report is gone") { try await world.configMaps() == Self.all }
            }
        }
    }

    @Test(arguments: [false, true])
    func `another name in the text moves everything, also while nobody looked`(isAway: Bool) async throws {
        try await Self.run { world in
            try await world.operating(World.withoutDefinitions) { _ in
                try await world.hold(["a"])
                try await world.says(ready: "True", "Ready")
                if !isAway { try await world.rewrite(try await world.text(["a"], "other")) }
                if !isAway { try await world.says(ready: "True", "Ready", of: "other") }
            }
            if isAway { try await world.rewrite(try await world.text(["a"], "other")) }
            try await world.operating(World.withoutDefinitions) { _ in
                try await world.says(ready: "True", "Ready", of: "other")
                let wanted = Self.all.map { $0.replacing("influxdb", with: "other") }
                try await world.eventually("only the new ones are there") { try await world.configMaps() == wanted }
                #expect(try await world.held(of: "other") == ["a"])
            }
        }
    }

    @Test func `deleting the ConfigMap takes everything along, and somebody else's of that name is left alone`()
        async throws
    {
        try await Self.run { world in
            try await world.operating(World.withoutDefinitions) { _ in
                try await world.hold(["a"])
                try await world.says(ready: "True", "Ready")
                try await world.delete(.configMaps, "app-instance")
                try await world.eventually("nothing is left") { try await world.configMaps().isEmpty }
                _ = try await world.client.create(
                    .configMaps,
                    [
                        "apiVersion": "v1", "kind": "ConfigMap",
                        "metadata": ["name": "app-instance", "namespace": "default"], "data": ["a": "b"],
                    ]
                )
                try await world.quiet()
                #expect(try await world.configMaps() == ["app-instance"])
                // Made anew it is another one, with children of its own.
                try await world.rewrite(try await world.text(["a", "b"]))
                try await world.holds(["a", "b"])
            }
        }
    }

    @Test func `two replicas of which one leads make each grant once`() async throws {
        try await Self.run { world in
            let lead: (inout OperatorConfiguration) -> Void = { configuration in
                World.withoutDefinitions(&configuration)
                configuration.election = .init()
                configuration.identity = "first"
            }
            try await world.operating(lead) { _ in
                try await world.operating({
                    lead(&$0)
                    $0.identity = "second"
                }) { _ in
                    try await world.hold(["a", "b"])
                    try await world.says(ready: "True", "Ready")
                    try await world.rewrite(try await world.text(["b", "c"]))
                    try await world.holds(["b", "c"])
                    try await world.eventually("the story is told") { try await world.events().count >= 3 }
                    #expect(try await world.events().count { $0.hasPrefix("Normal Granted") } == 2)
                }
            }
        }
    }

    @Test func `each half may stand alone: AppInstances with ConfigMaps, a ConfigMap with AdminGrants`() async throws {
        try await withWorld { world in
            try await world.operating {
                $0.namespaces = ["default", "team-a"]
                $0.store = .configMaps
            } _: { _ in
                try await world.create(["a"])
                try await world.create(["b"], "second")
                try await world.says(ready: "True", "Ready")
                try await world.says(ready: "True", "Ready", of: "second")
                #expect(try await world.held() == ["a"])
                #expect(try await world.held(of: "second") == ["b"])
                try await world.delete(.appInstances, "second")
                try await world.eventually("its ConfigMaps are gone") {
                    try await world.configMaps() == Array(Self.all.dropFirst())
                }
            }
            try await world.operating {
                $0.namespaces = ["team-b"]
                $0.source = .configMaps
            } _: { _ in
                try await world.hold(["c"], in: "team-b")
                try await world.reports("Ready=True/Ready", in: "team-b")
                #expect(try await world.granted(in: "team-b") == ["c"])
                let owner = try await world.grants(in: "team-b").first?["metadata"]?["ownerReferences"]?[0]
                #expect(owner?["kind"] == "ConfigMap" && owner?["name"] == "app-instance")
                try await world.delete(.configMaps, "app-instance", in: "team-b")
                try await world.eventually("nothing is left") { try await world.grants(in: "team-b").isEmpty }
            }
        }
    }

    @Test func `all namespaces at once are refused`() async throws {
        try await Self.run { world in
            var configuration = OperatorConfiguration(kubernetes: world.kubernetes)
            configuration.store = .configMaps
            let error = #expect(throws: KubeError.self) {
                _ = try Operator(configuration, host: .live, logger: world.logs.logger)
            }
            #expect(error?.code == .invalidConfiguration)
        }
    }

    @Test func `who starts it with CRDs where there are none is told what to do instead`() async throws {
        try await Self.run { world in
            try await world.operating { _ in
                try await world.logs.wait("both complaints") { lines in lines.count { $0.level == .warning } >= 2 }
                let lines = world.logs.lines(at: .warning).map(\.description).joined(separator: "\n")
                #expect(lines.contains("run with --source configmap"))
                #expect(lines.contains("run with --store configmap and --namespace"))
            }
        }
    }
}
