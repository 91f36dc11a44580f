// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import CoreMetrics
import DevAPIServer
import DevIdentityProvider
import FoundationEssentials
import KubeClient
import KubeCore
import Logging
import OperatorCore
import ServiceLifecycle
import TestKit
import Testing

/// A cluster with an identity provider and, while `operating`, the operator; all of it real, in this process.
struct World: Sendable {
    let server: DevAPIServer
    let provider: DevIdentityProvider
    let client: KubeClient
    let logs: LogCapture
    let kubernetes: KubeConfiguration

    /// The realm that tests use unless they say otherwise.
    var realm: Realm {
        get throws { try provider.realm("main") }
    }
}

/// Runs a world for the length of a test, and looks at every report it leaves behind.
func withWorld(
    realms: [Realm.Configuration] = [
        .init(name: "main", shape: .keycloak), .init(name: "other", shape: .keycloak),
        .init(name: "tenant", shape: .auth0),
    ],
    manifests: [JSONValue] = World.manifests,
    _ body: @Sendable (World) async throws -> Void
) async throws {
    let logs = LogCapture()
    try await withProvider(realms, logs) { provider in
        try await withDevAPIServer(.init(manifests: manifests)) { server in
            let kubernetes = KubeConfiguration(server: try await server.address.url)
            try await withTestClient(kubernetes) { client in
                let world = World(
                    server: server,
                    provider: provider,
                    client: client,
                    logs: logs,
                    kubernetes: kubernetes
                )
                try await body(world)
                try await world.lint()
            }
        }
    }
}

private func withProvider(
    _ realms: [Realm.Configuration],
    _ logs: LogCapture,
    _ body: (DevIdentityProvider) async throws -> Void
) async throws {
    let provider = try DevIdentityProvider(
        configuration: .init(realms: realms),
        logger: Logger(label: "idp", factory: { _ in SwiftLogNoOpLogHandler() })
    )
    try await withService(provider) {
        _ = try await provider.baseURL
        try await body(provider)
    }
}

/// Runs a service for the length of a scope, and ends it gracefully.
func withService<Result: Sendable>(
    _ service: some Service,
    _ body: () async throws -> Result
) async throws -> Result {
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let group = ServiceGroup(configuration: .init(services: [service], logger: logger))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let result: Result
        do {
            result = try await body()
        } catch {
            tasks.cancelAll()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return result
    }
}

extension World {
    /// What a cluster has before anything is done with it.
    static var manifests: [JSONValue] {
        CustomResourceDefinitions.all + [CustomResourceDefinitions.appInstance] + namespaces
    }

    /// The namespaces of tests, beside those that every cluster has.
    static var namespaces: [JSONValue] {
        ["team-a", "team-b", "team-c"].map { name in
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
        }
    }

    /// What the operator calls itself, to tell its requests from those of a test.
    static let operatorName = "operator-under-test"

    /// Runs the operator for the length of a scope.
    func operating(
        _ configure: (inout OperatorConfiguration) -> Void = { _ in },
        clock: some Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() },
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        registry: MetricsRegistry? = nil,
        _ body: (Operator) async throws -> Void
    ) async throws {
        var configuration = OperatorConfiguration(kubernetes: kubernetes)
        configuration.kubernetes.userAgent = Self.operatorName
        configuration.allowsLoopback = true
        configure(&configuration)
        let `operator` = try Operator(
            configuration,
            host: .live,
            now: now,
            clock: clock,
            metrics: metrics,
            registry: registry,
            logger: logs.logger
        )
        try await withService(`operator`) { try await body(`operator`) }
    }

    // MARK: - Looking

    /// An object, or `nil`.
    func get(_ type: ResourceType, _ name: String, in namespace: String = "default") async throws -> JSONValue? {
        try await client.get(type, NamespacedName(namespace: namespace, name: name))
    }

    /// The AdminAccess of an AppInstance.
    func access(_ name: String = "influxdb", in namespace: String = "default") async throws -> JSONValue? {
        try await get(.adminAccesses, name, in: namespace)
    }

    /// The grants of a namespace.
    func grants(in namespace: String = "default") async throws -> [JSONValue] {
        try await client.list(.adminGrants, namespace: namespace).items
    }

    /// The users who are granted, sorted.
    func granted(in namespace: String = "default") async throws -> [String] {
        try await grants(in: namespace).compactMap { $0["spec"]?["userID"]?.string }.sorted()
    }

    /// The events of a namespace, as `Type Reason note`.
    func events(in namespace: String = "default") async throws -> [String] {
        try await client.list(.events, namespace: namespace).items.map { event in
            "\(event["type"]?.string ?? "") \(event["reason"]?.string ?? "") \(event["note"]?.string ?? "")"
        }
    }

    /// How many writes the API server has taken so far; every one of them counts it up.
    func writes() async throws -> Int {
        let list = try await client.list(.namespaces)
        return try #require(Int(list.resourceVersion))
    }

    /// Waits until nothing has been written for a while, and returns the number of writes.
    @discardableResult
    func quiet(for pause: Duration = .milliseconds(300), within limit: Duration = .seconds(60)) async throws -> Int {
        try await withDeadline(limit, "the API server to be left alone") {
            var last = try await writes()
            while true {
                try await Task.sleep(for: pause)
                let count = try await writes()
                if count == last { return count }
                last = count
            }
        }
    }

    /// Waits until something holds.
    func eventually(
        _ what: String,
        within limit: Duration = .seconds(30),
        _ condition: @escaping @Sendable () async throws -> Bool
    ) async throws {
        do {
            try await withDeadline(limit, what) {
                while try await !condition() { try await Task.sleep(for: .milliseconds(10)) }
            }
        } catch let error as DeadlineExceeded {
            let state = try await access()?["status"]?.jsonText ?? "no status"
            Issue.record("\(error); the report is \(state)")
            throw error
        }
    }

    /// Waits until a condition of an AdminAccess has a status and a reason, as in `KeysAvailable=False/TimedOut`.
    func reports(
        _ wanted: String,
        of name: String = "influxdb",
        in namespace: String = "default",
        within limit: Duration = .seconds(30)
    ) async throws {
        try await eventually("\(namespace)/\(name) reports \(wanted)", within: limit) {
            let conditions = try await access(name, in: namespace)?["status"]?["conditions"]?.array ?? []
            return conditions.contains { Self.brief($0) == wanted }
        }
    }

    /// The message of a condition.
    func message(_ type: String, of name: String = "influxdb", in namespace: String = "default") async throws -> String
    {
        let conditions = try await access(name, in: namespace)?["status"]?["conditions"]?.array ?? []
        return conditions.first { $0["type"]?.string == type }?["message"]?.string ?? ""
    }

    private static func brief(_ condition: JSONValue) -> String {
        "\(condition["type"]?.string ?? "")=\(condition["status"]?.string ?? "")/\(condition["reason"]?.string ?? "")"
    }

    /// Looks at every report, event and log line for what may never be there.
    func lint() async throws {
        let hasDefinitions = try await client.serves(.adminAccesses)
        for access in hasDefinitions ? try await client.list(.adminAccesses).items : [] {
            let problems = ConditionLinter().problems(of: access)
            #expect(problems.isEmpty, "\(access["metadata"]?["name"]?.string ?? ""): \(problems)")
        }
        for event in try await client.list(.events).items {
            let note = event["note"]?.string ?? ""
            #expect(!note.contains("@"), "an event may hold an e-mail address: \(note)")
            #expect(note.utf8.count <= 1_024)
        }
        let exposed = logs.lines.filter { $0.description.contains("@example.com") }
        #expect(exposed.isEmpty, "a log line holds an e-mail address: \(exposed.first?.description ?? "")")
    }
}
