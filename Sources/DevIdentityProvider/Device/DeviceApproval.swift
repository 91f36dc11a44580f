// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// Who approved a login, and what is to be wrong with the tokens.
public struct DeviceApproval: Hashable, Sendable {
    /// The user's id: `sub`, or `oid` in a realm of the Entra shape.
    public var userID: String
    /// Claims added to those of both tokens or put in their place; `null` takes one away.
    public var claims: JSONObject
    /// Whether the access token is a random string that nobody can read, as at Auth0 without an audience.
    public var isOpaque: Bool
    /// The algorithm to sign with; `nil` for the realm's first.
    public var algorithm: SigningAlgorithm?

    /// Creates an approval that gives good tokens.
    public init(
        userID: String,
        claims: JSONObject = [:],
        isOpaque: Bool = false,
        algorithm: SigningAlgorithm? = nil
    ) {
        self.userID = userID
        self.claims = claims
        self.isOpaque = isOpaque
        self.algorithm = algorithm
    }
}
