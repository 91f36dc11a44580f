// Grantor
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import FoundationEssentials
import KubeClient
import KubeCore

/// `grantor admin-token refresh`: the documented procedure, with checks between its steps.
public struct RefreshCommand: AsyncParsableCommand {
    /// Name, summary and what it does.
    public static let configuration = CommandConfiguration(
        commandName: "refresh",
        abstract: "Replace the keys and the admin token, step by step.",
        discussion: """
            Deletes the Secrets rsa-keys and admin-token and the Jobs that make them; kubit makes the Jobs again, they make \
            the Secrets, and then the pods that hold the old keys are restarted. Everything signed with the old keys stops \
            working, management tokens included. Without --yes nothing is changed and the plan is shown. What was broken \
            off is resumed by the same command.

            EXAMPLES
              grantor admin-token refresh -n influxdb influxdb
              grantor admin-token refresh -n influxdb influxdb --yes
              grantor admin-token refresh -n influxdb influxdb -o json

            EXIT STATUS
              0 when it is done, or for the plan alone; 1 when it is refused, fails or takes too long; 2 when the cluster or \
            the AppInstance cannot be read; 130 after Ctrl-C.
            """
    )

    @Argument(help: ArgumentHelp("The name of the AppInstance.", valueName: "name"))
    var name: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The namespace; that of the context when none is given.", valueName: "namespace")
    )
    var namespace: String?

    @OptionGroup var cluster: ClusterOptions

    @Flag(help: "Do it; without this the plan is shown and nothing is changed.")
    var yes = false

    @Flag(help: "Forget a refresh that was broken off, and replace everything that is there now.")
    var startOver = false

    @Option(help: ArgumentHelp("How long each wait may last, in seconds.", valueName: "seconds"))
    var timeout = 600

    @Option(name: [.short, .long], help: ArgumentHelp("The layout of the plan.", valueName: "layout"))
    var output = DataLayout.text

    @OptionGroup var color: ColorOptions

    /// Creates the command; the argument parser needs it.
    public init() {}

    /// Refuses what makes no sense.
    public func validate() throws {
        guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout must be between 1 and 86400.") }
        guard output == .text || !yes else { throw ValidationError("-o json shows the plan; leave out --yes.") }
    }

    /// Shows the plan, or carries it out.
    public func run() async throws {
        let instance = NamespacedName(namespace: namespace, name: name)
        try await failingPlainly {
            do {
                try await LiveCluster.withClient(cluster) { client in
                    let cluster = try await KubeRefreshCluster(instance, client: client)
                    if yes { try await refresh(cluster) } else { try await show(cluster) }
                }
            } catch let error as RefreshError {
                try fail(error.message)
            } catch let error as KubeError {
                // Nothing was begun.
                try StandardStream.error.write("grantor: \(error.message)\n")
                throw ExitCode(2)
            } catch is Interrupted {
                try StandardStream.error.write(
                    "grantor: interrupted; what was done stays done, and the same command goes on from there\n"
                )
                throw ExitCode(Interrupted.exitStatus)
            }
        }
    }

    // MARK: - The plan

    private func show(_ cluster: KubeRefreshCluster) async throws {
        let world = try await cluster.observe()
        let shown = startOver ? world.withoutRecord : world
        let plan = RefreshPlan(shown)
        if output == .json {
            let bytes = JSONWriter.bytes(plan.json(of: cluster.instance, world: shown), layout: .indented)
            try StandardStream.output.write(String(decoding: bytes, as: UTF8.self) + "\n")
            return
        }
        let text = RefreshText(style: color.style(), instance: cluster.instance)
        try StandardStream.output.write(text.plan(plan, world: shown, command: command))
    }

    private var command: String {
        let place = namespace.map { "-n \($0) " } ?? ""
        return "grantor admin-token refresh \(place)\(name)\(startOver ? " --start-over" : "") --yes"
    }

    // MARK: - The work

    private func refresh(_ cluster: KubeRefreshCluster) async throws {
        let runner = RefreshRunner(
            cluster: cluster,
            clock: ContinuousClock(),
            timeout: .seconds(timeout),
            now: { Timestamp.format(Date()) },
            report: { try StandardStream.output.write($0 + "\n") }
        )
        let startsOver = startOver
        do {
            try await untilInterrupted { try await runner.run(startsOver: startsOver) }
        } catch let error as KubeError {
            let advice = "what was done stays done, and the same command goes on from there"
            throw RefreshError(.brokenOff, "\(error.message); \(advice)")
        }
        let namespace = cluster.instance.prefix { $0 != "/" }
        try StandardStream.output.write(
            """
            The admin token of \(cluster.instance) is new. To save it where nobody else can read it:
              (umask 077; kubectl -n \(namespace) get secret admin-token -o jsonpath='{.data.token}' | base64 -d > token.json)

            """
        )
    }
}
