// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DevIdentityProvider
import FoundationEssentials
import Logging
import ServiceLifecycle
import UnixSignals

/// An identity provider in a process of its own, so that it takes nothing from who is measured.
struct ProviderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "provider", shouldDisplay: false)

    @Option(help: "Where to write the address of the key set.")
    var out: String

    func run() async throws {
        let logger = Logger(label: "provider") { _ in SwiftLogNoOpLogHandler() }
        let provider = try DevIdentityProvider(
            configuration: .init(realms: [.init(name: "acme", shape: .auth0)]),
            logger: logger
        )
        let services: [any Service] = [provider, Announcement(provider: provider, path: out)]
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }
}

/// Writes the address once the provider listens.
private struct Announcement: Service {
    let provider: DevIdentityProvider
    let path: String

    func run() async throws {
        let url = try await provider.realm("acme").keysURL
        try Data(url.utf8).write(to: URL(filePath: path), options: .atomic)
        try await gracefulShutdown()
    }
}
