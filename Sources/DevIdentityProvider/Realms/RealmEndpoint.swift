// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The documents and endpoints of a realm that can go wrong.
public enum RealmEndpoint: String, CaseIterable, Hashable, Sendable {
    /// The JWKS.
    case keys
    /// The discovery document.
    case discovery
    /// The device authorization endpoint.
    case device
    /// The token endpoint.
    case token
}
