// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore

/// What there is to see at one moment: a row for each AdminAccess, and one for each AdminGrant.
struct DemoView: Sendable, Equatable {
    private var accesses: [[String]] = []
    private var grants: [[String]] = []
    private var problems: [String] = []
    /// Whether every AppInstance has been judged, and everybody who should be is granted.
    private(set) var isSettled = false

    /// Looks.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    init(_ client: KubeClient) async throws {
        let instances = try await client.list(.appInstances).items.count
        var judged = 0
        for item in try await client.list(.adminAccesses).items {
            let access = try AdminAccess(json: item)
            guard let status = access.status, let ready = status.condition(.ready) else { continue }
            let admins = status.admins.map { "\($0.granted)/\($0.desired)" } ?? "-"
            accesses.append([
                access.metadata.namespace ?? "", access.metadata.name, status.identityProvider ?? "-",
                status.keySet.map { "\($0.keys.count)" } ?? "-", admins, ready.status.rawValue, ready.reason,
            ])
            let config = status.condition(.configValid)
            if let config, config.status == .no {
                problems += config.message.split(separator: "; ").map(String.init)
            }
            let isWhole = status.admins.map { $0.granted == $0.desired } ?? false
            if ready.status == .yes && isWhole || config?.status == .no { judged += 1 }
        }
        for item in try await client.list(.adminGrants).items {
            let grant = try AdminGrant(json: item)
            let name = "\(grant.spec.firstName) \(grant.spec.lastName)"
            grants.append([grant.metadata.namespace ?? "", grant.metadata.name, grant.spec.userID, name])
        }
        isSettled = instances > 0 && judged == instances
    }

    /// The lines of the table.
    var lines: [String] {
        var lines = Self.columns(
            ["NAMESPACE", "ADMINACCESS", "PROVIDER", "KEYS", "ADMINS", "READY", "REASON"],
            accesses
        )
        for problem in problems { lines.append("  \(problem)") }
        lines.append("")
        lines += Self.columns(["NAMESPACE", "ADMINGRANT", "USER", "NAME"], grants)
        return lines
    }

    private static func columns(_ head: [String], _ rows: [[String]]) -> [String] {
        let all = [head] + rows
        let widths = head.indices.map { column in
            all.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return all.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: max(0, width - cell.count) + 3)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}
