// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The documents of a realm.
public enum RealmEndpoint: String, CaseIterable, Hashable, Sendable {
    /// The JWKS.
    case keys
    /// The discovery document.
    case discovery
}
