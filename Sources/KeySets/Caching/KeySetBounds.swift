// Grantor
// SPDX-License-Identifier: Apache-2.0

/// How long keys serve without being seen again.
public struct KeySetBounds: Sendable, Hashable {
    /// The shortest time that is kept to; below it an endpoint would be fetched without pause.
    public static let minimumMaxAge: Duration = .seconds(10)

    /// The longest time that a key which the provider withdrew is still accepted.
    public let maxAge: Duration
    /// The longest time that the last good set serves while the provider cannot be reached.
    public let maxStale: Duration

    /// Creates bounds; a `maxAge` below ten seconds counts as ten, and `maxStale` is at least `maxAge`.
    public init(maxAge: Duration = .seconds(300), maxStale: Duration = .seconds(86_400)) {
        self.maxAge = max(maxAge, Self.minimumMaxAge)
        self.maxStale = max(maxStale, self.maxAge)
    }

    /// The bounds that satisfy both.
    func intersection(_ other: Self) -> Self {
        Self(maxAge: min(maxAge, other.maxAge), maxStale: min(maxStale, other.maxStale))
    }
}
