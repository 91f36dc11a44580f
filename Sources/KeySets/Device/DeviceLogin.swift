// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Runs the device authorization grant from the codes to the tokens.
public struct DeviceLogin: Sendable {
    private let exchange: any DeviceExchange
    private let makeTimeline: @Sendable () -> Timeline

    /// Creates a login.
    ///
    /// - Parameters:
    ///   - exchange: What speaks with the provider.
    ///   - clock: What the pauses between requests are slept on.
    public init<C: Clock<Duration>>(_ exchange: any DeviceExchange, clock: C = ContinuousClock()) {
        self.exchange = exchange
        makeTimeline = { Timeline(clock) }
    }

    /// Logs a person in.
    ///
    /// - Parameters:
    ///   - request: What to ask for.
    ///   - show: Shows the code; called once, before the first request for the tokens.
    /// - Returns: The tokens.
    /// - Throws: `DeviceGrantError`; `CancellationError` when the task is cancelled; what `show` throws.
    public func tokens(
        for request: DeviceRequest,
        show: (DeviceAuthorization) async throws -> Void
    ) async throws -> TokenAnswer {
        let authorization = try await exchange.authorize(request)
        let timeline = makeTimeline()
        try await show(authorization)
        var polling = DevicePolling(interval: authorization.interval, expiresIn: authorization.expiresIn)
        var step = polling.first
        while true {
            switch step {
            case .finish(let tokens): return tokens
            case .fail(let error): throw error
            case .ask(let time):
                try await timeline.sleep(until: time)
                let answer = try await exchange.poll(authorization, for: request)
                step = polling.step(after: answer, at: timeline.now)
            }
        }
    }
}
