// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore

/// What there is to see at one moment: a row for each AppInstance, what is wrong, and a row for each AdminGrant.
struct DemoView: Sendable, Equatable {
    private var instances: [[String]] = []
    private var problems: [String] = []
    private var grants: [[String]] = []
    /// Whether every AppInstance has been judged, and everybody who should be is granted.
    private(set) var isSettled = false

    /// Looks.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    init(_ client: KubeClient) async throws {
        var accesses: [NamespacedName: AdminAccess] = [:]
        for item in try await client.list(.adminAccesses).items {
            let access = try AdminAccess(json: item)
            accesses[NamespacedName(namespace: access.metadata.namespace, name: access.metadata.name)] = access
        }
        isSettled = true
        for item in try await client.list(.appInstances).items {
            let name = item["metadata"]?["name"]?.string ?? ""
            let namespace = item["metadata"]?["namespace"]?.string ?? ""
            let provider = item[path: ["spec", "package", "spec", "admin", "identityProvider"]]?.string ?? "-"
            add(
                [namespace, name, provider],
                accesses[NamespacedName(namespace: namespace, name: name)]?.status
            )
        }
        for item in try await client.list(.adminGrants).items {
            let grant = try AdminGrant(json: item)
            let name = "\(grant.spec.firstName) \(grant.spec.lastName)"
            grants.append([grant.metadata.namespace ?? "", grant.metadata.name, grant.spec.userID, name])
        }
        if instances.isEmpty { isSettled = false }
    }

    private mutating func add(_ head: [String], _ status: AdminAccessStatus?) {
        guard let status, let ready = status.condition(.ready) else {
            instances.append(head + ["-", "-", "Unknown", "waiting for the operator"])
            isSettled = false
            return
        }
        let admins = status.admins.map { "\($0.granted)/\($0.desired)" } ?? "-"
        let keys = status.keySet.map { "\($0.keys.count)" } ?? "-"
        instances.append(head + [keys, admins, ready.status.rawValue, ready.reason])
        if let config = status.condition(.configValid), config.status == .no {
            addProblems(of: head.prefix(2).joined(separator: "/"), config.message)
        } else if ready.status != .yes || status.admins.map({ $0.granted != $0.desired }) ?? true {
            isSettled = false
        }
    }

    /// Adds the findings that a condition lists, one to a line; what they have in common is left away.
    private mutating func addProblems(of instance: String, _ message: String) {
        let findings = message.split(separator: "; spec.package.spec.").map { finding -> [String] in
            var finding = finding
            for common in ["spec.package.spec.", "admin."] where finding.hasPrefix(common) {
                finding.removeFirst(common.count)
            }
            let colon = finding.firstRange(of: ": ")
            return [
                String(finding[..<(colon?.lowerBound ?? finding.startIndex)]),
                String(finding[(colon?.upperBound ?? finding.startIndex)...]),
            ]
        }
        let count = findings.count == 1 ? "1 problem" : "\(findings.count) problems"
        problems += ["", "\(instance) was broken on purpose; its admin block has \(count), and nobody is granted:"]
        problems += Self.columns(findings).map { "  " + $0 }
    }

    /// The lines of the table.
    var lines: [String] {
        let head = ["NAMESPACE", "APPINSTANCE", "PROVIDER", "KEYS", "ADMINS", "READY", "REASON"]
        let grantHead = ["NAMESPACE", "ADMINGRANT", "USER", "NAME"]
        return Self.columns([head] + instances) + problems + [""] + Self.columns([grantHead] + grants)
    }

    private static func columns(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: max(0, width - cell.count) + 3)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}
