// Grantor
// SPDX-License-Identifier: Apache-2.0

public import AdminGrants
public import KeySets
public import KubeClient
import KubeController
public import KubeCore

/// What an operator is told.
public struct OperatorConfiguration: Sendable {
    /// Which API server, and who asks.
    public var kubernetes: KubeConfiguration
    /// The namespaces to look after; none means all.
    public var namespaces: [String] = []
    /// In which form AppInstances stand in the cluster; in ConfigMaps, namespaces must be named.
    public var source = ObjectForm.resources
    /// In which form AdminAccesses and AdminGrants are kept; in ConfigMaps, namespaces must be named.
    public var store = ObjectForm.resources
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
    /// The proxies that keys are fetched through; `nil` means none, whatever the environment says.
    public var keyProxy: ProxySettings?
    /// How many AppInstances are worked on at a time.
    public var workers = 10

    /// Labels that AppInstances must carry to be looked after; empty means any.
    public var selector = ""
    /// The share of the namespaces to look after; `nil` means all of them.
    public var shard: Shard?
    /// What other processes call this one, in leases, Events and the API server's log; unique.
    public var identity = "grantor"
    /// The version that the metrics tell.
    public var version = "dev"
    /// How a leader is elected among several operators; `nil` means that there is no other one.
    public var election: Election?
    /// Where metrics are served; `nil` means nowhere.
    public var metricsAddress: EndpointAddress?
    /// Where probes are answered; `nil` means nowhere.
    public var healthAddress: EndpointAddress?

    /// The webhook that judges AppInstances before they are written; `nil` means that there is none.
    public var webhook: Webhook?

    /// The webhook, and where its certificate is kept.
    public struct Webhook: Sendable, Hashable {
        /// Where it is served.
        public var address: EndpointAddress
        /// The DNS names and IPv4 addresses under which API servers know it.
        public var hosts: [String]
        /// The Secret with its certificate.
        public var secret: NamespacedName
        /// The ValidatingWebhookConfiguration that names it.
        public var name: String
        /// How long a certificate is good; it is renewed after two thirds of that.
        public var certificateLifetime: Duration = .seconds(90 * 86_400)

        /// Creates a webhook.
        public init(address: EndpointAddress, hosts: [String], secret: NamespacedName, name: String = "grantor") {
            self.address = address
            self.hosts = hosts
            self.secret = secret
            self.name = name
        }
    }

    /// The lease of an election and its times.
    public struct Election: Sendable, Hashable {
        /// The namespace of the lease; `nil` means that of the credentials.
        public var namespace: String?
        /// The name of the lease; `nil` means one that is made of what the operator looks after.
        public var name: String?
        /// How long others wait after the last renewal before they take the lease.
        public var leaseDuration: Duration
        /// How long after a renewal its holder goes on writing when it cannot renew again.
        public var renewDeadline: Duration
        /// The wait between two attempts.
        public var retryPeriod: Duration

        /// Creates an election with the times of client-go.
        public init() {
            self.init(ElectionConfiguration(identity: ""))
        }

        /// Creates an election that bears an API server which is slow, or away for up to a minute.
        public static var tolerant: Election { Election(.tolerant(identity: "")) }

        private init(_ times: ElectionConfiguration) {
            leaseDuration = times.leaseDuration
            renewDeadline = times.renewDeadline
            retryPeriod = times.retryPeriod
        }
    }

    /// Creates a configuration; everything but the API server has a default.
    public init(kubernetes: KubeConfiguration) {
        self.kubernetes = kubernetes
    }
}
