// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore
import OperatorCore
import Testing

@testable import GrantorCommands

struct OperatorOptionsTests {
    private func parse(_ arguments: String...) throws -> OperatorCommand {
        try #require(try OperatorCommand.parseAsRoot(arguments) as? OperatorCommand)
    }

    @Test func `without flags there is no election, no endpoint and no shard`() throws {
        let command = try parse()
        #expect(command.election.election == nil)
        #expect(command.endpoints.metrics == nil)
        #expect(command.endpoints.health == nil)
        #expect(command.scope.shard == nil)
        #expect(command.scope.selector.isEmpty)
    }

    @Test func `an election has the times of client-go, or those of the preset, or those that are given`() throws {
        let usual = try #require(try parse("--leader-elect").election.election)
        #expect(usual.leaseDuration == .seconds(15))
        #expect(usual.renewDeadline == .seconds(10))
        #expect(usual.retryPeriod == .seconds(2))
        let tolerant = try #require(try parse("--leader-elect", "--leader-elect-tolerant").election.election)
        #expect(tolerant.leaseDuration == .seconds(137))
        let own = try #require(
            try parse(
                "--leader-elect",
                "--leader-elect-lease-duration=30s",
                "--leader-elect-renew-deadline=20s",
                "--leader-elect-retry-period=500ms",
                "--leader-elect-resource-name=l",
                "--leader-elect-namespace=n"
            ).election.election
        )
        #expect(own.leaseDuration == .seconds(30))
        #expect(own.renewDeadline == .seconds(20))
        #expect(own.retryPeriod == .milliseconds(500))
        #expect(own.name == "l")
        #expect(own.namespace == "n")
        #expect(try parse("--leader-elect", "--no-leader-elect").election.election == nil)
    }

    @Test func `the certificate of the webhook is for the names that an API server may use`() throws {
        let options = try parse(
            "--webhook-bind-address=:9443",
            "--webhook-service=grantor/hook",
            "--webhook-host=10.0.0.7"
        ).webhook
        let webhook = try #require(options.webhook(namespace: "default", clusterDomain: "cluster.local"))
        let names = ["10.0.0.7", "hook.grantor.svc", "hook.grantor.svc.cluster.local", "hook.grantor"]
        #expect(webhook.hosts == names)
        #expect(webhook.secret.description == "grantor/grantor-webhook-certificate")
        #expect(webhook.name == "grantor")
        #expect(webhook.certificateLifetime == .seconds(90 * 86_400))
        #expect(try parse().webhook.webhook(namespace: "default", clusterDomain: "x") == nil)
        let bare = try parse("--webhook-bind-address=127.0.0.1:0", "--webhook-host=127.0.0.1").webhook
        let secret = bare.webhook(namespace: "here", clusterDomain: "x")?.secret
        #expect(secret?.namespace == "here")
    }

    @Test func `an identity is the pod and something that no other process has`() throws {
        let options = try parse("--leader-elect").election
        let first = options.identity(environment: ["HOSTNAME": "grantor-7d9f"])
        #expect(first.hasPrefix("grantor-7d9f_"))
        #expect(first != options.identity(environment: ["HOSTNAME": "grantor-7d9f"]))
        #expect(try parse("--leader-elect-identity", "me").election.identity() == "me")
    }

    @Test(arguments: [
        ["--leader-elect-tolerant"], ["--metrics-bind-address", "8080"], ["--health-probe-bind-address", "x:y"],
        ["--webhook-bind-address", "9443", "--webhook-host", "a"], ["--webhook-bind-address", ":9443"],
        ["--webhook-service", "grantor"], ["--webhook-bind-address", ":9443", "--webhook-host", "a b"],
        ["--shard", "3/3"], ["--selector", "a in"], ["--leader-elect-lease-duration", "15"],
    ])
    func `what cannot be meant is refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try OperatorCommand.parseAsRoot(arguments) }
    }

    @Test func `addresses and shards are taken`() throws {
        let command = try parse(
            "--metrics-bind-address=:8080",
            "--health-probe-bind-address=127.0.0.1:8081",
            "--shard=1/3",
            "-l",
            "team=a,env!=dev"
        )
        #expect(command.endpoints.metrics == EndpointAddress(":8080"))
        #expect(command.endpoints.health == EndpointAddress("127.0.0.1:8081"))
        #expect(command.scope.shard == Shard(index: 1, count: 3))
    }
}
