// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A handshake that ends once the server has shown its certificates.
struct CertificateLook: Sendable {
    let loader: DocumentLoader
    let group: any EventLoopGroup

    /// The certificates that a server presents; none when it shows none.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func chain(of server: HTTPURL) async throws -> EndpointExamination.Chain {
        let addresses: [IPAddress]
        do {
            addresses = try await loader.checkedAddresses(of: server)
        } catch is KeySetError {
            addresses = []
        }
        var certificates: [CertificateSummary] = []
        for address in addresses.prefix(2) where certificates.isEmpty {
            certificates = try await shown(by: server, at: address)
        }
        return .init(host: server.host, port: server.port, certificates: certificates)
    }

    private func shown(by server: HTTPURL, at address: IPAddress) async throws -> [CertificateSummary] {
        let limit = TimeAmount(loader.configuration.connectTimeout)
        let context: NIOSSLContext
        do {
            // The verification is replaced below by one that looks and refuses.
            context = try NIOSSLContext(configuration: .makeClientConfiguration())
        } catch {
            return []
        }
        let shown = Shown()
        let name = server.address == nil ? server.host : nil
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(limit)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(context: context, serverHostname: name) {
                        (chain: [NIOSSLCertificate], verdict: EventLoopPromise<NIOSSLVerificationResult>) in
                        shown.set(chain)
                        verdict.succeed(NIOSSLVerificationResult.failed)
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.connect(host: address.description, port: server.port).get()
        } catch {
            try Task.checkCancellation()
            return []
        }
        let timer = channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
        await withTaskCancellationHandler {
            // The handshake fails by design, which closes the connection.
            try? await channel.closeFuture.get()
        } onCancel: {
            channel.close(promise: nil)
        }
        timer.cancel()
        try Task.checkCancellation()
        return shown.certificates.map(CertificateSummary.init)
    }

    /// What the server showed.
    private final class Shown: Sendable {
        private let state = Mutex<[NIOSSLCertificate]>([])

        var certificates: [NIOSSLCertificate] { state.withLock(\.self) }

        func set(_ chain: [NIOSSLCertificate]) {
            state.withLock { $0 = chain }
        }
    }
}
