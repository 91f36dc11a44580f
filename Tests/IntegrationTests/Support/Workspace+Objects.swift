// Grantor
// SPDX-License-Identifier: Apache-2.0

import TestKit
import Testing

extension Workspace {
    /// The rows of the table that kubectl shows, cut at white space.
    func rows(_ kind: String) async throws -> [[String]] {
        let table = try await kubectl("get", kind, "--no-headers")
        return table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    /// The e-mail addresses of those who have a grant, sorted.
    func admins() async throws -> [String] {
        let text = try await kubectl("get", "admingrants", "-o", "jsonpath={.items[*].spec.email}")
        return text.split(separator: " ").map(String.init).sorted()
    }

    /// Waits until the status of the AdminAccess speaks of that generation of its AppInstance.
    func settle(generation: Int) async throws {
        try await kubectl(
            "wait",
            "--for=jsonpath={.status.appInstance.generation}=\(generation)",
            "adminaccess/influxdb",
            "--timeout=20s"
        )
    }

    /// Waits until the events satisfy a condition, and returns them: reason and note, one to a line.
    func events(until condition: @escaping @Sendable ([String]) -> Bool) async throws -> [String] {
        let format = #"jsonpath={range .items[*]}{.reason}{" "}{.note}{"\n"}{end}"#
        let seen = Journal<[String]>()
        try await eventually("events") {
            let text = try await kubectl("get", "events.events.k8s.io", "-o", format)
            seen.append(text.split(separator: "\n").map(String.init))
            return condition(seen.entries.last ?? [])
        }
        return seen.entries.last ?? []
    }

    /// Asks again and again, kubectl being slow enough, until something is so.
    func eventually(
        _ what: String,
        within limit: Duration = .seconds(20),
        _ condition: @escaping @Sendable () async throws -> Bool
    ) async throws {
        try await withDeadline(limit, what) {
            while try await !condition() {}
        }
    }
}
