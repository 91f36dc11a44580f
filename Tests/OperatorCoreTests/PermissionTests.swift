// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import DevAPIServer
import KubeClient
import KubeCore
import Logging
import OperatorCore
import TestKit
import Testing

/// Permissions that lack are told in one line with what to do, waited for, and taken up when they come.
struct PermissionTests {
    private static let account = "system:serviceaccount:grantor:grantor"

    /// Forbids what a condition names, to the operator alone.
    private static func forbid(
        in world: World,
        _ condition: @escaping @Sendable (RequestAttempt) -> Bool
    ) {
        world.server.obey { attempt in
            guard attempt.userAgent == World.operatorName, condition(attempt) else { return nil }
            return attempt.forbidden(to: account)
        }
    }

    @Test func `what may not be read is named in one line, and read once it may be`() async throws {
        try await withWorld { world in
            Self.forbid(in: world) { ["configmaps", "adminaccesses"].contains($0.resource) }
            try await world.operating { running in
                try await world.create(["a"])
                try await world.logs.wait("the complaint") { lines in lines.contains { $0.level == .warning } }
                #expect(!running.isSynced)
                let warnings = world.logs.lines(at: .warning)
                #expect(warnings.count == 1, "\(warnings)")
                let line = warnings.first?.description ?? ""
                #expect(line.contains("give it the role of deploy/"), "\(line)")
                #expect(line.contains("adminaccesses.grantor.dev"), "\(line)")
                #expect(line.contains("configmaps"), "\(line)")
                #expect(!line.contains("admingrants"), "\(line)")
                #expect(try await world.granted().isEmpty)
                world.server.obey(nil)
                try await world.reports("Ready=True/Ready")
                #expect(try await world.granted() == ["a"])
                try await world.logs.wait("the all-clear") { lines in
                    lines.contains { $0.description.contains("everything can be read") }
                }
                #expect(world.logs.lines(at: .error).isEmpty)
            }
        }
    }

    @Test func `of several namespaces those are named that may not be read`() async throws {
        try await withWorld { world in
            Self.forbid(in: world) { $0.namespace == "team-b" }
            try await world.operating {
                $0.namespaces = ["team-a", "team-b"]
            } _: { _ in
                try await world.logs.wait("the complaint") { lines in lines.contains { $0.level == .warning } }
                let line = world.logs.lines(at: .warning).first?.description ?? ""
                #expect(line.contains("admingrants.grantor.dev in team-b"), "\(line)")
                #expect(!line.contains("team-a"), "\(line)")
                world.server.obey(nil)
                try await world.create(["a"], in: "team-b")
                try await world.reports("Ready=True/Ready", in: "team-b")
            }
        }
    }

    @Test func `grants that may not be written are reported as such, and written once they may be`() async throws {
        try await withWorld { world in
            try await world.operating { _ in
                try await world.create(["a", "b"])
                try await world.reports("Ready=True/Ready")
                Self.forbid(in: world) { $0.resource == "admingrants" && !["list", "watch"].contains($0.verb) }
                try await world.list(["b", "c"])
                try await world.reports("GrantsSynced=False/WriteForbidden")
                try await world.reports("Ready=False/WriteForbidden")
                try await world.reports("KeysAvailable=True/KeysLoaded")
                let message = try await world.message("GrantsSynced")
                #expect(message.contains("Forbidden") && message.contains("give its service account the role"))
                #expect(!message.contains(Self.account), "the API server's words stay out of the status")
                #expect(try await world.granted() == ["a", "b"])
                // Tried again, but seldom: it takes a person to change it.
                try await world.logs.wait("an error") { lines in lines.contains { $0.level == .error } }
                #expect(world.logs.lines(at: .error).count <= 4)
                world.server.obey(nil)
                try await world.reports("Ready=True/Ready", within: .seconds(60))
                #expect(try await world.granted() == ["b", "c"])
            }
        }
    }

    @Test func `keys and reports that may not be written keep nobody from being granted`() async throws {
        try await withWorld { world in
            Self.forbid(in: world) { attempt in
                ["configmaps", "events"].contains(attempt.resource) && !["list", "watch", "get"].contains(attempt.verb)
            }
            try await world.operating { _ in
                try await world.create(["a"])
                try await world.reports("Ready=True/Ready")
                #expect(try await world.granted() == ["a"])
                #expect(try await world.get(.configMaps, "influxdb-admin-keys") == nil)
                try await world.logs.wait("an error") { lines in
                    lines.contains { $0.level == .error && $0.description.contains("Forbidden") }
                }
                world.server.obey(nil)
                try await world.eventually("the keys are published", within: .seconds(60)) {
                    try await world.get(.configMaps, "influxdb-admin-keys") != nil
                }
            }
        }
    }
}
