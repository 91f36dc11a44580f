// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// Where an API server is, whom to trust and who asks.
public struct KubeConfiguration: Sendable {
    /// Where a PEM document comes from.
    public enum Source: Sendable {
        /// The document itself.
        case data(Secret)
        /// A file, absolute, read again when it changes.
        case file(String)
    }

    /// A certificate and its key.
    public struct ClientCertificate: Sendable {
        /// The certificate chain, PEM.
        public var certificate: Source
        /// The private key, PEM.
        public var key: Source

        /// Creates a pair.
        public init(certificate: Source, key: Source) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// What goes into the `Authorization` header.
    public enum Authorization: Sendable {
        /// Nothing: anonymous, or known by the client certificate.
        case none
        /// A bearer token that never changes.
        case token(Secret)
        /// A file that holds a bearer token, read again every minute; the fall-back serves while it cannot be read.
        case tokenFile(String, fallback: Secret?)
        /// A user name and password.
        case basic(username: String, password: Secret)
        /// A plugin that hands out a token or a client certificate.
        case exec(ExecPlugin)
    }

    /// As whom to act.
    public struct Impersonation: Sendable, Hashable {
        /// The user.
        public var user: String
        /// The user's identity.
        public var uid: String?
        /// The groups.
        public var groups: [String]
        /// Further attributes.
        public var extra: [String: [String]]

        /// Creates an impersonation.
        public init(user: String, uid: String? = nil, groups: [String] = [], extra: [String: [String]] = [:]) {
            self.user = user
            self.uid = uid
            self.groups = groups
            self.extra = extra
        }
    }

    /// The address, as in `https://10.0.0.1:6443`, with an optional path in front of `/api`.
    public var server: String
    /// Whom to trust; `nil` means the system's roots.
    public var certificateAuthority: Source?
    /// Whether any server certificate is accepted.
    public var skipsTLSVerification: Bool
    /// The name that the server's certificate must carry, when not the host of the address.
    public var tlsServerName: String?
    /// The proxy to go through, as in `http://user:password@proxy:3128`.
    public var proxyURL: Secret?
    /// The proxies of the environment, which count where there is no other.
    public var environmentProxy: ProxySettings?
    /// The certificate that tells who asks.
    public var clientCertificate: ClientCertificate?
    /// What goes into the `Authorization` header.
    public var authorization: Authorization
    /// As whom to act.
    public var impersonation: Impersonation?
    /// The namespace for objects that name none.
    public var namespace: String
    /// What the client calls itself.
    public var userAgent: String
    /// Where all this comes from, for messages: `context "dev" of /home/me/.kube/config`.
    public var origin: String
    /// What a person should know about it; a client logs each once.
    public var warnings: [String] = []

    /// Creates a configuration; everything but the address is optional.
    public init(
        server: String,
        certificateAuthority: Source? = nil,
        skipsTLSVerification: Bool = false,
        tlsServerName: String? = nil,
        proxyURL: Secret? = nil,
        clientCertificate: ClientCertificate? = nil,
        authorization: Authorization = .none,
        impersonation: Impersonation? = nil,
        namespace: String = "default",
        userAgent: String = "grantor",
        origin: String = "the configuration"
    ) {
        self.server = server
        self.certificateAuthority = certificateAuthority
        self.skipsTLSVerification = skipsTLSVerification
        self.tlsServerName = tlsServerName
        self.proxyURL = proxyURL
        self.clientCertificate = clientCertificate
        self.authorization = authorization
        self.impersonation = impersonation
        self.namespace = namespace
        self.userAgent = userAgent
        self.origin = origin
    }
}

extension KubeConfiguration {
    /// Whether an address without a scheme means `https` (client-go rest/url_utils.go).
    var prefersTLS: Bool { certificateAuthority != nil || clientCertificate != nil || skipsTLSVerification }

    /// Whether anything tells who asks.
    var hasCredentials: Bool {
        if case .none = authorization { clientCertificate != nil || impersonation != nil } else { true }
    }
}
