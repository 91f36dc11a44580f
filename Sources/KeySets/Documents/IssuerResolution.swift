// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI

/// The issuer that tokens must name, and how it is known.
public struct IssuerResolution: Sendable, Hashable {
    /// How an issuer is known, most reliable first.
    public enum Source: String, CaseIterable, Sendable {
        /// Somebody wrote it down.
        case declared = "Declared"
        /// The provider's discovery document says so.
        case discovered = "Discovered"
        /// It follows from the shape of the provider's URL.
        case derived = "Derived"
        /// It is not known.
        case unknown = "Unknown"
    }

    /// The issuer; `nil` exactly when the source is `unknown`.
    public let value: String?
    /// How it is known.
    public let source: Source

    /// Creates a resolution from the best of what is known.
    ///
    /// - Parameters:
    ///   - declared: What the user wrote; empty counts as nothing.
    ///   - discovered: The `issuer` of the discovery document.
    ///   - endpoint: The URL of the key set or of the discovery document.
    public init(declared: String?, discovered: String?, endpoint: String) {
        if let declared, !declared.isEmpty {
            (value, source) = (declared, .declared)
        } else if let discovered, !discovered.isEmpty {
            (value, source) = (discovered, .discovered)
        } else if let derived = ProviderShape(endpoint: endpoint)?.issuer {
            (value, source) = (derived, .derived)
        } else {
            (value, source) = (nil, .unknown)
        }
    }
}
