// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The habits of a controller.
public struct ControllerConfiguration: Sendable {
    /// The number of keys that are worked on at a time.
    public var workers = 10
    /// How long a reconcile may take before it is cancelled.
    public var reconcileDeadline: Duration = .seconds(120)
    /// How long a shutdown waits for reconciles in progress before it cancels them.
    public var drainDeadline: Duration = .seconds(15)

    /// Creates the configuration of the defaults.
    public init() {}
}
