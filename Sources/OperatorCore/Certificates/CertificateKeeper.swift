// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeClient
import KubeController
import KubeCore
import Logging
import ServiceLifecycle
import Synchronization
import X509

/// Keeps the certificate of the webhook good: makes it, renews it, and tells the API server whom to trust.
///
/// What is served comes from the Secret alone, in every replica; `CertificateStateMachine` decides about changes.
struct CertificateKeeper: Service {
    /// However long there is nothing to do, the time of day may jump.
    private static let longestWait: Duration = .seconds(60)
    private static let pauseAfterFailure: Duration = .seconds(2)

    /// What is kept, and where.
    let configuration: OperatorConfiguration.Webhook
    /// Writes only while this process leads.
    let client: KubeClient
    /// Writes always; for the Secret that is not there.
    let creator: KubeClient
    /// Whether this process may change what is there.
    let isLeading: @Sendable () -> Bool
    /// What connections get.
    let served: ServedCertificate
    let now: @Sendable () -> Date
    let timeline: Timeline
    let logger: Logger

    private let certificates = ObjectStore<StoredCertificates>()
    private let bundles = ObjectStore<PublishedBundle>()
    private let changed = Signal()

    init(
        configuration: OperatorConfiguration.Webhook,
        client: KubeClient,
        creator: KubeClient,
        isLeading: @escaping @Sendable () -> Bool,
        served: ServedCertificate,
        now: @escaping @Sendable () -> Date,
        timeline: Timeline,
        logger: Logger
    ) {
        self.configuration = configuration
        self.client = client
        self.creator = creator
        self.isLeading = isLeading
        self.served = served
        self.now = now
        self.timeline = timeline
        self.logger = logger
    }

    /// Looks again, because this process began or ceased to lead.
    func leadershipChanged() { changed.send() }

    /// Keeps the certificate until graceful shutdown or cancellation.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await watchedSecret.run() }
                group.addTask { try await watchedConfiguration.run() }
                group.addTask { await keep() }
                try await group.waitForAll()
            }
        }
    }

    // MARK: - Watching

    private func watch<Object: JSONReadable & Sendable>(
        _ type: ResourceType,
        _ name: NamespacedName,
        _ store: ObjectStore<Object>,
        _ deliver: @escaping @Sendable (ObjectChange<Object>) -> Void
    ) -> some Service {
        var logger = logger
        logger[metadataKey: "watch.resource"] = "\(type.qualifiedName)"
        let source = KubeListWatch<Object>(
            client: client,
            type: type,
            namespace: name.namespace,
            fieldSelector: "metadata.name=\(name.name)"
        )
        return WatchedStore(Watcher(source, logger: logger), into: store, routes: [ChangeRoute(deliver)])
    }

    private var watchedSecret: some Service {
        watch(.secrets, configuration.secret, certificates) { change in
            if let certificate = change.new?.current, change.failure == nil {
                if !served.serve(certificate) { logger.warning("the certificate of the webhook cannot be served") }
            }
            changed.send()
        }
    }

    private var watchedConfiguration: some Service {
        watch(.validatingWebhookConfigurations, NamespacedName(namespace: nil, name: configuration.name), bundles) {
            _ in
            changed.send()
        }
    }

    // MARK: - Deciding

    private var publication: CertificateStateMachine.Publication {
        guard bundles.isSynced else { return .unknown }
        return bundles[NamespacedName(namespace: nil, name: configuration.name)].map { .present($0) } ?? .absent
    }

    private func keep() async {
        var machine = CertificateStateMachine(
            names: configuration.hosts,
            lifetime: configuration.certificateLifetime / .seconds(1)
        )
        try? await certificates.waitUntilSynced()
        var told: KubeError.Code?
        while !Task.isCancelled {
            let now = now()
            let step = machine.step(
                stored: certificates[configuration.secret],
                published: publication,
                isLeading: isLeading(),
                now: now
            )
            if case .wait(let until) = step {
                let pause = until.map { Duration.seconds($0.timeIntervalSince(now)) } ?? Self.longestWait
                let due = timeline.now + max(.milliseconds(1), min(pause, Self.longestWait))
                await changed.wait(until: due, on: timeline)
                continue
            }
            do {
                try await perform(step, now)
                told = nil
            } catch let error as KubeError {
                if told != error.code { tell(error) }
                told = error.code
                await changed.wait(until: timeline.now + Self.pauseAfterFailure, on: timeline)
            } catch {
                if error is CancellationError { return }
                logger.warning("the certificate of the webhook cannot be made")
                await changed.wait(until: timeline.now + .seconds(60), on: timeline)
            }
        }
    }

    private func tell(_ error: KubeError) {
        switch error.code {
        // Somebody else was faster; or leads, by now.
        case .alreadyExists, .conflict, .notLeading: return
        default:
            logger.warning(
                "the certificate of the webhook cannot be kept; the operator tries on",
                metadata: ["error.code": "\(error.code.rawValue)", "error.message": "\(error.message)"]
            )
        }
    }

    // MARK: - Doing

    private func perform(_ step: CertificateStateMachine.Step, _ now: Date) async throws {
        let stored = certificates[configuration.secret]
        switch step {
        case .create:
            let certificate = try make(now)
            try await create(certificate)
            tell("the certificate of the webhook was made", certificate)
        case .replace:
            let certificate = try make(now)
            let bundle = stored?.bundle(at: now, adding: certificate, dropping: true) ?? ""
            try await patch(StoredCertificates.data(current: certificate, next: .some(nil), bundle: bundle))
            tell("the certificate of the webhook could not be used, and was made anew", certificate)
        case .stage:
            let certificate = try make(now)
            let bundle = stored?.bundle(at: now, adding: certificate, dropping: true) ?? ""
            try await patch(StoredCertificates.data(next: .some(certificate), bundle: bundle))
            tell("the next certificate of the webhook was made", certificate)
        case .rebundle(let bundle):
            try await patch(StoredCertificates.data(bundle: bundle))
        case .publish(let bundle): try await publish(bundle)
        case .promote:
            guard let stored, let next = stored.next else { return }
            let bundle = stored.bundle
            try await patch(StoredCertificates.data(current: next, next: .some(nil), bundle: bundle))
            tell("the next certificate of the webhook is served", next)
        case .wait: return
        }
    }

    private func make(_ now: Date) throws -> WebhookCertificate {
        try WebhookCertificate(
            names: configuration.hosts,
            lifetime: configuration.certificateLifetime / .seconds(1),
            now: now
        )
    }

    private func create(_ certificate: WebhookCertificate) async throws {
        let secret: JSONValue = [
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": .members([
                "name": .string(configuration.secret.name),
                "namespace": configuration.secret.namespace.map(JSONValue.string),
                "labels": ["app.kubernetes.io/managed-by": "grantor", "app.kubernetes.io/name": "grantor"],
            ]),
            "data": StoredCertificates.data(
                current: certificate,
                bundle: WebhookCertificate.pem(certificate.authority)
            ),
        ]
        remember(try await creator.create(.secrets, secret, namespace: configuration.secret.namespace))
    }

    /// Changes the Secret, unless somebody else did meanwhile.
    private func patch(_ data: JSONValue) async throws {
        let version = certificates[configuration.secret]?.resourceVersion ?? ""
        let patch: JSONValue = ["metadata": ["resourceVersion": .string(version)], "data": data]
        remember(try await client.patch(.secrets, configuration.secret, .merge(patch)))
    }

    /// Takes what was written as if the watch had told of it.
    private func remember(_ secret: JSONValue) {
        let observed = Observed<StoredCertificates>(json: secret) { StoredCertificates(json: $0) }
        guard let observed else { return }
        certificates.observeWrite(observed)
        if let certificate = certificates[configuration.secret]?.current { served.serve(certificate) }
    }

    private func publish(_ bundle: String) async throws {
        let name = NamespacedName(namespace: nil, name: configuration.name)
        guard let known = bundles[name] else { return }
        let answer = try await client.patch(.validatingWebhookConfigurations, name, .json(known.patch(to: bundle)))
        if let observed = Observed<PublishedBundle>(json: answer, decode: { PublishedBundle(json: $0) }) {
            bundles.observeWrite(observed)
        }
        logger.info("the API server was told which certificates of the webhook to trust")
    }

    private func tell(_ message: Logger.Message, _ certificate: WebhookCertificate) {
        logger.info(
            message,
            metadata: ["certificate.expires": "\(Timestamp.format(certificate.leaf.notValidAfter))"]
        )
    }
}

extension CertificateKeeper: CustomStringConvertible {
    /// The name that the log calls it by.
    var description: String { "CertificateKeeper" }
}
