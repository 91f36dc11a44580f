// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs services until SIGTERM or SIGINT ends them gracefully, or a second one at once.
///
/// - Throws: What a service throws that cannot go on; `ExitCode` 130, as a shell has it, after a second signal.
func runUntilSignal(
    _ services: [ServiceGroupConfiguration.ServiceConfiguration],
    logger: Logger
) async throws {
    let group = ServiceGroup(configuration: .init(services: services, logger: logger))
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            // The signals are trapped before the group runs; one that came in between has ended it already.
            do { try await group.run() } catch let error as ServiceGroupError where error == .alreadyFinished() {}
        }
        tasks.addTask {
            var isEnding = false
            for await _ in signals {
                if isEnding { try fail("ended by a second signal", status: Interrupted.exitStatus) }
                isEnding = true
                await group.triggerGracefulShutdown()
            }
            // Cancelled, because the group has ended.
        }
        try await tasks.next()
        tasks.cancelAll()
    }
}
