// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
public import ArgumentParser
import DevAPIServer
import DevIdentityProvider
import KubeClient
import KubeCore
import Logging
import OperatorCore
import ServiceLifecycle
import YAMLSource

/// `grantor dev`: the embedded API server, with the operator, to work against as with a cluster.
public struct DevCommand: AsyncParsableCommand {
    /// Name, summary and what it does.
    public static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Run the embedded API server, and the operator, to work against with kubectl.",
        discussion: """
            Everything is in memory and gone at the end. The CRDs of Grantor and the one of kubit's AppInstance are there. \
            Identity providers on loopback addresses are reached.

            EXAMPLES
              grantor dev
              grantor dev --with-identity-provider
              grantor dev --listen 127.0.0.1:0 --kubeconfig-out /tmp/dev.yaml
              grantor dev --no-operator --tls
              grantor dev --rbac --audit-log audit.jsonl
              grantor dev --without-crds

            EXIT STATUS
              0 after SIGTERM or SIGINT, 1 when it cannot listen or write the kubeconfig.
            """
    )

    @Option(help: ArgumentHelp("The address to listen on; port 0 takes any free one.", valueName: "host:port"))
    var listen = "127.0.0.1:8001"

    @Option(help: ArgumentHelp("Where to write the kubeconfig.", valueName: "file"), completion: .file())
    var kubeconfigOut = "grantor-dev.kubeconfig"

    @Flag(name: .customLong("no-operator"), help: "Run the API server alone.")
    var withoutOperator = false

    @Flag(
        help: """
            Leave the CRDs out, as where nobody may install any; the operator then reads ConfigMap app-instance of the \
            namespace default and keeps everything in ConfigMaps there.
            """
    )
    var withoutCrds = false

    @Flag(help: "Also run an identity provider with realms shaped like Keycloak, Auth0 and Entra ID.")
    var withIdentityProvider = false

    @Flag(help: "Serve HTTPS with a certificate made for the occasion, and ask for a bearer token.")
    var tls = false

    @Flag(
        help: """
            Obey roles and bindings, as a cluster does, and run the operator under its own roles; implies --tls. The \
            kubeconfig is that of an administrator, who can act as others: kubectl --as.
            """
    )
    var rbac = false

    @Option(
        help: ArgumentHelp(
            "Append an event of audit.k8s.io/v1 to this file for each request, one a line.",
            valueName: "file"
        ),
        completion: .file()
    )
    var auditLog: String?

    @OptionGroup var log: LogOptions

    /// Creates the command; the argument parser needs it.
    public init() {}

    /// Refuses addresses that are none.
    public func validate() throws {
        guard ListenAddress(listen) != nil else {
            throw ValidationError("--listen must be host:port, as in 127.0.0.1:8001.")
        }
    }

    /// Runs until a signal.
    public func run() async throws {
        let logger = log.logger("grantor")
        guard let address = ListenAddress(listen) else { return }
        let kubeconfig = try PrivateFile(kubeconfigOut)
        let audit = try auditLog.map { path in try AuditFile(path) }
        var serving = DevAPIServer.Configuration(host: address.host, port: address.port, tls: tls, enforcesRoles: rbac)
        if !withoutCrds {
            serving.manifests = CustomResourceDefinitions.all + [CustomResourceDefinitions.appInstance]
        }
        if rbac, !withoutOperator { serving.manifests += DevOperator.installation(withoutCRDs: withoutCrds) }
        if let audit { serving.audit = { event in audit.append(event) } }
        try await failingPlainly { [serving] in
            let server = try DevAPIServer(configuration: serving, logger: logger)
            let provider =
                withIdentityProvider
                ? try DevIdentityProvider(configuration: .init(realms: DemoInstances.realms), logger: logger) : nil
            var services: [any Service] = [server]
            if let provider { services.append(provider) }
            services.append(
                DevAnnouncement(
                    server: server,
                    provider: provider,
                    hasOperator: !withoutOperator,
                    hasDefinitions: !withoutCrds,
                    kubeconfig: kubeconfig
                )
            )
            if !withoutOperator {
                services.append(DevOperator(server: server, withoutCRDs: withoutCrds, logger: logger))
            }
            try await runUntilSignal(services.map { .init(service: $0) }, logger: logger)
        }
    }
}
