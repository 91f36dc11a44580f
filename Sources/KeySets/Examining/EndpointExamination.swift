// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What a look at an endpoint found, with what a fetch alone does not tell.
public struct EndpointExamination: Sendable {
    /// One answer of a server.
    public struct Exchange: Sendable {
        /// Where it came from: scheme, host and port.
        public let origin: String
        /// The HTTP status.
        public let status: Int
        /// How many seconds the server's clock is ahead of this machine's; `nil` when it does not say.
        public let clockOffset: Double?

        /// Creates an exchange.
        public init(origin: String, status: Int, clockOffset: Double?) {
            self.origin = origin
            self.status = status
            self.clockOffset = clockOffset
        }
    }

    /// The certificates that a server presents.
    public struct Chain: Sendable {
        /// The host that was asked for.
        public let host: String
        /// The port.
        public let port: Int
        /// The certificates, the server's own first; none when the handshake did not come that far.
        public let certificates: [CertificateSummary]

        /// Creates a chain.
        public init(host: String, port: Int, certificates: [CertificateSummary]) {
            self.host = host
            self.port = port
            self.certificates = certificates
        }
    }

    /// The endpoint.
    public let endpoint: Endpoint
    /// What a fetch, by the operator's own code, came to.
    public let result: Result<FetchedKeySet, KeySetError>
    /// The answers, redirects and a discovery document among them.
    public let exchanges: [Exchange]
    /// The certificates of the servers that were asked over TLS; none where a proxy stands in between.
    public let chains: [Chain]

    /// Creates an examination.
    public init(
        endpoint: Endpoint,
        result: Result<FetchedKeySet, KeySetError>,
        exchanges: [Exchange] = [],
        chains: [Chain] = []
    ) {
        self.endpoint = endpoint
        self.result = result
        self.exchanges = exchanges
        self.chains = chains
    }
}
