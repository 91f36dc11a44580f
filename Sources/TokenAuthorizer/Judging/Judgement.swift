// Grantor
// SPDX-License-Identifier: Apache-2.0

public import AdminAPI
public import KeySets

/// Whether a token grants administrative access, and why not.
public struct Judgement: Sendable, Hashable {
    /// The decision; raw values are metric labels.
    public enum Decision: String, CaseIterable, Sendable {
        /// Administrative access.
        case allow = "Allow"
        /// None.
        case deny = "Deny"
    }

    /// What a check came to.
    public enum Outcome: Sendable, Hashable {
        /// Nothing against the token.
        case passed
        /// This speaks against it.
        case failed(DenialReason)
        /// An earlier failure left nothing to check.
        case notReached
    }

    /// What was seen of a token: for explanations to its owner, never for logs or metrics.
    public struct Evidence: Sendable, Hashable {
        /// The algorithm that the token names; `nil` when it is not known.
        public internal(set) var algorithm: SignatureAlgorithm?
        /// The key id that the token names; not verified.
        public internal(set) var kid: KeyID?
        /// The header parameters that were there and not looked into, `jku` and its like.
        public internal(set) var ignoredParameters: [String] = []
        /// The thumbprint of the key (RFC 7638); `nil` when there is no key for the token.
        public internal(set) var thumbprint: String?
        /// The claims; `nil` unless the signature is right.
        public internal(set) var claims: TokenClaims?
        /// The groups of the user; `nil` when the user is not listed.
        public internal(set) var groups: [AdminUser.Group]?
    }

    /// What speaks against the token, in the order of the checks; at most one reason per check.
    public let failures: [DenialReason]
    /// What was seen of the token.
    public let evidence: Evidence

    init(failures: [DenialReason], evidence: Evidence) {
        self.failures = failures
        self.evidence = evidence
    }

    /// The decision.
    public var decision: Decision { failures.isEmpty ? .allow : .deny }

    /// The first thing that speaks against the token; `nil` when nothing does.
    public var reason: DenialReason? { failures.first }

    /// All checks in their order, and what each came to.
    public var checks: [(check: TokenCheck, outcome: Outcome)] {
        TokenCheck.allCases.map { ($0, outcome(of: $0)) }
    }

    /// What a check came to.
    public func outcome(of check: TokenCheck) -> Outcome {
        if let reason = failures.first(where: { $0.check == check }) { return .failed(reason) }
        return failures.contains { check.prerequisites.contains($0.check) } ? .notReached : .passed
    }
}
