// Grantor
// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials

/// What is known about an endpoint at one moment.
public struct KeySetSnapshot: Sendable {
    /// Whether there are keys, and how far they can be relied on.
    public enum Availability: String, Sendable, CaseIterable {
        /// No fetch has ended yet, and there are no keys.
        case pending = "Pending"
        /// The keys were stored by an earlier process; no fetch has ended yet.
        case seeded = "Seeded"
        /// The last fetch gave the keys.
        case fresh = "Fresh"
        /// The last fetch failed; the keys are those of the last one that did not.
        case stale = "Stale"
        /// The last fetch failed, and there are no keys that may still be used.
        case unavailable = "Unavailable"
    }

    /// The endpoint.
    public let endpoint: Endpoint
    /// Whether there are keys, and how far they can be relied on.
    public let availability: Availability
    /// The keys as last fetched; `nil` when there are none, or when they are older than `maxStale`.
    public let keySet: KeySet?
    /// Keys that the provider no longer lists but that were seen within `maxAge`; they verify as well.
    public let retained: [VerificationKey]
    /// What the endpoint serves; `nil` before the first good fetch.
    public let document: DocumentKind?
    /// The issuer that the discovery document names.
    public let issuer: String?
    /// Where the keys come from; `nil` before the first good fetch.
    public let keySetURI: String?
    /// When the keys were last seen.
    public let lastGood: Date?
    /// Why the last fetch failed; `nil` when it did not.
    public let failure: KeySetError?

    /// The keys with an id that may verify a token now.
    public func verificationKeys(withID kid: KeyID) -> [VerificationKey] {
        Array(keySet?.keys(withID: kid) ?? []) + retained.filter { $0.kid == kid }
    }

    /// All keys that may verify a token now.
    public var verificationKeys: [VerificationKey] {
        (keySet?.keys ?? []) + retained
    }
}
