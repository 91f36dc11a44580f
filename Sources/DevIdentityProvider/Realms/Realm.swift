// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Synchronization

/// One tenant of the development identity provider: an issuer with keys of its own.
///
/// A realm is made by its provider, from a `Configuration`. Everything here may be called from anywhere at any time,
/// while requests are being answered.
public final class Realm: Sendable {
    /// How a realm starts out.
    public struct Configuration: Hashable, Sendable {
        /// The name, which is part of the paths: letters, digits, `-`, `_` and `.`.
        public var name: String
        /// Whose habits the realm has.
        public var shape: RealmShape
        /// The algorithms it has a signing key for; the first is what tokens are signed with unless told otherwise.
        public var algorithms: [SigningAlgorithm]
        /// The value of `Cache-Control` on the key set; `nil` for none.
        public var cacheControl: String?
        /// Whether documents carry an `ETag` and conditional requests are honoured.
        public var usesETag: Bool
        /// Whether the key set also lists an encryption key, which no verifier may use; the default of Keycloak.
        public var hasEncryptionKey: Bool
        /// How the device authorization grant is done.
        public var device = DeviceHabits()

        /// Creates a configuration with the habits of a shape.
        public init(name: String, shape: RealmShape, algorithms: [SigningAlgorithm] = [.rs256]) {
            self.name = name
            self.shape = shape
            self.algorithms = algorithms
            cacheControl = shape.cacheControl
            usesETag = true
            hasEncryptionKey = shape == .keycloak
        }
    }

    /// The name.
    public let name: String
    /// Whose habits the realm has.
    public let shape: RealmShape
    /// The algorithms it has signing keys for.
    public let algorithms: [SigningAlgorithm]

    private let allocator: SigningKeyAllocator
    private let encryptionKey: SigningKeyPool.Ticket?
    private let address: Pending<String>
    /// How the device authorization grant is done.
    let habits: DeviceHabits
    let now: @Sendable () -> Date
    let state: Mutex<RealmState>

    /// Creates a realm without making its keys yet.
    init(
        _ configuration: Configuration,
        allocator: SigningKeyAllocator,
        address: Pending<String>,
        now: @escaping @Sendable () -> Date
    ) {
        name = configuration.name
        shape = configuration.shape
        algorithms = configuration.algorithms
        self.allocator = allocator
        self.address = address
        self.now = now
        habits = configuration.device
        encryptionKey = configuration.hasEncryptionKey ? allocator.next(.rs256) : nil
        var entries = configuration.algorithms.map {
            RealmState.Entry(ticket: allocator.next($0), phase: .active)
        }
        if configuration.shape == .auth0 {
            entries += configuration.algorithms.map {
                RealmState.Entry(ticket: allocator.next($0), phase: .upcoming)
            }
        }
        state = Mutex(
            RealmState(
                entries: entries,
                cacheControl: configuration.cacheControl,
                usesETag: configuration.usesETag
            )
        )
    }
}

// MARK: - Addresses

extension Realm {
    /// The issuer, as tokens and the discovery document name it; waits until the provider listens.
    ///
    /// - Throws: `ProviderError` with the code `notRunning`, or `CancellationError`.
    public var issuer: String {
        get async throws { try await address.value + shape.issuerPath(name) }
    }

    /// The URL of the key set, as it belongs into `jwksEndpoint`; waits until the provider listens.
    ///
    /// - Throws: `ProviderError` with the code `notRunning`, or `CancellationError`.
    public var keysURL: String {
        get async throws { try await address.value + shape.keysPath(name) }
    }

    /// The URL of the page where a person enters a user code; waits until the provider listens.
    ///
    /// - Throws: `ProviderError` with the code `notRunning`, or `CancellationError`.
    public var verificationURL: String {
        get async throws { try await address.value + shape.verificationPath(name) }
    }

    /// The URL of the token endpoint; waits until the provider listens.
    ///
    /// - Throws: `ProviderError` with the code `notRunning`, or `CancellationError`.
    public var tokenURL: String {
        get async throws { try await address.value + shape.tokenPath(name) }
    }

    /// The URL of the device authorization endpoint; waits until the provider listens.
    ///
    /// - Throws: `ProviderError` with the code `notRunning`, or `CancellationError`.
    public var deviceURL: String {
        get async throws { try await address.value + shape.devicePath(name) }
    }

    /// The URL of the discovery document; waits until the provider listens.
    ///
    /// - Throws: `ProviderError` with the code `notRunning`, or `CancellationError`.
    public var discoveryURL: String {
        get async throws { try await address.value + shape.discoveryPath(name) }
    }
}

// MARK: - Keys

extension Realm {
    /// The ids of the keys that the key set lists for signatures, oldest first.
    ///
    /// - Throws: `ProviderError` when a key cannot be made.
    public func publishedKeyIDs() throws -> [String] {
        try state.withLock(\.entries).filter(\.phase.isPublished).map { try keyID($0.ticket) }
    }

    /// The id of the key that signs with an algorithm; the realm's first algorithm when none is given.
    ///
    /// - Throws: `ProviderError` with the code `unknownKey` when the realm has no key for it.
    public func activeKeyID(_ algorithm: SigningAlgorithm? = nil) throws -> String {
        try keyID(activeTicket(algorithm))
    }

    /// Publishes a further key that does not sign yet, as careful providers do before a rotation.
    ///
    /// - Returns: The id of the new key.
    /// - Throws: `ProviderError` when the key cannot be made.
    @discardableResult
    public func prepublish(_ algorithm: SigningAlgorithm? = nil) throws -> String {
        let ticket = allocator.next(try resolved(algorithm))
        state.withLock { $0.prepublish(ticket) }
        return try keyID(ticket)
    }

    /// Signs with another key from now on: the pre-published one, else a new one that nobody has seen.
    ///
    /// - Parameters:
    ///   - algorithm: Whose key changes; the realm's first when none is given.
    ///   - withdrawing: Whether the former keys leave the set at once, as after a compromise.
    /// - Returns: The id of the key that signs now.
    /// - Throws: `ProviderError` when the key cannot be made.
    @discardableResult
    public func rotate(_ algorithm: SigningAlgorithm? = nil, withdrawing: Bool = false) throws -> String {
        let algorithm = try resolved(algorithm)
        var activated = state.withLock { $0.rotate(algorithm, withdrawing: withdrawing) }
        if activated == nil {
            let spare = allocator.next(algorithm)
            activated = state.withLock { state in
                state.prepublish(spare)
                return state.rotate(algorithm, withdrawing: withdrawing)
            }
        }
        if shape == .auth0 { try prepublish(algorithm) }
        guard let activated else { throw ProviderError(.unknownKey, "cannot rotate: realm \(name) has no key") }
        return try keyID(activated)
    }

    /// Takes a key out of the set; tokens can still be signed with it by naming it.
    ///
    /// - Throws: `ProviderError` with the code `unknownKey` when the realm never had it.
    public func withdraw(keyID: String) throws {
        try move(keyID, to: .withdrawn)
    }

    /// Puts a withdrawn key back into the set without signing with it, as Entra does after hours.
    ///
    /// - Throws: `ProviderError` with the code `unknownKey` when the realm never had it.
    public func republish(keyID: String) throws {
        try move(keyID, to: .retired)
    }

    private func move(_ id: String, to phase: RealmState.Phase) throws {
        let ticket = try ticket(of: id)
        state.withLock { $0.move(ticket, to: phase) }
    }

    private func resolved(_ algorithm: SigningAlgorithm?) throws(ProviderError) -> SigningAlgorithm {
        guard let chosen = algorithm ?? algorithms.first else {
            throw ProviderError(.unknownKey, "cannot sign: realm \(name) has no signing key")
        }
        return chosen
    }

    private func activeTicket(_ algorithm: SigningAlgorithm?) throws(ProviderError) -> SigningKeyPool.Ticket {
        let algorithm = try resolved(algorithm)
        let entry = state.withLock { state in
            state.entries.first { $0.ticket.algorithm == algorithm && $0.phase == .active }
        }
        guard let entry else {
            throw ProviderError(.unknownKey, "cannot sign: realm \(name) has no key for \(algorithm.rawValue)")
        }
        return entry.ticket
    }

    private func ticket(of id: String) throws(ProviderError) -> SigningKeyPool.Ticket {
        let entries = state.withLock { $0.entries }
        for entry in entries {
            let candidate = try keyID(entry.ticket)
            if UTF8Order.equal(candidate, id) { return entry.ticket }
        }
        throw ProviderError(.unknownKey, "cannot find that key in realm \(name)")
    }

    private func keyID(_ ticket: SigningKeyPool.Ticket) throws(ProviderError) -> String {
        shape.keyID(fingerprint: try allocator.pool.key(ticket).fingerprint)
    }
}

// MARK: - Tokens

extension Realm {
    /// Signs a token; waits until the provider listens, because the issuer is its address.
    ///
    /// - Returns: A JWT in compact form.
    /// - Throws: `ProviderError` when there is no such key or no provider, or `CancellationError`.
    public func mint(_ template: TokenTemplate) async throws -> String {
        let issuer = try await issuer
        let ticket = try template.keyID.map { try self.ticket(of: $0) } ?? activeTicket(template.algorithm)
        let key = try allocator.pool.key(ticket)
        return try template.token(
            key: key,
            keyID: shape.keyID(fingerprint: key.fingerprint),
            issuer: issuer,
            tenant: name,
            shape: shape,
            now: now()
        )
    }
}

// MARK: - Behaviour

extension Realm {
    /// How often the documents were asked for so far.
    public var counts: RequestCounts {
        state.withLock(\.counts)
    }

    /// Makes a document go wrong from the next request on.
    ///
    /// - Parameters:
    ///   - fault: What goes wrong; `nil` to be well again.
    ///   - endpoint: Which document.
    ///   - times: For how many requests; `nil` until told otherwise.
    public func misbehave(_ fault: Fault?, on endpoint: RealmEndpoint = .keys, times: Int? = nil) {
        state.withLock { $0.plan(fault, on: endpoint, times: times) }
    }

    /// Sets the value of `Cache-Control` on the key set; `nil` for none.
    public func setCacheControl(_ value: String?) {
        state.withLock { $0.cacheControl = value }
    }

    /// Sets whether documents carry an `ETag` and conditional requests are honoured.
    public func setUsesETag(_ value: Bool) {
        state.withLock { $0.usesETag = value }
    }

    /// Notes a request and tells the fault it is to meet.
    func admit(_ endpoint: RealmEndpoint) -> Fault? {
        state.withLock { $0.admit(endpoint) }
    }

    /// Notes that a request was answered with 304.
    func noteNotModified() {
        state.withLock { $0.noteNotModified() }
    }

    /// The caching headers as they are now.
    var caching: (cacheControl: String?, usesETag: Bool) {
        state.withLock { ($0.cacheControl, $0.usesETag) }
    }
}

// MARK: - Documents

extension Realm {
    /// One of the documents as it is now; null for what is no document.
    ///
    /// - Throws: `ProviderError`, or `CancellationError`.
    func document(_ endpoint: RealmEndpoint) async throws -> JSONValue {
        switch endpoint {
        case .keys: try await keySet()
        case .discovery: try await discoveryDocument()
        case .device, .token: .null
        }
    }

    private func keySet() async throws -> JSONValue {
        let issuer = try await issuer
        var keys: [JSONValue] = []
        if let encryptionKey {
            // Keycloak lists it first, so a reader that takes the first RSA key takes the wrong one.
            var members = shape.jwk(try allocator.pool.key(encryptionKey), issuer: issuer)
            members["use"] = "enc"
            members["alg"] = "RSA-OAEP"
            keys.append(.object(members))
        }
        for entry in state.withLock(\.entries) where entry.phase.isPublished {
            keys.append(.object(shape.jwk(try allocator.pool.key(entry.ticket), issuer: issuer)))
        }
        return ["keys": .array(keys)]
    }

    private func discoveryDocument() async throws -> JSONValue {
        let device: JSONValue? = habits.isDiscoverable ? .string(try await deviceURL) : nil
        return .members([
            "issuer": .string(try await issuer),
            "jwks_uri": .string(try await keysURL),
            "device_authorization_endpoint": device,
            "token_endpoint": .string(try await tokenURL),
            "token_endpoint_auth_methods_supported": ["none"],
            "response_types_supported": [],
            "grant_types_supported": habits.isDiscoverable ? ["urn:ietf:params:oauth:grant-type:device_code"] : [],
            "scopes_supported": ["openid", "profile"],
            "subject_types_supported": [shape == .entra ? "pairwise" : "public"],
            "id_token_signing_alg_values_supported": .array(algorithms.map { .string($0.rawValue) }),
        ])
    }
}
