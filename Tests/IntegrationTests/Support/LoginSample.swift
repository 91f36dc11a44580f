// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import KubeCore
import Logging
import TestKit
import Testing

/// An AppInstance to log in against, and what `grantor login` shows.
enum LoginSample {
    /// The user that is an admin in the samples.
    static let admin = "0f8fad5b-d9cb-469f-a165-70867728950e"
    /// The user that is listed as an auditor.
    static let auditor = "7c9e6679-7425-40de-944b-e07fc1f90ae7"

    /// An AppInstance with both users, and others if given.
    static func appInstance(
        _ provider: String,
        keysAt endpoint: String,
        ids: [(String, String?)] = [(admin, nil), (auditor, "Auditor")]
    ) -> String {
        let users = ids.map { id, group in
            let groups = group.map { ", userGroups: [\($0)]" } ?? ""
            return "          - {id: \"\(id)\", firstName: Ada, lastName: Lovelace, email: ada@example.com\(groups)}\n"
        }
        return """
            apiVersion: kubecfg.dev/v1alpha1
            kind: AppInstance
            metadata:
              name: influxdb
              namespace: influxdb
            spec:
              package:
                apiVersion: influxdata.com/v1alpha1
                image: us-docker.pkg.dev/influxdb2-artifacts/clustered/influxdb:20260421-2022186
                spec:
                  admin:
                    identityProvider: \(provider)
                    jwksEndpoint: \(endpoint)
                    dsn:
                      valueFrom:
                        secretKeyRef: {name: catalog, key: dsn}
                    users:

            """ + users.joined()
    }
}

extension Journal<String> {
    /// Waits until `grantor login` shows the code.
    func waitForUserCode() async throws -> String {
        let lines = try await wait("the user code", within: .seconds(30)) {
            $0.contains { $0.contains("Ctrl-C cancels") }
        }
        let place = try #require(lines.firstIndex { $0.contains("enter the code") })
        let code = try #require(lines[(place + 1)...].first { !$0.allSatisfy(\.isWhitespace) })
        return code.filter { !$0.isWhitespace }
    }
}

extension Workspace {
    /// Runs `grantor login` to its end, while a body does what the person does.
    ///
    /// - Parameters:
    ///   - arguments: What comes after `login`.
    ///   - decide: Gets the code that is shown.
    /// - Returns: The lines of both outputs, and the exit status.
    /// - Throws: What `decide` throws; `DeadlineExceeded` when no code is shown, or the login does not end.
    func login(
        _ arguments: [String],
        decide: @escaping @Sendable (String) async throws -> Void
    ) async throws -> (lines: [String], status: Int) {
        // The shell tells the status as the last line, since the outputs come as they are written.
        let program = try Tool.grantor.required()
        let quoted = ([program, "login"] + arguments).map { "'\($0)'" }.joined(separator: " ")
        let command = Command(
            path: "/bin/sh",
            arguments: ["-c", "\(quoted); echo \"status $?\""],
            environment: Self.variables(home: home)
        )
        return try await command.running { lines in
            try await decide(try await lines.waitForUserCode())
            let all = try await lines.wait("the end of the login", within: .seconds(60)) {
                $0.contains { $0.hasPrefix("status ") }
            }
            let status = all.last { $0.hasPrefix("status ") }.flatMap { Int($0.dropFirst(7)) }
            return (all, try #require(status))
        }
    }
}

/// Runs a provider with one realm of certain habits.
func withRealm<Result: Sendable>(
    _ shape: RealmShape = .keycloak,
    device: DeviceHabits,
    tls: Bool = false,
    _ body: (Realm, _ authorityPEM: String?) async throws -> Result
) async throws -> Result {
    var realm = Realm.Configuration(name: "influxdb", shape: shape)
    realm.device = device
    var configuration = DevIdentityProvider.Configuration(realms: [realm])
    configuration.usesTLS = tls
    let provider = try DevIdentityProvider(configuration: configuration, logger: LogCapture().logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await provider.run() }
        defer { group.cancelAll() }
        let realm = try provider.realm("influxdb")
        _ = try await realm.keysURL
        return try await body(realm, provider.authorityPEM)
    }
}
