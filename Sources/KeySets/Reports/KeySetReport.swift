// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// What an endpoint or a file really offers, for a person or a program.
public struct KeySetReport: Sendable {
    /// The usable keys.
    public let usable: [VerificationKey]
    /// The entries that are not used.
    public let ignored: [IgnoredKey]
    /// The issuer, and how it is known.
    public let issuer: IssuerResolution
    /// What the document is; `nil` when none was received or it was refused.
    public let document: DocumentKind?
    /// Where the keys come from; `nil` when there are none.
    public let keySetURI: String?
    /// How long the answer may be cached, as it says.
    public let maxAge: Duration?
    /// Why there are no keys; `nil` when there are.
    public let refusal: KeySetError?

    /// Describes a set that was fetched or read.
    public init(_ fetched: FetchedKeySet, endpoint: String) {
        usable = fetched.keySet.keys
        ignored = fetched.keySet.ignored
        issuer = IssuerResolution(declared: nil, discovered: fetched.issuer, endpoint: endpoint)
        document = fetched.document
        keySetURI = fetched.keySetURI
        maxAge = fetched.maxAge
        refusal = nil
    }

    /// Describes a failure.
    public init(_ error: KeySetError, endpoint: String) {
        usable = []
        ignored = error.ignored
        issuer = IssuerResolution(declared: nil, discovered: nil, endpoint: endpoint)
        document = nil
        keySetURI = nil
        maxAge = nil
        refusal = error
    }

    /// The time between two refreshes that the operator would choose at most.
    public func lifetime(bounds: KeySetBounds = KeySetBounds()) -> Duration {
        min(max(maxAge ?? bounds.maxAge, min(.seconds(60), bounds.maxAge)), bounds.maxAge)
    }
}

extension KeySetReport: JSONWritable {
    /// The report as `grantor keys -o json` prints it.
    public var json: JSONValue {
        [
            "document": document.map { .string($0.rawValue) } ?? .null,
            "ignored": .array(
                ignored.map {
                    ["kid": $0.kid.map { .string($0.text) } ?? .null, "reason": .string($0.reason.rawValue)]
                }
            ),
            "issuer": issuer.value.map { .string($0) } ?? .null,
            "refused": refusal.map { .string($0.code.rawValue) } ?? .null,
            "usable": .array(
                usable.map { key in
                    [
                        "alg": .array(key.algorithms.map { .string($0.rawValue) }),
                        "kid": key.kid.map { .string($0.text) } ?? .null,
                        "kty": .string(key.type.rawValue),
                        "thumbprint": .string(key.thumbprint),
                    ]
                }
            ),
        ]
    }
}
