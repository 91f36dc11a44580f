// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import KubeClient
import KubeCore
import TestKit
import Testing

@testable import AdminGrants

/// An API server with one AppInstance's grants, and what writes them.
struct GrantRig: Sendable {
    let server: DevAPIServer
    let client: KubeClient
    /// What was asked of AdminGrants, by verb.
    let attempts: Journal<String>
    let owner = InstanceIdentity(namespace: "default", name: "influxdb", uid: "u-1")

    /// Runs an API server with Grantor's definitions for the length of a test.
    static func run(_ body: @Sendable (GrantRig) async throws -> Void) async throws {
        try await withDevAPIServer(.init(manifests: CustomResourceDefinitions.all)) { server in
            try await withKubeClient(
                KubeConfiguration(server: try await server.address.url),
                options: .init(fieldManager: "grantor"),
                host: .live,
                logger: LogCapture().logger
            ) { client in
                try await body(GrantRig(server: server, client: client, attempts: Journal()))
            }
        }
    }

    /// Writes down every request for grants from now on, and lets a rule decide about each.
    func obey(_ rule: @escaping @Sendable (RequestAttempt, _ index: Int) -> Status? = { _, _ in nil }) {
        let attempts = attempts
        server.obey { attempt in
            guard attempt.resource == "admingrants" else { return nil }
            attempts.append(attempt.verb)
            return rule(attempt, attempts.count - 1)
        }
    }

    /// A user with an address of choice.
    func user(_ id: String, email: String = "a@example.com") -> AdminUser {
        AdminUser(id: id, firstName: "A", lastName: "B", email: email)
    }

    /// The plan for users, by a cache that knows of some grants.
    func plan(_ users: [AdminUser], knowing existing: [GrantRecord] = []) -> GrantPlan {
        GrantPlanner.plan(admins: users, provider: "keycloak", owner: owner, existing: existing)
    }

    /// Carries a plan out with empty stores, as a process does whose watches have told nothing yet.
    func write(_ plan: GrantPlan) async throws -> GrantWriter.Result {
        try await GrantWriter(client: client, stores: OperatorStores(), owner: owner).write(plan)
    }

    /// The grants on the server.
    func records() async throws -> [GrantRecord] {
        try await objects().map { try GrantRecord(json: $0) }
    }

    /// The grants on the server, as they are.
    func objects() async throws -> [JSONValue] {
        try await client.list(.adminGrants, namespace: "default").items
    }

    /// The name of a user's grant.
    func name(_ id: String) -> NamespacedName {
        NamespacedName(namespace: "default", name: GrantContent.name(of: id, appInstance: "influxdb"))
    }
}
