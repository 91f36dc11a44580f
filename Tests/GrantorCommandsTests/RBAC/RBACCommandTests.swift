// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore
import OperatorCore
import Testing
import YAMLSource

@testable import GrantorCommands

struct RBACCommandTests {
    static func documents(_ arguments: [String]) throws -> [JSONValue] {
        let command = try #require(try GrantorCommand.parseAsRoot(["rbac"] + arguments) as? RBACCommand)
        return try YAMLSource.documents(in: Array(command.text.utf8)).map(\.value)
    }

    static func kinds(_ documents: [JSONValue]) -> [String] {
        documents.map { document in
            let metadata = document["metadata"]
            let place = metadata?["namespace"]?.string.map { "\($0)/" } ?? ""
            return "\(document["kind"]?.string ?? "") \(place)\(metadata?["name"]?.string ?? "")"
        }
    }

    static func file(_ path: String) throws -> [JSONValue] {
        try YAMLSource.documents(in: try InputFile.read("\(Repository.root)/\(path)", limit: 1 << 20)).map(\.value)
    }

    @Test func `all namespaces take a cluster role, and the lease a role at home`() throws {
        #expect(
            Self.kinds(try Self.documents([])) == [
                "ClusterRole grantor", "ClusterRoleBinding grantor", "Role grantor/grantor-leader-election",
                "RoleBinding grantor/grantor-leader-election",
            ]
        )
    }

    @Test func `named namespaces take roles alone`() throws {
        let documents = try Self.documents(["-n", "a", "-n", "b", "--service-account", "a/operator"])
        #expect(
            Self.kinds(documents) == [
                "Role a/grantor", "RoleBinding a/grantor", "Role b/grantor", "RoleBinding b/grantor",
                "Role a/grantor-leader-election", "RoleBinding a/grantor-leader-election",
            ]
        )
        let subjects = documents.compactMap { $0["subjects"]?[0] }
        #expect(subjects.count == 3)
        #expect(subjects.allSatisfy { $0["name"] == "operator" && $0["namespace"] == "a" })
    }

    @Test func `in ConfigMaps there are Roles alone, and nothing that takes a CRD`() throws {
        let documents = try Self.documents([
            "--store", "configmap", "-n", "influxdb", "--service-account", "influxdb/grantor",
        ])
        #expect(
            Self.kinds(documents) == [
                "Role influxdb/grantor", "RoleBinding influxdb/grantor", "Role influxdb/grantor-leader-election",
                "RoleBinding influxdb/grantor-leader-election",
            ]
        )
        let resources = documents.flatMap { $0["rules"]?.array ?? [] }.map { $0["resources"]?[0]?.string }
        #expect(resources == ["configmaps", "events", "leases"])
    }

    @Test func `each form has its rules`() throws {
        func groups(_ arguments: [String]) throws -> Set<String> {
            let rules = try Self.documents(["-n", "a"] + arguments).flatMap { $0["rules"]?.array ?? [] }
            return Set(rules.compactMap { $0["apiGroups"]?[0]?.string })
        }
        let always: Set = ["", "events.k8s.io", "coordination.k8s.io"]
        #expect(try groups([]) == always.union(["kubecfg.dev", "grantor.dev"]))
        #expect(try groups(["--source", "configmap"]) == always.union(["grantor.dev"]))
        #expect(try groups(["--store", "configmap", "--source", "crd"]) == always.union(["kubecfg.dev"]))
    }

    @Test(arguments: [["--store", "configmap"], ["--source", "configmap"]])
    func `ConfigMaps without a namespace are refused`(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try Self.documents(arguments) }
    }

    @Test(arguments: ["grantor", "/grantor", "a/", "a/b/c"])
    func `a service account without its namespace is refused`(_ text: String) {
        #expect(throws: (any Error).self) { try Self.documents(["--service-account", text]) }
    }

    @Test func `the webhook takes roles of its own, narrowed to its two objects`() throws {
        let documents = try Self.documents(["--webhook"])
        let more = Self.kinds(documents).suffix(4)
        #expect(
            Array(more) == [
                "Role grantor/grantor-webhook", "RoleBinding grantor/grantor-webhook", "ClusterRole grantor-webhook",
                "ClusterRoleBinding grantor-webhook",
            ]
        )
        let rules = documents.suffix(4).flatMap { $0["rules"]?.array ?? [] }
        let unnamed = rules.filter { $0["resourceNames"] == nil }
        #expect(unnamed.map { $0["verbs"] } == [["create"]])
    }

    @Test func `AppInstances are never written, and Secrets not touched without the webhook`() {
        let watched = PermissionTable.rules.filter { $0.resource.hasPrefix("appinstances") }
        #expect(watched.map(\.verbs) == [["get", "list", "watch"]])
        #expect(PermissionTable.rules.allSatisfy { $0.resource != "secrets" })
        let all = PermissionTable.rules + PermissionTable.webhookRules
        #expect(all.allSatisfy { $0.resource != "*" && $0.group != "*" && !$0.verbs.contains("*") })
    }

    @Test func `the files of the chart hold the rules of the table`() throws {
        for place in PermissionRule.Place.allCases {
            let rules = try Self.file("charts/grantor/files/rbac/\(place.rawValue).yaml")
            #expect(rules == [PermissionManifests.rules(in: place)], "run dev/generate.sh")
        }
    }

    @Test func `the roles under deploy are what is printed for the cluster`() throws {
        let printed = try Self.documents([])
        let names = ["cluster/role", "cluster/role-binding", "leader-election-role", "leader-election-role-binding"]
        for (name, expected) in zip(names, printed) {
            let document = try #require(try Self.file("deploy/rbac/\(name).yaml").first)
            for member in ["apiVersion", "kind", "rules", "roleRef", "subjects"] {
                #expect(document[member] == expected[member], "\(name) \(member): run dev/generate.sh")
            }
            #expect(document["metadata"]?["name"] == expected["metadata"]?["name"])
            #expect(document["metadata"]?["namespace"] == expected["metadata"]?["namespace"])
        }
    }

    @Test func `the page about running the operator lists the same permissions`() throws {
        let page = String(
            decoding: try InputFile.read("\(Repository.root)/docs/operations.md", limit: 1 << 20),
            as: UTF8.self
        )
        for rule in PermissionTable.rules + PermissionTable.webhookRules {
            let group = rule.group.isEmpty ? "(core)" : "`\(rule.group)`"
            let row = "| \(group) | `\(rule.resource)` | \(rule.verbs.joined(separator: ", ")) | \(rule.reason) |"
            #expect(page.contains(row), "docs/operations.md lacks \(row)")
        }
    }
}
