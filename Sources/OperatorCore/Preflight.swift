// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import KubeClient
import KubeCore
import Logging
import ServiceLifecycle

/// Tells in plain words why the work cannot begin; the watches go on trying all the same.
///
/// One line when it is seen, one each minute while it stays so, and one when the API server answers at last.
struct Preflight<C: Clock>: Service where C.Duration == Duration {
    private static var pause: Duration { .seconds(2) }
    private static var reminder: Duration { .seconds(60) }

    let client: KubeClient
    /// Where the client's configuration comes from, as in the path of a kubeconfig.
    let origin: String
    /// The namespaces that are looked after; `nil` stands for all.
    let scopes: [String?]
    /// In which form AppInstances stand in the cluster.
    let source: ObjectForm
    /// In which form AdminAccesses and AdminGrants are kept.
    let store: ObjectForm
    /// Whether every collection has been read.
    let isSynced: @Sendable () -> Bool
    let clock: C
    let logger: Logger

    init(
        _ configuration: OperatorConfiguration,
        client: KubeClient,
        isSynced: @escaping @Sendable () -> Bool,
        clock: C = ContinuousClock(),
        logger: Logger
    ) {
        self.client = client
        origin = configuration.kubernetes.origin
        scopes = configuration.scopes
        source = configuration.source
        store = configuration.store
        self.isSynced = isSynced
        self.clock = clock
        self.logger = logger
    }

    /// Looks until the API server answers and everything could be read, then waits for the end.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await waitForAnswer()
            await waitForPermissions()
            // A service that returns would end its group.
            let (stream, _) = AsyncStream<Never>.makeStream(bufferingPolicy: .bufferingNewest(1))
            for await _ in stream {}
        }
    }

    private func waitForAnswer() async {
        var told: (code: KubeError.Code, time: C.Instant)?
        while !Task.isCancelled {
            do {
                try await look()
                if told != nil { logger.info("the API server answers") }
                return
            } catch let error as KubeError {
                let now = clock.now
                if told?.code != error.code || told.map({ $0.time.duration(to: now) >= Self.reminder }) ?? true {
                    tell(error)
                    told = (error.code, now)
                }
            } catch {
                return
            }
            try? await clock.sleep(for: Self.pause)
        }
    }

    /// Tells what may not be read while something is not read; the watches ask for it again and again.
    private func waitForPermissions() async {
        var hasTold = false
        var asked: C.Instant?
        while !Task.isCancelled {
            try? await clock.sleep(for: Self.pause)
            if isSynced() {
                if hasTold { logger.info("everything can be read") }
                return
            }
            // Mostly it is only a matter of time; the question is four requests, so it is asked seldom.
            if let asked, asked.duration(to: clock.now) < Self.reminder { continue }
            asked = clock.now
            guard let what = try? await forbidden(), !what.isEmpty else { continue }
            tell(KubeError(.forbidden, "cannot list \(what)"))
            hasTold = true
        }
    }

    /// What may not be listed, in words; empty when everything may.
    ///
    /// - Throws: `CancellationError`.
    private func forbidden() async throws -> String {
        var refused: [String] = []
        for type in types {
            var namespaces: [String] = []
            for scope in scopes {
                do {
                    _ = try await client.list(type, namespace: scope, options: ListOptions(limit: 1))
                } catch let error as KubeError {
                    if error.code == .forbidden { namespaces.append(scope ?? "") }
                }
            }
            guard let first = namespaces.first else { continue }
            let place = first.isEmpty ? "" : " in \(namespaces.joined(separator: ", "))"
            refused.append("\(type.qualifiedName)\(place)")
        }
        return refused.joined(separator: "; ")
    }

    /// What is read.
    private var types: [ResourceType] {
        (source == .resources ? [.appInstances] : [])
            + (store == .resources ? [.adminAccesses, .adminGrants] : []) + [.configMaps]
    }

    private func look() async throws {
        // Where nothing else is asked for, this is how the API server is heard of.
        if source == .configMaps, store == .configMaps { _ = try await client.serves(.configMaps) }
        if source == .resources, try await !client.serves(.appInstances) {
            logger.warning(
                """
                the cluster has no AppInstances: install kubit, or run grantor crds --with-appinstance | kubectl apply \
                -f -; where kubit works on ConfigMap app-instance in a namespace, run with --source configmap
                """
            )
        }
        guard store == .resources else { return }
        let hasAccesses = try await client.serves(.adminAccesses)
        let hasGrants = try await client.serves(.adminGrants)
        if !hasAccesses || !hasGrants {
            logger.warning(
                """
                Grantor's CRDs are not installed: run grantor crds | kubectl apply -f -, or where you may not, run with \
                --store configmap and --namespace
                """
            )
        }
    }

    private func tell(_ error: KubeError) {
        logger.warning(
            "\(ClusterAdvice.text(for: error.code)); the operator tries on",
            metadata: [
                "api.configuration": "\(origin)", "error.code": "\(error.code.rawValue)",
                "error.message": "\(error.message)",
            ]
        )
    }
}

extension Preflight: CustomStringConvertible {
    /// The name that the log calls it by; made by reflection it would walk through the client.
    var description: String { "Preflight" }
}
