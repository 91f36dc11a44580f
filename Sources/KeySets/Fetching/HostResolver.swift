// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// Finds the addresses of a host.
public protocol HostResolver: Sendable {
    /// The addresses of a host name in the order they should be tried; never empty.
    ///
    /// - Throws: `KeySetError` with `nameNotResolved`, or `CancellationError` at once when the task is cancelled.
    func addresses(of host: String) async throws -> [IPAddress]
}
