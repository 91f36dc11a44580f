// Grantor
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import KubeClient
import KubeCore
import OperatorCore

/// `grantor doctor`: looks at everything that an operator rests on, and says what to do.
public struct DoctorCommand: AsyncParsableCommand {
    /// Name, summary and what it does.
    public static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Examine a cluster, or files, for what keeps the operator from its work.",
        discussion: """
            Looks at the API server and who asks, the operator's permissions, the custom resource definitions, the \
            lease, each AppInstance and each endpoint that keys are fetched from, and says what to do. Nothing is \
            changed. Give the options that the operator was started with. With --file the cluster is left alone and \
            only the endpoints that the files name are looked at.

            EXAMPLES
              grantor doctor
              grantor doctor -n influxdb --service-account grantor/grantor
              grantor doctor --store configmap -n influxdb
              grantor doctor -o json
              grantor doctor -f app-instance.yaml

            EXIT STATUS
              0 when nothing is wrong, or there are warnings alone; 1 when something is wrong; 2 when nothing could \
            be looked at.
            """
    )

    /// The layouts of the output.
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var forms: FormOptions
    @OptionGroup var fetching: FetchOptions
    @OptionGroup var colors: ColorOptions

    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: ArgumentHelp("A file with AppInstances to look at, instead of a cluster; repeat.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var files: [String] = []

    @OptionGroup var scope: ScopeOptions

    @Flag(
        inversion: .prefixedNo,
        help: "Whether the operator elects a leader; a lease that is missing is a warning when nobody says."
    )
    var leaderElect: Bool?

    @Option(
        name: [.customLong("leader-elect-resource-namespace"), .customLong("leader-elect-namespace")],
        help: ArgumentHelp(
            "The namespace of the lease and of the operator; that of the service account, else grantor.",
            valueName: "name"
        )
    )
    var leaseNamespace: String?

    @Option(
        name: .customLong("leader-elect-resource-name"),
        help: ArgumentHelp("The name of the lease, when it was given to the operator.", valueName: "name")
    )
    var leaseName: String?

    @Option(
        help: ArgumentHelp(
            "Whose permissions are asked for (SubjectAccessReview); those of who asks when none is given.",
            valueName: "namespace/name"
        ),
        transform: ServiceAccountArgument.read
    )
    var serviceAccount: NamespacedName?

    @Option(
        help: ArgumentHelp(
            "The ValidatingWebhookConfiguration, when the operator serves the webhook: its permissions are asked for too.",
            valueName: "name"
        )
    )
    var webhookConfiguration: String?

    @Option(help: ArgumentHelp("The Secret with the webhook's certificate.", valueName: "name"))
    var webhookCertificateSecret = PermissionTable.webhookSecret

    @Option(help: "How long everything may take.")
    var timeout = DurationArgument(.seconds(60))

    @Option(name: .shortAndLong, help: ArgumentHelp("The layout of the output.", valueName: "layout"))
    var output = Output.text

    /// Creates the command; the argument parser needs it.
    public init() {}

    /// Refuses what cannot be meant.
    public func validate() throws {
        guard timeout.duration > .zero else { throw ValidationError("--timeout must be more than 0s.") }
        guard files.isEmpty || (scope.namespaces.names.isEmpty && cluster.kubeconfig == nil && cluster.context == nil)
        else {
            throw ValidationError("give either --file or a cluster.")
        }
        try forms.validate(namespaces: scope.namespaces.names)
    }

    /// Examines, prints the report, and ends with the status that it calls for.
    public func run() async throws {
        try await failingPlainly {
            let report = try await examine()
            switch output {
            case .json:
                let bytes = JSONWriter.bytes(report.json, layout: .indented)
                try StandardStream.output.write(String(decoding: bytes, as: UTF8.self) + "\n")
            case .text: try StandardStream.output.write(report.text(colors.style()))
            }
            if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
        }
    }

    private func examine() async throws -> DiagnosisReport {
        if !files.isEmpty {
            let doctor = Doctor(scope: try examined(KubeConfiguration(server: "")), timeLimit: timeout.duration)
            do {
                return try await doctor.examine(try FileSights.read(files, doctor.scope))
            } catch let error as FileError {
                try fail(error.description, status: 2)
            } catch let error as DocumentError {
                try fail("\(error)", status: 2)
            }
        }
        let configuration: KubeConfiguration
        do {
            configuration = try cluster.load()
        } catch {
            return DiagnosisReport([
                Diagnosis(
                    area: .connection,
                    check: "configuration",
                    verdict: .error,
                    message: error.message,
                    advice: "--kubeconfig names a file, --context one of its contexts"
                )
            ])
        }
        let doctor = Doctor(scope: try examined(configuration), timeLimit: timeout.duration)
        let cluster = cluster
        return try await doctor.examine { body in try await LiveCluster.withClient(cluster) { try await body($0) } }
    }

    /// What is examined with an API server.
    private func examined(_ kubernetes: KubeConfiguration) throws -> DoctorScope {
        var configuration = OperatorConfiguration(kubernetes: kubernetes)
        scope.apply(to: &configuration)
        configuration.source = forms.foundIn
        configuration.store = forms.store
        try fetching.apply(to: &configuration)
        if let leaseName {
            configuration.election = .init()
            configuration.election?.name = leaseName
        }
        return DoctorScope(
            configuration: configuration,
            elects: leaderElect,
            home: leaseNamespace,
            webhook: webhookConfiguration.map { .init(configuration: $0, secret: webhookCertificateSecret) },
            serviceAccount: serviceAccount
        )
    }
}
