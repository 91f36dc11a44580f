// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What is known before a profile is made: what the AppInstance says, what was asked for, what discovery found.
public struct InfluxctlDraft: Sendable {
    /// What the provider's discovery document says of itself.
    public struct Discovery: Sendable, Hashable {
        /// The issuer.
        public let issuer: String?
        /// The device authorization endpoint; `nil` when the document names none.
        public let deviceURL: String?
        /// The token endpoint; `nil` when the document names none.
        public let tokenURL: String?
        /// Whether the document lists the device grant; `nil` when it lists no grants.
        public let listsDeviceGrant: Bool?

        /// Creates a finding.
        public init(issuer: String?, deviceURL: String?, tokenURL: String?, listsDeviceGrant: Bool? = nil) {
            self.issuer = issuer
            self.deviceURL = deviceURL
            self.tokenURL = tokenURL
            self.listsDeviceGrant = listsDeviceGrant
        }
    }

    /// A profile, and what a person should know about it.
    public struct Result: Sendable, Hashable {
        /// The profile.
        public let profile: InfluxctlProfile
        /// Remarks, one line each.
        public let notes: [String]
    }

    /// The name of the profile.
    public var name = "default"
    /// The client at the identity provider.
    public var clientID: String
    /// The client's secret, for old versions of influxctl.
    public var legacyClientSecret: String?
    /// `admin.identityProvider`.
    public var identityProvider: String?
    /// `admin.jwksEndpoint`.
    public var jwksEndpoint: String?
    /// The issuer, when it was given.
    public var issuer: String?
    /// `ingress.hosts`.
    public var ingressHosts: [String] = []
    /// The host, when it was given.
    public var host: String?
    /// The port, when it was given.
    public var port: String?
    /// The API that tokens are for, when it was given.
    public var audience: String?
    /// The scopes, when they were given; empty means those of the provider.
    public var scopes: [String] = []
    /// What discovery found; `nil` when nobody asked or nobody answered.
    public var discovery: Discovery?

    /// Creates a draft with nothing but the client.
    public init(clientID: String) {
        self.clientID = clientID
    }

    /// What is known of the provider by the shape of its URLs; the issuer that was given counts first.
    public var preset: ProviderPreset? {
        if let issuer, let preset = ProviderPreset(issuer: issuer, provider: identityProvider) { return preset }
        guard issuer == nil, let jwksEndpoint else { return nil }
        return ProviderPreset(jwksEndpoint: jwksEndpoint, provider: identityProvider)
    }

    /// Makes the profile.
    ///
    /// - Throws: `InfluxctlError` with `incomplete` or `invalid`, which says what to give.
    public func make() throws(InfluxctlError) -> Result {
        var notes: [String] = []
        try checkWords()
        let (host, port) = try address(&notes)
        let (device, token) = try endpoints(&notes)
        let preset = preset
        let scopes = scopes.isEmpty ? preset?.scopes(clientID: clientID) ?? [] : scopes
        let parameters = preset?.parameters(audience: audience) ?? audience.map { ["audience": $0] } ?? [:]
        if preset?.needsAudience == true, parameters.isEmpty {
            notes.append("Auth0 gives opaque tokens without an audience: name your API with --audience")
        }
        if let obstacle = preset?.obstacle { notes.append(obstacle) }
        if legacyClientSecret != nil {
            notes.append("client_secret is refused by influxctl 2.9.8 and later: better a client without secret")
        }
        let profile = InfluxctlProfile(
            name: name,
            host: host,
            port: port,
            clientID: clientID,
            legacyClientSecret: legacyClientSecret,
            scopes: scopes,
            parameters: parameters,
            deviceURL: device,
            tokenURL: token
        )
        return Result(profile: profile, notes: notes)
    }

    // MARK: - Parts

    private func checkWords() throws(InfluxctlError) {
        for (option, value) in [("--client-id", clientID), ("--profile", name)] {
            guard !value.isEmpty, value.utf8.count <= 512, !value.unicodeScalars.contains(where: { $0.value < 0x20 })
            else {
                throw InfluxctlError(.invalid, "cannot use \(option): it is empty, too long, or has control characters")
            }
            guard !value.hasPrefix("<") else {
                throw InfluxctlError(.invalid, "cannot use \(option): the placeholder is still to be replaced")
            }
        }
    }

    private func address(_ notes: inout [String]) throws(InfluxctlError) -> (host: String, port: String?) {
        if let port, Int(port).map({ !(1...65_535).contains($0) }) ?? true {
            throw InfluxctlError(.invalid, "cannot use --port: it is no number between 1 and 65535")
        }
        if let host {
            let isBare = host.hasPrefix("[") ? host.hasSuffix("]") : !host.contains(":")
            guard isBare, !host.contains("/"), let url = try? HTTPURL("https://\(host)"), url.path == "/",
                url.query == nil
            else {
                throw InfluxctlError(.invalid, "cannot use --host: give the host alone, without scheme, port and path")
            }
            return (host, port)
        }
        let usable = ingressHosts.filter { candidate in
            !candidate.contains("*")
                && (try? HTTPURL("https://\(candidate)")).map { $0.host == candidate.lowercased() } ?? false
        }
        guard let first = usable.first else {
            let reason =
                ingressHosts.contains { !$0.isEmpty } ? "ingress.hosts names no single host" : "no ingress.hosts"
            throw InfluxctlError(.incomplete, "cannot tell the cluster's host (\(reason)): give it with --host")
        }
        if usable.count > 1 {
            notes.append("ingress.hosts names \(usable.count) hosts; the first is used: \(first)")
        }
        // An ingress listens where HTTPS does; 8086 is the port of what lies behind it.
        return (first, port ?? "443")
    }

    private func endpoints(_ notes: inout [String]) throws(InfluxctlError) -> (device: String, token: String) {
        let preset = preset
        if let discovery {
            if discovery.deviceURL == nil {
                notes.append("the discovery document names no device_authorization_endpoint: is the grant switched on?")
            } else if discovery.listsDeviceGrant == false {
                notes.append(
                    "the discovery document does not list the device grant; it names its endpoint all the same"
                )
            }
            if let declared = issuer ?? preset?.issuer, let found = discovery.issuer, !Self.isSame(declared, found) {
                notes.append("the discovery document names another issuer, \(found), than expected, \(declared)")
            }
        }
        guard let device = discovery?.deviceURL ?? preset?.deviceURL,
            let token = discovery?.tokenURL ?? preset?.tokenURL
        else {
            if let obstacle = preset?.obstacle {
                throw InfluxctlError(.incomplete, "cannot make a profile: \(obstacle)")
            }
            throw InfluxctlError(
                .incomplete,
                "cannot tell the login's URLs from the provider's: give its issuer with --issuer, and --discover"
            )
        }
        for (name, text) in [("device_url", device), ("token_url", token)] {
            guard let url = try? HTTPURL(text) else {
                throw InfluxctlError(.invalid, "cannot use the discovery document: its \(name) is no usable URL")
            }
            // Codes and tokens go there: what was asked over TLS must not send them elsewhere without.
            guard url.scheme == .https || url.isLoopback || isPlain else {
                throw InfluxctlError(.invalid, "cannot use the discovery document: its \(name) is plain http")
            }
        }
        if let jwksEndpoint, let text = KeycloakPrefix.conflict(jwksEndpoint: jwksEndpoint, with: "device_url", device)
        {
            notes.append(text)
        }
        return (device, token)
    }

    /// Whether the provider itself is reached over plain http.
    private var isPlain: Bool {
        (issuer ?? jwksEndpoint).flatMap { try? HTTPURL(HTTPURL.trimmed($0)) }?.scheme == .http
    }

    /// Whether two issuers differ at most in a final slash.
    private static func isSame(_ lhs: String, _ rhs: String) -> Bool {
        func bare(_ text: String) -> Substring { text.hasSuffix("/") ? text.dropLast() : text[...] }
        return UTF8Order.equal(String(bare(lhs)), String(bare(rhs)))
    }
}
