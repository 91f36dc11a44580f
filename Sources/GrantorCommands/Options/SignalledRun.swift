// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs services until SIGTERM or SIGINT ends them gracefully, or a second one at once.
///
/// One request can come as two signals: `timeout` sends its own to the program and to the program's group, and a
/// terminal interrupts the program besides whoever passes the interrupt on. Those that follow the first at once count
/// as the same.
///
/// - Throws: What a service throws that cannot go on; `ExitCode` 130, as a shell has it, after a second signal.
func runUntilSignal(
    _ services: [ServiceGroupConfiguration.ServiceConfiguration],
    clock: some Clock<Duration> = ContinuousClock(),
    logger: Logger
) async throws {
    let sameRequest = Duration.milliseconds(250)
    let group = ServiceGroup(configuration: .init(services: services, logger: logger))
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            // The signals are trapped before the group runs; one that came in between has ended it already.
            do { try await group.run() } catch let error as ServiceGroupError where error == .alreadyFinished() {}
        }
        tasks.addTask {
            let timeline = Timeline(clock)
            var firstSignal: Duration?
            for await _ in signals {
                if let firstSignal {
                    if timeline.now - firstSignal < sameRequest { continue }
                    try fail("ended by a second signal", status: Interrupted.exitStatus)
                }
                firstSignal = timeline.now
                await group.triggerGracefulShutdown()
            }
            // Cancelled, because the group has ended.
        }
        try await tasks.next()
        tasks.cancelAll()
    }
}
