// Grantor
// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials
public import KubeCore
public import Logging
public import ServiceLifecycle
import Synchronization

/// An API server in memory: the embedded default of the product and the double of its tests.
///
/// It serves HTTP/1.1 on one address from `run()` on; `address` suspends until it listens. Objects live as long as the
/// value does. A second server may go on with the objects, the token and the certificate of an earlier one, as an API
/// server does after a restart.
///
/// ```
/// try await withDevAPIServer { server in
///     let address = try await server.address
/// }
/// ```
public final class DevAPIServer: Service {
    /// How to serve.
    public struct Configuration: Sendable {
        /// The address to listen on.
        public var host: String
        /// The port to listen on; 0 takes any that is free.
        public var port: Int
        /// Whether to serve TLS with a certificate of its own making and to ask for a bearer token.
        public var tls: Bool
        /// Whether roles and bindings are obeyed (RBAC), which implies `tls`.
        ///
        /// Whoever has the server's token may do everything; others come with tokens of service accounts, or are
        /// impersonated.
        public var enforcesRoles: Bool
        /// How many changes are kept for watchers; who asks for older ones gets 410.
        public var historyLimit: Int
        /// How often watchers that asked for bookmarks get one.
        public var bookmarkInterval: Duration
        /// Who is told of every request, in events of `audit.k8s.io/v1` at the level `Metadata`.
        ///
        /// It is called on the way of each request, at once from many; `nil` when nobody is told.
        public var audit: (@Sendable (JSONValue) -> Void)?
        /// Objects to create before listening, in order, as custom resource definitions.
        public var manifests: [JSONValue]
        /// The resource version to begin with; `nil` takes the microseconds of the wall clock since 1970.
        ///
        /// No server writes a million objects a second, so each run begins above all versions of the runs before it,
        /// and a client that comes with a version of an earlier run gets 410 instead of waiting for it to be reached.
        public var firstResourceVersion: Int64?
        /// The wall clock, for creation timestamps and ages.
        public var now: @Sendable () -> Date

        /// Creates a configuration; the defaults suit a test.
        public init(
            host: String = "127.0.0.1",
            port: Int = 0,
            tls: Bool = false,
            enforcesRoles: Bool = false,
            historyLimit: Int = 100_000,
            bookmarkInterval: Duration = .seconds(60),
            audit: (@Sendable (JSONValue) -> Void)? = nil,
            manifests: [JSONValue] = [],
            firstResourceVersion: Int64? = nil,
            now: @escaping @Sendable () -> Date = { Date() }
        ) {
            self.host = host
            self.port = port
            self.tls = tls || enforcesRoles
            self.enforcesRoles = enforcesRoles
            self.historyLimit = historyLimit
            self.bookmarkInterval = bookmarkInterval
            self.audit = audit
            self.manifests = manifests
            self.firstResourceVersion = firstResourceVersion
            self.now = now
        }
    }

    /// What the server was created with.
    public let configuration: Configuration
    let credentials: ServerCredentials?
    private let handler: APIHandler
    private let logger: Logger
    private let listening = Pending<ListeningAddress>()
    private let rule = Mutex<RequestAttempt.Rule?>(nil)

    /// Creates a server that does not listen yet.
    ///
    /// - Parameters:
    ///   - configuration: How to serve.
    ///   - previous: A server that ended, whose objects, history, token and certificate this one goes on with.
    ///   - logger: Where to tell what happens; by default nowhere.
    /// - Throws: `DevAPIServerError` when no certificate can be made.
    public init(
        configuration: Configuration = Configuration(),
        continuing previous: DevAPIServer? = nil,
        logger: Logger = Logger(label: "dev-api-server", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws {
        self.configuration = configuration
        self.logger = logger
        credentials =
            configuration.tls
            ? try previous?.credentials ?? ServerCredentials(host: configuration.host, now: configuration.now())
            : nil
        handler = previous?.handler ?? Self.makeHandler(configuration, adminToken: credentials?.token)
    }

    /// Serves until graceful shutdown or cancellation; watches are closed at once then.
    ///
    /// - Throws: `DevAPIServerError` when a manifest is refused or the address cannot be listened on.
    public func run() async throws {
        do {
            let backend = Backend(handler) { [weak self] in self?.rule.withLock { $0 } }
            for manifest in configuration.manifests { try await backend.create(manifest) }
            try await serve(backend)
            listening.end(DevAPIServerError(.notRunning, "cannot reach the API server: it has ended"))
        } catch {
            listening.end(error)
            throw error
        }
    }

    /// The address it listens on; suspends until it does.
    ///
    /// - Throws: `DevAPIServerError` when it cannot listen or has ended, `CancellationError`.
    public var address: ListeningAddress {
        get async throws { try await listening.value }
    }

    /// A kubeconfig for clients: one context, `grantor-dev`, in namespace `default`; suspends until it listens.
    ///
    /// - Throws: As `address` does.
    public func kubeconfig() async throws -> JSONValue {
        Kubeconfig.json(server: try await address.url, credentials: credentials)
    }

    /// The bearer token that clients must send; `nil` without TLS.
    public var token: String? { credentials?.token }

    /// A token of a service account that exists, as `kubectl create token` asks for.
    ///
    /// - Parameters:
    ///   - account: The service account.
    ///   - lifetime: How long it is good.
    /// - Returns: The token, for this server.
    /// - Throws: `Status` when there is no such service account.
    public func token(for account: NamespacedName, lifetime: Duration = .seconds(3_600)) throws -> String {
        let body: JSONValue = ["spec": ["expirationSeconds": .integer(lifetime.components.seconds)]]
        let request = APIRequest(
            verb: .create,
            group: "",
            version: "v1",
            resource: "serviceaccounts",
            namespace: account.namespace ?? "default",
            name: account.name,
            subresource: "token",
            body: JSONWriter.bytes(body)
        )
        guard case .object(_, let answer, _, _) = try handler.requestToken(request) else { return "" }
        return answer["status"]?["token"]?.string ?? ""
    }

    /// The certificate authority that signed the server's certificate, in PEM; `nil` without TLS.
    public var certificateAuthority: String? { credentials?.authorityPEM }

    /// Forgets all changes so far: a watch or page from before gets 410, as after compaction.
    public func forgetHistory() {
        handler.forgetHistory()
    }

    /// Ends all watches now, as an API server does that is restarted.
    public func closeWatches() {
        handler.closeWatches()
    }

    /// Asks a rule about every request to a resource from now on, or none any more.
    package func obey(_ rule: RequestAttempt.Rule?) {
        self.rule.withLock { $0 = rule }
    }

    private static func makeHandler(_ configuration: Configuration, adminToken: String?) -> APIHandler {
        var handling = APIHandler.Configuration(definitions: BuiltInResources.definitions)
        handling.historyCapacity = configuration.historyLimit
        handling.enforcesRoles = configuration.enforcesRoles
        handling.adminToken = adminToken.map(BearerToken.init)
        handling.bookmarkInterval = configuration.bookmarkInterval
        handling.firstResourceVersion =
            configuration.firstResourceVersion ?? max(1, Int64(configuration.now().timeIntervalSince1970 * 1_000_000))
        return APIHandler(configuration: handling, timing: Timing(now: configuration.now))
    }

    private func serve(_ backend: Backend) async throws {
        let watches = WatchGate()
        // The first request may come before the handler's own task does, and may be a watch.
        handler.reopen()
        let responder = HTTPResponder(
            backend: backend,
            gate: AccessGate(token: credentials?.token, tokens: handler.tokens, authorizer: handler.access),
            watches: watches,
            audit: configuration.audit,
            now: configuration.now,
            address: { [listening] in listening.current?.authority ?? "" }
        )
        let listener = HTTPListener(
            host: configuration.host,
            port: configuration.port,
            credentials: credentials,
            logger: logger
        )
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [handler] in
                    // Its work ends with the listener's; until then it must go on, or watches would end.
                    await handler.run()
                }
                group.addTask { try await Self.deadline() }
                group.addTask { [listening] in
                    try await listener.run(responder: responder, listening: listening)
                    throw Ended()
                }
                do {
                    while try await group.next() != nil {}
                } catch is Ended {
                    group.cancelAll()
                }
            }
        } onGracefulShutdown: { [handler] in
            watches.close()
            handler.closeWatches()
        }
    }

    /// What the first task to end the group throws when it ended as it should.
    private struct Ended: Error {}

    /// Clients that do not go by themselves are cut off a while after graceful shutdown began.
    private static func deadline() async throws {
        do {
            try await gracefulShutdown()
            try await Task.sleep(for: .milliseconds(700))
        } catch is CancellationError {
            return
        }
        throw Ended()
    }
}

/// Runs a server for the length of a scope.
///
/// - Parameters:
///   - configuration: How to serve.
///   - previous: A server that ended, whose objects and credentials this one goes on with.
///   - body: What to do while it listens.
/// - Returns: What `body` returned.
/// - Throws: `DevAPIServerError` when it cannot listen, and whatever `body` throws.
public func withDevAPIServer<Result: Sendable>(
    _ configuration: DevAPIServer.Configuration = DevAPIServer.Configuration(),
    continuing previous: DevAPIServer? = nil,
    _ body: (DevAPIServer) async throws -> Result
) async throws -> Result {
    let server = try DevAPIServer(configuration: configuration, continuing: previous)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        defer { group.cancelAll() }
        _ = try await server.address
        return try await body(server)
    }
}
