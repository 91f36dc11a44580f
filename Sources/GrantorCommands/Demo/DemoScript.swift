// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import ArgumentParser
import DevAPIServer
import DevIdentityProvider
import KubeClient
import KubeCore
import Logging
import ServiceLifecycle
import YAMLSource

/// What the demonstration does, step by step, as a user of the API server like any other.
struct DemoScript: Service {
    let server: DevAPIServer
    let provider: DevIdentityProvider
    let kubeconfig: PrivateFile
    let endsWhenSettled: Bool
    let logger: Logger

    /// How long everything may take to settle.
    private static let limit: Duration = .seconds(60)

    /// Runs the steps, then waits for the end unless it was asked not to.
    ///
    /// - Throws: `ExitCode` when nothing settles, or what a step throws.
    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await play() }
        } catch is CancellationError {
            // Somebody pressed Ctrl-C.
        }
    }

    private func play() async throws {
        let out = StandardStream.output
        guard let configuration = try await DevCluster.configuration(of: server) else { return }
        try out.write("API server         \(configuration.server)\n")
        try out.write("identity provider  \(try await provider.baseURL)\n")
        try kubeconfig.write(YAMLWriter.text(try await server.kubeconfig()))
        let clock = ContinuousClock()
        let start = clock.now
        try await withKubeClient(
            configuration,
            options: KubeClient.Options(fieldManager: "grantor-demo"),
            host: .live,
            logger: logger
        ) { client in
            try await apply(with: client)
            let settled = try await show(with: client)
            guard settled else { try fail("nothing settled within a minute; run again with --log-level debug") }
        }
        let tenths = (clock.now - start) / .milliseconds(100)
        let time = "\(Int(tenths) / 10).\(Int(tenths) % 10) s"
        try out.write(
            """

            Settled after \(time). To go on by hand\(endsWhenSettled ? " when it is run without --exit-when-settled" : ""):

              export KUBECONFIG=\(kubeconfig.path)
              kubectl get adminaccess,admingrants -A

            """
        )
        if endsWhenSettled { return }
        try out.write(
            """

            Mend the broken one, and watch it: its provider must be azure, each user must have an id of its own.

              kubectl edit appinstance influxdb -n influxdb-entra

            Everything goes on until Ctrl-C.

            """
        )
        try await gracefulShutdown()
    }

    private func apply(with client: KubeClient) async throws {
        var endpoints: [String] = []
        for realm in provider.realms { endpoints.append(try await realm.keysURL) }
        for object in DemoInstances.objects(endpoints: endpoints) {
            guard let namespace = object["metadata"]?["namespace"]?.string,
                let name = object["metadata"]?["name"]?.string
            else { continue }
            let namespaceObject: JSONValue = [
                "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)],
            ]
            _ = try await client.create(.namespaces, namespaceObject)
            _ = try await client.create(.appInstances, object)
            let provider = object[path: ["spec", "package", "spec", "admin", "identityProvider"]]?.string ?? ""
            try StandardStream.output.write("applied            AppInstance \(namespace)/\(name) (\(provider))\n")
        }
        try StandardStream.output.write("\n")
    }

    /// Shows the table until nothing changes any more; whether that was so in time.
    private func show(with client: KubeClient) async throws -> Bool {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: Self.limit)
        var table = LiveTable(stream: .output)
        var last: DemoView?
        var quietSince = clock.now
        while clock.now < end {
            let view = try await DemoView(client)
            if view != last {
                try table.show(view.lines)
                last = view
                quietSince = clock.now
            }
            if view.isSettled, clock.now - quietSince > .milliseconds(300) {
                try table.finish()
                return true
            }
            try await clock.sleep(for: .milliseconds(50))
        }
        try table.finish()
        return false
    }
}
