// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A key set as an endpoint gave it.
public struct FetchedKeySet: Sendable {
    /// The keys.
    public let keySet: KeySet
    /// What the endpoint serves.
    public let document: DocumentKind
    /// The issuer that the discovery document names.
    public let issuer: String?
    /// Where the keys come from: the endpoint's own URL, or the one that the discovery document names.
    public let keySetURI: String
    /// How long the answer may be cached, as it says; `nil` when it does not.
    public let maxAge: Duration?
    /// The entity tags of the documents, by URL.
    public let entityTags: [String: String]
    /// Whether the server said that nothing changed since the previous fetch.
    public let isUnmodified: Bool

    /// Creates a result.
    public init(
        keySet: KeySet,
        document: DocumentKind = .keySet,
        issuer: String? = nil,
        keySetURI: String,
        maxAge: Duration? = nil,
        entityTags: [String: String] = [:],
        isUnmodified: Bool = false
    ) {
        self.keySet = keySet
        self.document = document
        self.issuer = issuer
        self.keySetURI = keySetURI
        self.maxAge = maxAge
        self.entityTags = entityTags
        self.isUnmodified = isUnmodified
    }

    /// The same keys after the server said that nothing changed.
    func unmodified(maxAge: Duration?, entityTags: [String: String]) -> FetchedKeySet {
        FetchedKeySet(
            keySet: keySet,
            document: document,
            issuer: issuer,
            keySetURI: keySetURI,
            maxAge: maxAge,
            entityTags: self.entityTags.merging(entityTags) { $1 },
            isUnmodified: true
        )
    }
}
