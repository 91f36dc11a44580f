// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import DevIdentityProvider
import KubeClient
import KubeCore
import Subprocess
import TestKit
import Testing

/// What the operator logs at its loudest.
@Suite(.needsGrantor, .timeLimit(.minutes(3)))
struct TraceLogTests {
    @Test func `at level trace there is no token, key, password or e-mail address, and every line is JSON`()
        async throws
    {
        try await withRealm { realm in
            let endpoint = try await realm.keysURL
            let definitions = CustomResourceDefinitions.all + [CustomResourceDefinitions.appInstance]
            try await withCluster(.init(tls: true), manifests: definitions) { cluster in
                let server = cluster.server
                let token = try #require(server.token)
                let authority = try #require(server.certificateAuthority)
                var configuration = KubeConfiguration(server: try await server.address.url)
                configuration.certificateAuthority = .data(Secret(authority))
                configuration.authorization = .token(Secret(token))
                let workspace = Workspace(home: cluster.home)
                let command = try workspace.grantor(
                    [
                        "operator", "--allow-loopback", "--log-level", "trace", "--log-format", "json",
                        "--leader-elect",
                        "--metrics-bind-address", "127.0.0.1:0", "--health-probe-bind-address", "127.0.0.1:0",
                        "--webhook-bind-address", "127.0.0.1:0", "--webhook-host", "127.0.0.1",
                    ]
                )
                let lines = try await withTestClient(configuration) { client in
                    // One refused reconcile, so that its line is there as well.
                    server.obey { attempt in
                        guard attempt.resource == "admingrants", attempt.verb == "create",
                            attempt.userAgent.hasPrefix("grantor")
                        else { return nil }
                        return attempt.forbidden(to: "system:serviceaccount:x:y")
                    }
                    for name in ["one", "two"] {
                        _ = try await client.create(.appInstances, Self.instance(name, keysAt: endpoint))
                    }
                    let ending = try await command.ended(by: .terminate) { lines in
                        try await lines.wait("a failed reconcile", within: .seconds(60)) {
                            $0.contains { $0.contains("reconcile failed") }
                        }
                        server.obey(nil)
                        try await lines.wait("a good one", within: .seconds(60)) {
                            $0.contains { $0.contains(#""message":"reconciled""#) }
                        }
                    }
                    #expect(ending.status == 0)
                    return ending.lines
                }
                try Self.verify(lines, against: [token, "hunter2", "@example.com", "PRIVATE", "BEGIN CERT", "LS0tLS1"])
            }
        }
    }

    private static func verify(_ lines: [String], against words: [String]) throws {
        #expect(lines.count > 10)
        for line in lines {
            for word in words where line.contains(word) { Issue.record("\(word) stands in the log: \(line)") }
            let event = try JSONValue(parsing: line)
            #expect(event["time"]?.string?.hasSuffix("Z") == true, "\(line)")
            #expect(event["level"]?.string != nil && event["message"]?.string != nil, "\(line)")
        }
        let events = try lines.map { try JSONValue(parsing: $0) }
        let failures = events.filter { $0["message"] == "reconcile failed" }
        #expect(!failures.isEmpty)
        #expect(failures.allSatisfy { $0["level"] == "error" && $0["reconcile.id"] != nil && $0["error.code"] != nil })
        // One line for each failure and no more.
        let ids = failures.compactMap { $0["reconcile.id"]?.string }
        #expect(Set(ids).count == ids.count)
    }

    private static func instance(_ name: String, keysAt endpoint: String) -> JSONValue {
        let admin: JSONValue = [
            "identityProvider": "keycloak", "jwksEndpoint": .string(endpoint),
            "users": [["id": "a", "firstName": "A", "lastName": "B", "email": "a@example.com"]],
            "dsn": ["value": "postgres://u:hunter2@catalog"],
        ]
        return [
            "apiVersion": "kubecfg.dev/v1alpha1", "kind": "AppInstance",
            "metadata": ["name": .string(name), "namespace": "default"],
            "spec": ["package": ["image": "x", "apiVersion": "influxdata.com/v1alpha1", "spec": ["admin": admin]]],
        ]
    }
}
