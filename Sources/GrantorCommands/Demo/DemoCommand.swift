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

/// `grantor demo`: the whole way in one process, to look at.
public struct DemoCommand: AsyncParsableCommand {
    /// Name, summary and what it does.
    public static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show the whole way: API server, identity provider, operator and three AppInstances.",
        discussion: """
            Everything runs in this process, in memory, on loopback addresses. Three AppInstances are applied, one of them \
            broken on purpose, and a table shows what the operator makes of them. Then it goes on until Ctrl-C, for kubectl.

            EXAMPLES
              grantor demo
              grantor demo --exit-when-settled

            EXIT STATUS
              0 after Ctrl-C or, when asked to end, once everything has settled; 1 when it cannot begin or does not settle.
            """
    )

    @Option(help: ArgumentHelp("The address of the API server; port 0 takes any free one.", valueName: "host:port"))
    var listen = "127.0.0.1:0"

    @Option(help: ArgumentHelp("Where to write the kubeconfig.", valueName: "file"), completion: .file())
    var kubeconfigOut = "grantor-demo.kubeconfig"

    @Flag(help: "End with status 0 once everything has settled; with 1 when it does not within a minute.")
    var exitWhenSettled = false

    @Option(help: ArgumentHelp("Tell what the parts do, on standard error, as in debug.", valueName: "level"))
    var logLevel: Logger.Level?

    /// Creates the command; the argument parser needs it.
    public init() {}

    /// Refuses what cannot be used.
    public func validate() throws {
        guard ListenAddress(listen) != nil else {
            throw ValidationError("--listen must be host:port, as in 127.0.0.1:0.")
        }
    }

    /// Runs until everything has settled, or until a signal.
    public func run() async throws {
        guard let address = ListenAddress(listen) else { return }
        let logger = makeLogger()
        let kubeconfig = try PrivateFile(kubeconfigOut)
        try await failingPlainly {
            let server = try DevAPIServer(
                configuration: .init(
                    host: address.host,
                    port: address.port,
                    manifests: CustomResourceDefinitions.all + [CustomResourceDefinitions.appInstance]
                ),
                logger: logger
            )
            let provider = try DevIdentityProvider(
                configuration: .init(realms: DemoInstances.realms),
                logger: logger
            )
            let script = DemoScript(
                server: server,
                provider: provider,
                kubeconfig: kubeconfig,
                endsWhenSettled: exitWhenSettled,
                logger: logger
            )
            try await runUntilSignal(
                [
                    .init(service: server),
                    .init(service: provider),
                    .init(service: DevOperator(server: server, logger: logger)),
                    .init(
                        service: script,
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup
                    ),
                ],
                logger: logger
            )
        }
    }

    private func makeLogger() -> Logger {
        guard let logLevel else { return Logger(label: "grantor") { _ in SwiftLogNoOpLogHandler() } }
        return LogOptions.logger("grantor", level: logLevel)
    }
}
