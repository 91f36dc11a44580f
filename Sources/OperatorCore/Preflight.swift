// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore
import Logging
import ServiceLifecycle

/// Tells once, in plain words, what is missing in the cluster; the watches go on trying all the same.
struct Preflight: Service {
    let client: KubeClient
    let logger: Logger

    /// Looks once, then waits for the end.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await look()
            // A service that returns would end its group.
            let (stream, _) = AsyncStream<Never>.makeStream(bufferingPolicy: .bufferingNewest(1))
            for await _ in stream {}
        }
    }

    private func look() async {
        do {
            if try await !client.serves(.appInstances) {
                logger.warning("the cluster has no AppInstances: install kubit, or grantor crds --with-appinstance")
            }
            let hasAccesses = try await client.serves(.adminAccesses)
            let hasGrants = try await client.serves(.adminGrants)
            if !hasAccesses || !hasGrants {
                logger.warning("Grantor's CRDs are not installed: run grantor crds | kubectl apply -f -")
            }
        } catch let error as KubeError {
            logger.warning(
                "the API server cannot be asked what it serves; the operator tries on",
                metadata: ["error.code": "\(error.code.rawValue)", "error.message": "\(error.message)"]
            )
        } catch {
            // Cancelled.
        }
    }
}

extension Preflight: CustomStringConvertible {
    /// The name that the log calls it by; made by reflection it would walk through the client.
    var description: String { "Preflight" }
}
