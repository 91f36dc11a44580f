// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import FoundationEssentials
import KubeCore
import Subprocess
import TestKit
import Testing

/// The main job from end to end: the built program, real kubectl, a sample of ours.
@Suite(.needsGrantor, .needsKubectl, .timeLimit(.minutes(5)))
struct MainJobTests {
    @Test func `an AppInstance applied with kubectl gets its admins granted, and loses them with it`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                let endpoint = try await realm.keysURL
                let ending = try await workspace.dev().ended(by: .terminate) { lines in
                    _ = try await lines.waitForAnnouncement()
                    try await workspace.kubectl("create", "namespace", "influxdb")
                    try await workspace.kubectl("config", "set-context", "--current", "--namespace=influxdb")
                    try await apply(endpoint, in: workspace)
                    try await changeTheList(in: workspace)
                    try await breakAndMend(endpoint, in: workspace)
                    try await edit(in: workspace)
                    try await delete(in: workspace)
                }
                #expect(ending.status == 0)
                let complaints = ending.lines.filter { $0.contains(" error ") || $0.contains(" warning ") }
                #expect(complaints.isEmpty, "\(complaints)")
            }
        }
    }

    private func apply(_ endpoint: String, in workspace: Workspace) async throws {
        try await workspace.kubectl("apply", "-f", "-", input: try Samples.keycloak(keysAt: endpoint))
        try await workspace.waitForAccess("create")
        try await workspace.waitForAccess()
        let access = try await workspace.rows("adminaccess")
        #expect(access.map { $0.dropLast() } == [["influxdb", "keycloak", "True", "2", "True", "Ready"]])
        #expect(try await workspace.admins() == ["jennifer@example.com", "marty@example.com"])
        let grants = try await workspace.rows("admingrants")
        #expect(grants.allSatisfy { $0.count == 8 && $0[1] == "influxdb" && $0[6] == "keycloak" })
        let keys = try await workspace.kubectl("get", "cm", "influxdb-admin-keys", "-o", "jsonpath={.data.jwks\\.json}")
        #expect(try JSONValue(parsing: keys)["keys"]?.array?.count == 1)
    }

    private func changeTheList(in workspace: Workspace) async throws {
        try await workspace.kubectl(
            "patch",
            "appinstance",
            "influxdb",
            "--type=json",
            "-p",
            #"[{"op":"remove","path":"/spec/package/spec/admin/users/0"}]"#
        )
        try await workspace.settle(generation: 2)
        #expect(try await workspace.admins() == ["jennifer@example.com"])
        let told = try await workspace.events { $0.contains { $0.hasPrefix("Revoked") } }
        #expect(
            told.contains { $0 == "Revoked revoked the administrative access of 3f0c1a52-6a7e-4a7b-9b1e-2a4f0d9a7c11" }
        )
        #expect(!told.contains { $0.contains("@") }, "no event holds an e-mail address")
    }

    private func breakAndMend(_ endpoint: String, in workspace: Workspace) async throws {
        try await workspace.kubectl(
            "patch",
            "appinstance",
            "influxdb",
            "--type=merge",
            "-p",
            #"{"spec":{"package":{"spec":{"admin":{"identityProvider":"entra","jwksEndpoint":"no url","issuer":"x"}}}}}"#
        )
        try await workspace.waitForAccess("condition=ConfigValid=False")
        let access = try JSONValue(parsing: try await workspace.kubectl("get", "aa", "influxdb", "-o", "json"))
        let conditions = access["status"]?["conditions"]?.array ?? []
        let problem = conditions.first { $0["type"] == "ConfigValid" }?["message"]?.string ?? ""
        for field in ["identityProvider", "jwksEndpoint", "issuer"] {
            #expect(problem.contains("spec.package.spec.admin.\(field): "), "\(problem)")
        }
        #expect(try await workspace.admins() == ["jennifer@example.com"], "nobody is revoked because of a mistake")
        _ = try await workspace.events { $0.contains { $0.hasPrefix("InvalidAdmin") } }
        let description = try await workspace.kubectl("describe", "appinstance", "influxdb")
        for reason in ["Granted", "Revoked", "InvalidAdmin"] {
            #expect(description.contains("  \(reason) "), "\(description)")
        }
        try await workspace.kubectl(
            "patch",
            "appinstance",
            "influxdb",
            "--type=json",
            "-p",
            #"[{"op":"remove","path":"/spec/package/spec/admin/issuer"}]"#
        )
        try await workspace.kubectl("apply", "-f", "-", input: try Samples.keycloak(keysAt: endpoint))
        try await workspace.waitForAccess()
        #expect(try await workspace.admins() == ["jennifer@example.com", "marty@example.com"])
    }

    /// What a person does with `kubectl edit`, the editor being a script.
    private func edit(in workspace: Workspace) async throws {
        for (old, new) in [("jennifer@", "jen@"), ("jen@", "jennifer@")] {
            let editor = try workspace.write(
                "#!/bin/sh\nsed -i 's/email: \(old)/email: \(new)/' \"$1\"\n",
                to: "editor"
            )
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: editor)
            let told = try await workspace.kubectl(
                "edit",
                "appinstance",
                "influxdb",
                environment: ["KUBE_EDITOR": editor]
            )
            #expect(told == "appinstance.kubecfg.dev/influxdb edited\n")
            try await workspace.eventually("the grant follows the edited address") {
                try await workspace.admins() == ["\(new)example.com", "marty@example.com"]
            }
        }
    }

    private func delete(in workspace: Workspace) async throws {
        try await workspace.kubectl("delete", "admingrants", "--all")
        try await workspace.eventually("grants that were deleted are made again") {
            try await workspace.admins() == ["jennifer@example.com", "marty@example.com"]
        }
        try await workspace.kubectl("delete", "appinstance", "influxdb", "--timeout=20s")
        try await workspace.waitForAccess("delete")
        try await workspace.eventually("all children are gone") {
            try await workspace.kubectl("get", "aa,ag,cm", "-o", "name").isEmpty
        }
    }

    @Test func `keys that cannot be had are told, and grants follow the list all the same`() async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                realm.misbehave(.status(500))
                let endpoint = try await realm.keysURL
                _ = try await workspace.dev().ended(by: .terminate) { lines in
                    _ = try await lines.waitForAnnouncement()
                    try await workspace.kubectl("create", "namespace", "influxdb")
                    try await workspace.kubectl("config", "set-context", "--current", "--namespace=influxdb")
                    try await workspace.kubectl("apply", "-f", "-", input: try Samples.keycloak(keysAt: endpoint))
                    try await workspace.waitForAccess("create")
                    try await workspace.waitForAccess("condition=KeysAvailable=False")
                    let row = try await workspace.rows("adminaccess").first?.dropLast()
                    #expect(row == ["influxdb", "keycloak", "False", "2", "False", "BadStatus"])
                    #expect(try await workspace.admins().count == 2)
                    realm.misbehave(nil)
                    try await workspace.waitForAccess(seconds: 40)
                }
            }
        }
    }
}
