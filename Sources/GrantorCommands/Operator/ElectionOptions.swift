// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import OperatorCore

/// How several operators choose the one that writes; the flags of Kubernetes' own controllers.
struct ElectionOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: "Write only while this process holds the lease; for several replicas. The others stand by, warm."
    )
    var leaderElect = false

    @Flag(
        help: """
            Times that bear an API server which is slow, or away for a minute: 137, 107 and 26 s. A leader that crashes \
            is then missed for more than two minutes.
            """
    )
    var leaderElectTolerant = false

    @Option(help: "How long others wait after the last renewal before they take the lease: 15s, whole seconds.")
    var leaderElectLeaseDuration: DurationArgument?

    @Option(help: "How long after a renewal the leader goes on writing when it cannot renew again: 10s.")
    var leaderElectRenewDeadline: DurationArgument?

    @Option(help: "The wait between two attempts: 2s.")
    var leaderElectRetryPeriod: DurationArgument?

    @Option(
        name: [.customLong("leader-elect-resource-namespace"), .customLong("leader-elect-namespace")],
        help: ArgumentHelp("The namespace of the lease; that of the credentials when none is given.", valueName: "name")
    )
    var leaseNamespace: String?

    @Option(
        name: .customLong("leader-elect-resource-name"),
        help: ArgumentHelp(
            "The name of the lease; made of what is looked after when none is given (grantor, grantor-0-of-3, ...).",
            valueName: "name"
        )
    )
    var leaseName: String?

    @Option(
        name: .customLong("leader-elect-identity"),
        help: ArgumentHelp(
            "What this process is called in the lease; host name and a random part when none is given.",
            valueName: "name"
        )
    )
    var identity: String?

    func validate() throws {
        guard !leaderElectTolerant || leaderElect else {
            throw ValidationError("--leader-elect-tolerant needs --leader-elect.")
        }
    }

    /// The election; `nil` when there is none.
    var election: OperatorConfiguration.Election? {
        guard leaderElect else { return nil }
        var election = leaderElectTolerant ? .tolerant : OperatorConfiguration.Election()
        if let leaderElectLeaseDuration { election.leaseDuration = leaderElectLeaseDuration.duration }
        if let leaderElectRenewDeadline { election.renewDeadline = leaderElectRenewDeadline.duration }
        if let leaderElectRetryPeriod { election.retryPeriod = leaderElectRetryPeriod.duration }
        election.namespace = leaseNamespace
        election.name = leaseName
        return election
    }

    /// What this process is called: in a cluster the name of the pod, which is the host name, and a random part.
    func identity(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        if let identity { return identity }
        let host = environment["HOSTNAME"].flatMap { $0.isEmpty ? nil : $0 } ?? ProcessInfo.processInfo.hostName
        return "\(host)_\(UUID().uuidString.lowercased())"
    }
}
