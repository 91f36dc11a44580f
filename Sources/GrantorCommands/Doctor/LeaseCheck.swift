// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeClient
import KubeController
import KubeCore
import OperatorCore

/// Whether somebody leads, and whether those that share the work are all there.
struct LeaseCheck {
    /// A lease by its name.
    struct Named: Sendable, Hashable {
        /// The name of the Lease.
        let name: String
        /// What it says.
        let record: LeaseRecord

        init(_ name: String, _ record: LeaseRecord) {
            self.name = name
            self.record = record
        }

        init?(_ json: JSONValue) {
            guard let name = json["metadata"]?["name"]?.string, let lease = try? Lease(json: json) else { return nil }
            self.init(name, lease.record)
        }
    }

    /// How long a lease that looks expired is given to prove the opposite.
    private static let secondLook = Duration.seconds(4)

    let client: KubeClient
    let scope: DoctorScope
    /// The namespace of the lease.
    let home: String
    let now: @Sendable () -> Date

    /// Looks at the leases, and at those that look expired once more.
    ///
    /// - Returns: Who holds the lease that is expected; `nil` when nobody does, or nobody knows.
    /// - Throws: `CancellationError`.
    func run(_ log: DiagnosisLog) async throws -> String? {
        if scope.elects == false {
            log.add([Self.diagnosis(.skipped, "", "no election: the operator is the only one")])
            return nil
        }
        let election = scope.configuration.election
        let expected = election?.name ?? scope.configuration.leaseName
        do {
            var leases = try await leases(expected)
            var diagnoses = Self.judge(
                leases,
                expected: expected,
                isRequired: scope.elects == true,
                home: home,
                at: now()
            )
            if diagnoses.contains(where: { $0.verdict == .error && $0.check == "lease" }), !leases.isEmpty {
                try await Task.sleep(for: Self.secondLook)
                let before = leases
                leases = try await self.leases(expected)
                diagnoses = Self.judge(
                    leases,
                    before: before,
                    expected: expected,
                    isRequired: scope.elects == true,
                    home: home,
                    at: now()
                )
            }
            log.add(diagnoses)
            let holder = leases.first { UTF8Order.equal($0.name, expected) }?.record.holderIdentity
            return holder.flatMap { $0.isEmpty ? nil : $0 }
        } catch let error as KubeError {
            log.add([Self.diagnosis(.skipped, "", error.message)])
            return nil
        }
    }

    private func leases(_ expected: String) async throws -> [Named] {
        try await client.list(.leases, namespace: home).items.compactMap(Named.init).filter {
            UTF8Order.equal($0.name, expected) || $0.name == "grantor" || $0.name.hasPrefix("grantor-")
        }
    }

    // MARK: - Judging

    private static func diagnosis(
        _ verdict: Diagnosis.Verdict,
        _ object: String,
        _ message: String,
        _ advice: String = "",
        check: String = "lease"
    ) -> Diagnosis {
        Diagnosis(
            area: .leadership,
            check: check,
            object: Printable.text(object),
            verdict: verdict,
            message: message,
            advice: advice
        )
    }

    /// Judges the leases.
    ///
    /// - Parameters:
    ///   - leases: The leases of the operator's namespace.
    ///   - before: The same a few seconds earlier; empty when nobody has looked twice.
    ///   - expected: The name of the lease of the operator that is examined.
    ///   - isRequired: Whether it is known that there is an election.
    ///   - home: The namespace.
    ///   - now: The time of day.
    /// - Returns: What there is to say.
    static func judge(
        _ leases: [Named],
        before: [Named] = [],
        expected: String,
        isRequired: Bool,
        home: String,
        at now: Date
    ) -> [Diagnosis] {
        var result: [Diagnosis] = []
        if !leases.contains(where: { UTF8Order.equal($0.name, expected) }) {
            let advice =
                "check that the operator runs in namespace \(home) and looks after the same (-n, -l, --shard); "
                + "without an election give --no-leader-elect"
            result.append(
                diagnosis(
                    isRequired ? .error : .warning,
                    "\(home)/\(expected)",
                    "there is no such lease: nobody leads",
                    advice
                )
            )
        }
        for lease in leases {
            result.append(judge(lease, before: before.first { $0.name == lease.name }, home: home, at: now))
        }
        return result + overlaps(leases.filter(\.record.isHeld).map(\.name), home: home)
    }

    private static func judge(_ lease: Named, before: Named?, home: String, at now: Date) -> Diagnosis {
        let record = lease.record
        let object = "\(home)/\(lease.name)"
        let advice = "kubectl get pods -n \(home) and the operator's log; docs/runbooks/GrantorNoLeader.md"
        guard record.isHeld else {
            let since = Printable.text(record.renewTime, limit: 40)
            return diagnosis(.error, object, "nobody leads: the last leader gave the lease back at \(since)", advice)
        }
        let holder = Printable.text(record.holderIdentity, limit: 120)
        guard let renewed = Timestamp.parse(record.renewTime), let length = record.leaseDurationSeconds else {
            return diagnosis(.error, object, "cannot be read: it has no time of renewal or no duration", advice)
        }
        let age = now.timeIntervalSince(renewed)
        if let before, before.record.renewTime != record.renewTime {
            if abs(age) <= Double(length) {
                return diagnosis(.ok, object, "held by \(holder), and taken a moment ago")
            }
            return diagnosis(
                .warning,
                object,
                "held by \(holder) and renewed, but its clock and this one differ by about \(Int(abs(age))) s",
                "set the clocks of the nodes by NTP; tokens are judged by these clocks"
            )
        }
        guard age <= Double(length) else {
            let text = "held by \(holder), which has not renewed it for \(Int(age)) s (it holds for \(length) s)"
            return diagnosis(.error, object, text, advice)
        }
        if age < -5 {
            return diagnosis(
                .warning,
                object,
                "held by \(holder), whose clock is \(Int(-age)) s ahead of this one",
                "set the clocks of the nodes by NTP; tokens are judged by these clocks"
            )
        }
        let text = "held by \(holder), renewed \(Int(max(0, age))) s ago of \(length) s"
        return diagnosis(.ok, object, text)
    }

    /// What there is to say of several leases: work that is done twice, and shares that nobody does.
    static func overlaps(_ names: [String], home: String) -> [Diagnosis] {
        var result: [Diagnosis] = []
        let shards = names.compactMap(ShardName.init)
        for group in Dictionary(grouping: shards, by: \.group).sorted(by: { $0.key < $1.key }) {
            let missing = Set(0..<(group.value.first?.shard.count ?? 0)).subtracting(group.value.map(\.shard.index))
            if !missing.isEmpty {
                let list = missing.sorted().prefix(10).map(String.init).joined(separator: ", ")
                result.append(
                    diagnosis(
                        .warning,
                        "",
                        "of the shards \(group.key) nobody leads \(list): their namespaces are looked after by nobody",
                        "start an operator for each, with --shard",
                        check: "lease-shards"
                    )
                )
            }
        }
        let groups = Set(shards.map(\.group)).count
        let others = names.filter { ShardName($0) == nil }
        if others.contains("grantor"), names.count > 1 || groups > 1 {
            let list = names.sorted().prefix(5).map { Printable.text($0) }.joined(separator: ", ")
            result.append(
                diagnosis(
                    .warning,
                    "",
                    "one operator looks after everything and others beside it: \(list)",
                    "let each namespace be looked after by one of them alone: -n, -l or --shard; "
                        + "docs/runbooks/GrantorTwoLeaders.md",
                    check: "lease-overlap"
                )
            )
        }
        return result
    }

    /// A name as in `grantor-0-of-3`, or with a hash behind it.
    private struct ShardName: Hashable {
        let shard: Shard
        /// What the shards of one division have in common.
        let group: String

        init?(_ name: String) {
            let parts = name.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 4 || parts.count == 5, parts[0] == "grantor", parts[2] == "of",
                let shard = Shard("\(parts[1])/\(parts[3])")
            else { return nil }
            self.shard = shard
            group = "of \(shard.count)" + (parts.count == 5 ? " (\(Printable.text(parts[4])))" : "")
        }
    }
}
