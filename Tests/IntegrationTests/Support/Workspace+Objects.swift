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

    /// Waits until the AdminAccess is as it should be, by `kubectl wait`.
    ///
    /// - Parameters:
    ///   - state: What `--for` takes: `create`, `delete`, `condition=...` or `jsonpath=...`.
    ///   - namespace: Where it is; `nil` for that of the context.
    ///   - seconds: The longest this may take.
    ///   - sourceLocation: Where the test waits.
    /// - Throws: `ExpectationFailedError` when it does not become so.
    func waitForAccess(
        _ state: String = "condition=Ready",
        namespace: String? = nil,
        seconds: Int = 20,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let place = namespace.map { ["-n", $0] } ?? []
        let arguments = ["wait", "--for=\(state)", "adminaccess/influxdb", "--timeout=\(seconds)s"] + place
        try await succeed(kubectl(arguments), sourceLocation: sourceLocation)
    }

    /// Waits until the status of the AdminAccess speaks of that generation of its AppInstance.
    func settle(generation: Int) async throws {
        try await waitForAccess("jsonpath={.status.appInstance.generation}=\(generation)")
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
