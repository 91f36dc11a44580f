// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeClient

/// The times of a leader election, under the names of client-go.
public struct ElectionConfiguration: Sendable, Hashable {
    /// Who stands for election; unique among all processes.
    public var identity: String
    /// How long others wait after the last renewal before they take the lease; whole seconds.
    public var leaseDuration: Duration
    /// How long after a renewal its holder goes on writing when it cannot renew again.
    public var renewDeadline: Duration
    /// The wait between two attempts.
    public var retryPeriod: Duration

    /// Creates a configuration with the times of client-go: 15, 10 and 2 s.
    public init(
        identity: String,
        leaseDuration: Duration = .seconds(15),
        renewDeadline: Duration = .seconds(10),
        retryPeriod: Duration = .seconds(2)
    ) {
        self.identity = identity
        self.leaseDuration = leaseDuration
        self.renewDeadline = renewDeadline
        self.retryPeriod = retryPeriod
    }

    /// Times for API servers that are slow or away for up to a minute: 137, 107 and 26 s.
    ///
    /// They are those of OpenShift's operators (library-go, `pkg/config/leaderelection`): a leader survives 60 s
    /// without API server, at the price that a crashed one is missed for more than two minutes.
    public static func tolerant(identity: String) -> ElectionConfiguration {
        ElectionConfiguration(
            identity: identity,
            leaseDuration: .seconds(137),
            renewDeadline: .seconds(107),
            retryPeriod: .seconds(26)
        )
    }

    /// The longest part of a wait that jitter adds, as a fraction.
    static var jitter: Double { 0.2 }

    /// Checks what client-go checks, and that the lease can be written in whole seconds.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration`.
    public func validate() throws(KubeError) {
        func require(_ condition: Bool, _ what: String) throws(KubeError) {
            guard condition else {
                throw KubeError(.invalidConfiguration, "cannot elect a leader: \(what)")
            }
        }
        try require(!identity.isEmpty, "the identity is empty")
        try require(
            leaseDuration >= .seconds(1) && leaseDuration.components.attoseconds == 0,
            "the lease duration must be whole seconds"
        )
        try require(leaseDuration > renewDeadline, "the lease duration must be longer than the renew deadline")
        try require(retryPeriod > .zero, "the retry period must be longer than nothing")
        try require(
            renewDeadline > retryPeriod * (1 + Self.jitter),
            "the renew deadline must be longer than the retry period and a fifth"
        )
    }
}
