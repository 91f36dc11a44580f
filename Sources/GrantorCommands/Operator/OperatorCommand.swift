// Grantor
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import KubeClient
import Logging
import OperatorCore
import ServiceLifecycle

/// `grantor operator`: the controller against a cluster.
public struct OperatorCommand: AsyncParsableCommand {
    /// Name, summary and what it does.
    public static let configuration = CommandConfiguration(
        commandName: "operator",
        abstract: "Run the controller against a cluster.",
        discussion: """
            The API server is found as kubectl finds it: --kubeconfig, else the files of KUBECONFIG (merged), else \
            ~/.kube/config, else the service account of the pod. The operator reads AppInstances and never writes them.

            EXAMPLES
              grantor operator
              grantor operator --context prod --namespace influxdb
              grantor operator --kubeconfig grantor-dev.kubeconfig --allow-loopback
              grantor operator --store configmap --namespace influxdb
              grantor operator --leader-elect --metrics-bind-address :8080 --health-probe-bind-address :8081

            EXIT STATUS
              0 after SIGTERM or SIGINT (130 when a second one cuts the end short), 1 when the configuration cannot be \
            used. An API server that does not answer, CRDs that are missing and permissions that lack are reported and waited for.
            """
    )

    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var forms: FormOptions
    @OptionGroup var log: LogOptions
    @OptionGroup var election: ElectionOptions
    @OptionGroup var endpoints: EndpointOptions
    @OptionGroup var fetching: FetchOptions
    @OptionGroup var webhook: WebhookOptions

    @OptionGroup var scope: ScopeOptions

    @Option(help: "How many AppInstances are worked on at a time.")
    var workers = 10

    /// Creates the command; the argument parser needs it.
    public init() {}

    /// Refuses what no operator could work with.
    public func validate() throws {
        guard workers > 0 else { throw ValidationError("--workers must be at least 1.") }
        try forms.validate(namespaces: scope.namespaces.names)
    }

    /// Runs until a signal.
    public func run() async throws {
        let logger = log.logger("grantor")
        ProcessThreads.useOneEventLoop()
        OpenFiles.raiseLimit()
        try await failingPlainly {
            var configuration = OperatorConfiguration(kubernetes: try cluster.load())
            scope.apply(to: &configuration)
            configuration.source = forms.foundIn
            configuration.store = forms.store
            try fetching.apply(to: &configuration)
            configuration.workers = workers
            configuration.identity = election.identity()
            configuration.election = election.election
            configuration.metricsAddress = endpoints.metrics
            configuration.healthAddress = endpoints.health
            configuration.webhook = webhook.webhook(
                namespace: configuration.kubernetes.namespace,
                clusterDomain: fetching.clusterDomain
            )
            configuration.version = GrantorVersion.current
            let service = try Operator(configuration, host: .live, logger: logger)
            try await runUntilSignal([.init(service: service)], logger: logger)
        }
    }
}
