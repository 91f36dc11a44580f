// Grantor
// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import KubeCore
public import Logging
import NIOCore
public import ServiceLifecycle

/// A small OpenID Connect issuer for demonstrations and tests, which behaves as badly as it is told to.
///
/// It serves discovery documents and key sets of several realms in one process, signs tokens for whoever asks, and
/// rotates keys on demand. It authenticates nobody: bind it to loopback only.
///
/// | path | what |
/// |---|---|
/// | as the realm's shape has it | the key set and the discovery document; `?fault=NAME` makes one answer go wrong |
/// | `POST /dev/realms/NAME/tokens` | signs a token; the JSON body has `userID`, and what `TokenTemplate` has |
/// | `POST /dev/realms/NAME/rotate` | signs with another key; `{"withdrawing": true}` drops the former ones |
/// | `POST /dev/realms/NAME/fault` | `{"fault": "status:500", "endpoint": "keys", "times": 2}`; `null` ends it |
/// | the realm's device and token endpoints | the device authorization grant (RFC 8628) for public clients |
/// | `POST /dev/realms/NAME/device` | `{"action": "approve", "userID": "..."}`, `deny`, `expire`, `slowDown`; with `userCode` |
/// | `GET /dev/realms` | names, addresses, published keys and request counts |
public final class DevIdentityProvider: Service, Sendable {
    /// Where the provider listens, and what it serves.
    public struct Configuration: Hashable, Sendable {
        /// The address to bind; names of all interfaces are announced as loopback.
        public var host: String
        /// The port to bind; 0 for any free one.
        public var port: Int
        /// The realms.
        public var realms: [Realm.Configuration]
        /// Whether to serve over TLS, with a certificate of the provider's own making.
        public var usesTLS = false

        /// Creates a configuration.
        public init(host: String = "127.0.0.1", port: Int = 0, realms: [Realm.Configuration] = []) {
            self.host = host
            self.port = port
            self.realms = realms
        }
    }

    /// The realms, in the order of the configuration.
    public let realms: [Realm]

    /// The certificate of the authority to trust, in PEM; `nil` without TLS.
    public var authorityPEM: String? { credentials?.authorityPEM }

    private let credentials: ProviderCredentials?
    private let configuration: Configuration
    private let address: Pending<String>
    private let clock: any Clock<Duration>
    private let logger: Logger

    /// Creates a provider; keys are made when they are first needed.
    ///
    /// - Parameters:
    ///   - configuration: Where to listen, and what to serve.
    ///   - keys: Where key pairs come from; providers that share a pool share keys.
    ///   - clock: What slow answers wait on.
    ///   - now: The time that tokens are issued at.
    ///   - logger: Where to tell about start and failures.
    /// - Throws: `ProviderError` with the code `invalidRealm` when a name is taken, reserved or not fit for a path.
    public init(
        configuration: Configuration,
        keys: SigningKeyPool = .shared,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() },
        logger: Logger
    ) throws(ProviderError) {
        try Self.check(configuration.realms.map(\.name))
        self.configuration = configuration
        credentials = configuration.usesTLS ? try ProviderCredentials(now: Date()) : nil
        self.clock = clock
        self.logger = logger
        let address = Pending<String>()
        let allocator = SigningKeyAllocator(pool: keys)
        self.address = address
        realms = configuration.realms.map { Realm($0, allocator: allocator, address: address, now: now) }
    }

    /// The base URL, such as `http://127.0.0.1:43210`; waits until the provider listens.
    ///
    /// - Throws: `ProviderError` with the code `notRunning` when `run()` has ended, or `CancellationError`.
    public var baseURL: String {
        get async throws { try await address.value }
    }

    /// The realm of that name.
    ///
    /// - Throws: `ProviderError` with the code `unknownRealm`.
    public func realm(_ name: String) throws(ProviderError) -> Realm {
        guard let realm = realms.first(where: { $0.name == name }) else {
            throw ProviderError(.unknownRealm, "cannot find that realm")
        }
        return realm
    }

    /// Listens and answers until graceful shutdown or cancellation.
    ///
    /// - Throws: What the server throws when it cannot bind.
    public func run() async throws {
        defer {
            address.end(
                ProviderError(.notRunning, "cannot reach the development identity provider: it is not running")
            )
        }
        let host = configuration.host
        let address = address
        let scheme = credentials == nil ? "http" : "https"
        let application = Application(
            responder: ProviderResponder(realms: realms, clock: clock),
            server: try credentials.map { try .tls(.http1(), tlsConfiguration: $0.tls) } ?? .http1(),
            configuration: ApplicationConfiguration(address: .hostname(host, port: configuration.port)),
            onServerRunning: { channel in
                address.fulfil(Self.baseURL(scheme, host: host, port: channel.localAddress?.port ?? 0))
            },
            logger: logger
        )
        try await application.run()
    }

    private static func baseURL(_ scheme: String, host: String, port: Int) -> String {
        switch host {
        case "0.0.0.0", "::", "": "\(scheme)://127.0.0.1:\(port)"
        case _ where host.contains(":"): "\(scheme)://[\(host)]:\(port)"
        default: "\(scheme)://\(host):\(port)"
        }
    }

    private static func check(_ names: [String]) throws(ProviderError) {
        var seen: Set<String> = ["dev", "realms"]
        for name in names {
            let fits =
                !name.isEmpty && !name.hasPrefix(".")
                && name.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                        UInt8(ascii: "."):
                        true
                    default: false
                    }
                }
            guard fits else { throw ProviderError(.invalidRealm, "cannot use that realm name in a path") }
            guard seen.insert(name).inserted else {
                throw ProviderError(.invalidRealm, "cannot have the realm name \(name): it is taken")
            }
        }
    }
}
