// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KeySets
public import KubeClient

/// What an operator is told.
public struct OperatorConfiguration: Sendable {
    /// Which API server, and who asks.
    public var kubernetes: KubeConfiguration
    /// The namespaces to look after; none means all.
    public var namespaces: [String] = []
    /// The DNS domain of the cluster, whose services may be reached by plain http.
    public var clusterDomain = "cluster.local"
    /// Whether identity providers on loopback addresses are reached; for development alone.
    public var allowsLoopback = false
    /// Whether plain http is permitted for every identity provider.
    public var allowsInsecureEndpoints = false
    /// Addresses that are never dialled, in CIDR notation, beside those that never are anyway.
    public var deniedAddresses: [String] = []
    /// Certification authorities that are trusted beside the system's when keys are fetched.
    public var additionalAuthorities: CABundle?
    /// How long a fetch of keys may take, with lookups, redirects and a discovery document.
    public var fetchTimeout: Duration = .seconds(10)
    /// How many AppInstances are worked on at a time.
    public var workers = 10

    /// Creates a configuration; everything but the API server has a default.
    public init(kubernetes: KubeConfiguration) {
        self.kubernetes = kubernetes
    }
}
