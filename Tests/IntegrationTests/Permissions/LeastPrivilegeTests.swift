// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import DevIdentityProvider
import FoundationEssentials
import KubeClient
import KubeCore
import Subprocess
import Synchronization
import TestKit
import Testing

/// The operator runs under exactly the roles of the chart: nothing lacks, and nothing is there for nothing.
@Suite(.needsGrantor, .needsPython, .timeLimit(.minutes(6)))
struct LeastPrivilegeTests {
    @Test(arguments: RoleMode.all)
    func `what the operator asks for is permitted by the roles of the chart`(mode: RoleMode) async throws {
        let installation = try await Installation(mode)
        let trail = try await installation.trail()
        #expect(trail.refused.isEmpty, "the table of permissions lacks what this takes")
        #expect(trail.entries.count > 50)
    }

    @Test(arguments: RoleMode.all)
    func `every permission of the chart's roles is used`(mode: RoleMode) async throws {
        let installation = try await Installation(mode)
        let trail = try await installation.trail()
        let idle = installation.permissions.subtracting(trail.used)
        #expect(idle.isEmpty, "permitted, and never asked for")
        #expect(trail.used.isSubset(of: installation.permissions))
    }

    @Test func `a permission that lacks and one too many are found`() async throws {
        var installation = try await Installation(RoleMode.all[0])
        let missing = Permission(
            role: "ClusterRole grantor",
            verb: "create",
            group: "events.k8s.io",
            resource: "events"
        )
        try #require(installation.permissions.contains(missing))
        installation.change(rulesOf: "ClusterRole grantor") { rules in
            rules.filter { $0["resources"] != ["events"] } + [
                ["apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]]
            ]
        }
        let trail = try await installation.trail()
        #expect(trail.refused.contains { $0.description.hasPrefix("create events") })
        #expect(
            installation.permissions.subtracting(trail.used) == [
                Permission(role: "ClusterRole grantor", verb: "get", group: "", resource: "secrets")
            ]
        )
    }
}

/// The chart's objects of access, and an operator that lives under them.
private struct Installation: Sendable {
    private static let kinds: Set<String> = [
        "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding",
    ]

    private let mode: RoleMode
    private let arguments: [String]
    private let account: NamespacedName
    private(set) var objects: [JSONValue]

    /// Renders the chart.
    init(_ mode: RoleMode) async throws {
        self.mode = mode
        let rendering = try await ChartEngine.render(mode.values)
        arguments = try await RunningOperatorTests.arguments(mode.values) + mode.arguments
        objects = rendering.objects.filter { Self.kinds.contains($0["kind"]?.string ?? "") }
        let pod = try rendering.object("Deployment")[path: ["spec", "template", "spec"]]
        account = NamespacedName(
            namespace: "grantor",
            name: try #require(pod?["serviceAccountName"]?.string)
        )
    }

    /// What the roles permit that are bound to the operator.
    var permissions: Set<Permission> {
        let bindings = objects.filter { object in
            (object["subjects"]?.array ?? []).contains { $0["name"]?.string == account.name }
        }
        let names = Set(
            bindings.map { binding in
                let namespace = binding["metadata"]?["namespace"]?.string.map { "\($0)/" } ?? ""
                let role = binding["roleRef"]
                return "\(role?["kind"]?.string ?? "") \(namespace)\(role?["name"]?.string ?? "")"
            }
        )
        return objects.filter { names.contains(ChartEngine.Rendering.name($0)) }
            .reduce(into: []) { $0.formUnion(Permission.all(of: $1)) }
    }

    /// Changes what a role permits.
    mutating func change(rulesOf role: String, _ change: ([JSONValue]) -> [JSONValue]) {
        for index in objects.indices where ChartEngine.Rendering.name(objects[index]) == role {
            objects[index]["rules"] = .array(change(objects[index]["rules"]?.array ?? []))
        }
    }

    /// Lets an operator live under the roles.
    ///
    /// - Returns: What it asked for.
    func trail() async throws -> AuditTrail {
        let events = Journal<JSONValue>()
        let namespaces = ["grantor", "influxdb", "other"].map { name -> JSONValue in
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
        }
        let manifests = CustomResourceDefinitions.all + [CustomResourceDefinitions.appInstance] + namespaces + objects
        try await withRealm { realm in
            let endpoint = try await realm.keysURL
            var configuration = DevAPIServer.Configuration(enforcesRoles: true)
            configuration.audit = { events.append($0) }
            try await withCluster(configuration, manifests: manifests) { cluster in
                cluster.server.obey(Surprises().judge)
                defer { cluster.server.obey(nil) }
                let kubeconfig = try await write(cluster)
                var command = cluster.command(
                    try Tool.grantor.required(),
                    arguments + ["--kubeconfig", kubeconfig]
                )
                command.limit = .seconds(150)
                let authorities = try #require(cluster.server.certificateAuthority)
                try await administering(cluster) { [command] client in
                    let life = OperatorLife(
                        client: client,
                        endpoint: endpoint,
                        authorities: authorities,
                        namespace: "influxdb"
                    )
                    let ending = try await command.ended(by: .terminate) { lines in
                        do {
                            try await mode.life(life)
                        } catch {
                            Issue.record("\(error): \(lines.entries.suffix(8))")
                        }
                    }
                    #expect(ending.status == 0, "\(ending.lines)")
                }
            }
        }
        let user = "system:serviceaccount:\(account.namespace ?? ""):\(account.name)"
        return AuditTrail(events.entries, user: user)
    }

    /// The kubeconfig of the operator, with a token of its service account.
    private func write(_ cluster: Cluster) async throws -> String {
        let admin = try await cluster.server.kubeconfig()
        let name: JSONValue = "operator"
        let place = admin["contexts"]?[0]?["context"]?["cluster"] ?? .null
        let kubeconfig: JSONValue = [
            "apiVersion": "v1", "kind": "Config", "clusters": admin["clusters"] ?? .null, "current-context": name,
            "users": [["name": name, "user": ["token": .string(try cluster.server.token(for: account))]]],
            "contexts": [
                [
                    "name": name,
                    "context": [
                        "cluster": place, "user": name, "namespace": .string(account.namespace ?? "default"),
                    ],
                ]
            ],
        ]
        let path = "\(cluster.home)/operator"
        try Data(JSONWriter.bytes(kubeconfig)).write(to: URL(filePath: path))
        return path
    }

    private func administering(_ cluster: Cluster, _ body: (KubeClient) async throws -> Void) async throws {
        let configuration = KubeConfiguration(
            server: try await cluster.server.address.url,
            certificateAuthority: cluster.server.certificateAuthority.map { .data(Secret($0)) },
            authorization: cluster.server.token.map { .token(Secret($0)) } ?? .none,
            userAgent: "administrator"
        )
        try await withKubeClient(
            configuration,
            options: .init(fieldManager: "administrator"),
            host: .live,
            logger: LogCapture().logger,
            body
        )
    }
}

/// What an operator meets now and then, so that it does what it does only then.
private final class Surprises: Sendable {
    private let seen = Mutex<Set<String>>([])

    /// The rule for the server to obey.
    var judge: RequestAttempt.Rule {
        { attempt in
            guard attempt.userAgent != "administrator" else { return nil }
            let place = "\(attempt.verb) \(attempt.resource).\(attempt.group) in \(attempt.namespace ?? "")"
            switch (attempt.verb, attempt.resource) {
            case ("watch", _) where self.isFirst(place):
                // A server before 1.32 does not stream lists.
                return Status(
                    code: 422,
                    reason: "Invalid",
                    message: "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"
                )
            case ("create", "admingrants") where self.isFirst(place):
                // Somebody else was faster, as far as the operator can tell; it looks.
                return Status(code: 409, reason: "AlreadyExists", message: "admingrants already exists")
            default: return nil
            }
        }
    }

    private func isFirst(_ place: String) -> Bool {
        seen.withLock { $0.insert(place).inserted }
    }
}
