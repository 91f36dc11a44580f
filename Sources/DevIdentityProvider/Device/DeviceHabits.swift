// Grantor
// SPDX-License-Identifier: Apache-2.0

/// How a realm does the device authorization grant (RFC 8628).
public struct DeviceHabits: Hashable, Sendable {
    /// The public clients that may use it; `nil` for any.
    public var clients: Set<String>?
    /// How long codes are good for, in whole seconds.
    public var lifetime: Duration
    /// The least time between two requests for the tokens, in whole seconds; `nil` leaves it out of the answer.
    public var interval: Duration?
    /// Whether answers have `verification_uri_complete`.
    public var offersCompleteURI: Bool
    /// Whether the discovery document names the endpoint; some providers have it and do not say so.
    public var isDiscoverable: Bool

    /// Creates habits.
    public init(
        clients: Set<String>? = nil,
        lifetime: Duration = .seconds(600),
        interval: Duration? = .seconds(1),
        offersCompleteURI: Bool = true,
        isDiscoverable: Bool = true
    ) {
        self.clients = clients
        self.lifetime = lifetime
        self.interval = interval
        self.offersCompleteURI = offersCompleteURI
        self.isDiscoverable = isDiscoverable
    }
}
