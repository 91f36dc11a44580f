// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KeySets

/// What a token has to say.
public struct TokenPolicy: Sendable, Hashable {
    /// How far clocks may be apart where nobody says otherwise.
    public static let defaultClockSkew: Duration = .seconds(60)

    /// The issuer, byte for byte; without one every token is denied.
    public var issuer: String?
    /// The audiences of which a token must name one, byte for byte; without any every token is denied.
    public var audiences: [String]
    /// The claim that holds the user's id.
    public var userIDClaim: String
    /// The algorithms that are allowed at all; a key may allow fewer, never more.
    public var algorithms: Set<SignatureAlgorithm>
    /// How far the clocks of the issuer and of this machine may be apart.
    public var clockSkew: Duration
    /// The longest time from issue (or from now, when the token does not say) to expiry.
    ///
    /// Thirty days is the longest that Auth0 allows; the other providers stay below a day.
    public var maximumLifetime: Duration

    /// Creates a policy.
    public init(
        issuer: String?,
        audiences: [String],
        userIDClaim: String = "sub",
        algorithms: Set<SignatureAlgorithm> = Set(SignatureAlgorithm.allCases),
        clockSkew: Duration = Self.defaultClockSkew,
        maximumLifetime: Duration = .seconds(30 * 86_400)
    ) {
        self.issuer = issuer
        self.audiences = audiences
        self.userIDClaim = userIDClaim
        self.algorithms = algorithms
        self.clockSkew = clockSkew
        self.maximumLifetime = maximumLifetime
    }
}
