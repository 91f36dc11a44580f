// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A plain parallel writer: as many requests at a time as the number says, and nothing else.
enum ParallelWriter {
    /// Performs a numbered work item for each of `0..<count`.
    ///
    /// - Returns: How long it took.
    ///
    /// - Throws: What the first work item throws that does.
    @discardableResult
    static func run(
        count: Int,
        concurrency: Int = 16,
        _ body: @Sendable @escaping (Int) async throws -> Void
    ) async throws -> Duration {
        let started = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            // One task a lane, not one a request: the writer is to be as cheap as can be.
            for lane in 0..<min(concurrency, count) {
                group.addTask {
                    for index in stride(from: lane, to: count, by: concurrency) { try await body(index) }
                }
            }
            try await group.waitForAll()
        }
        return .now - started
    }
}
