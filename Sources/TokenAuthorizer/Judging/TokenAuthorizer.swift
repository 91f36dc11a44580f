// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
public import FoundationEssentials
import KeySets
import KubeCore

/// Judges bearer tokens: whether the holder may administer.
///
/// A value without state: whoever serves it makes another one when the key set, the users or the policy change, and
/// hands it to all requests. Nothing is fetched here; a key that is not known is a denial, and it is for the cache of
/// key sets to ask the provider again, at most once per cool-down.
public struct TokenAuthorizer: Sendable {
    /// What a token has to say.
    public let policy: TokenPolicy
    /// The keys.
    public let keys: KeyRing
    /// The listed users.
    public let users: UserDirectory

    /// Creates an authorizer.
    public init(policy: TokenPolicy, keys: KeyRing, users: UserDirectory) {
        self.policy = policy
        self.keys = keys
        self.users = users
    }

    /// Judges a token at a time; no input makes it fail.
    public func judge(_ token: String, at now: Date) -> Judgement {
        guard token.utf8.count <= TokenLimits.size else {
            return Judgement(failures: [.tokenTooLarge], evidence: Judgement.Evidence())
        }
        return judge(Array(token.utf8), at: now)
    }

    /// Judges the bytes of a token at a time; no input makes it fail.
    public func judge(_ token: [UInt8], at now: Date) -> Judgement {
        var evidence = Judgement.Evidence()
        let claims: TokenClaims
        do throws(DenialReason) {
            claims = try verify(token, &evidence)
        } catch {
            return Judgement(failures: [error], evidence: evidence)
        }
        var failures: [DenialReason] = []
        if let reason = issuerFailure(claims) { failures.append(reason) }
        if let reason = audienceFailure(claims) { failures.append(reason) }
        if let reason = lifetimeFailure(claims, now: now.timeIntervalSince1970) { failures.append(reason) }
        if let reason = userFailure(claims, &evidence) { failures.append(reason) }
        return Judgement(failures: failures, evidence: evidence)
    }

    /// Everything that has to be right before a claim means anything.
    private func verify(
        _ bytes: [UInt8],
        _ evidence: inout Judgement.Evidence
    ) throws(DenialReason) -> TokenClaims {
        let token = try CompactToken(bytes)
        evidence.algorithm = token.header.algorithm
        evidence.kid = token.header.kid
        evidence.ignoredParameters = token.header.ignored
        guard let algorithm = token.header.algorithm, policy.algorithms.contains(algorithm) else {
            throw .algorithmNotAllowed
        }
        let key = try keys.key(for: token.header.kid, algorithm: algorithm)
        evidence.thumbprint = key.key.thumbprint
        guard key.verifies(token.signature, of: token.signedPart, with: algorithm) else { throw .signatureInvalid }
        let claims = try token.claims(userIDClaim: policy.userIDClaim)
        evidence.claims = claims
        return claims
    }

    private func issuerFailure(_ claims: TokenClaims) -> DenialReason? {
        guard let expected = policy.issuer, !expected.isEmpty else { return .issuerNotConfigured }
        guard let issuer = claims.issuer else { return .issuerMissing }
        return UTF8Order.equal(issuer, expected) ? nil : .issuerMismatch
    }

    private func audienceFailure(_ claims: TokenClaims) -> DenialReason? {
        guard !policy.audiences.isEmpty else { return .audienceNotConfigured }
        guard !claims.audiences.isEmpty else { return .audienceMissing }
        let isMeant = claims.audiences.contains { audience in
            policy.audiences.contains { UTF8Order.equal($0, audience) }
        }
        return isMeant ? nil : .audienceMismatch
    }

    private func lifetimeFailure(_ claims: TokenClaims, now: Double) -> DenialReason? {
        let skew = policy.clockSkew.inSeconds
        guard let expiry = claims.expiry else { return .expiryMissing }
        // RFC 7519, 4.1.4: on or after that time the token must not be accepted.
        guard now < expiry + skew else { return .expired }
        if let notBefore = claims.notBefore, now + skew < notBefore { return .notYetValid }
        if let issuedAt = claims.issuedAt, now + skew < issuedAt { return .issuedInFuture }
        let lifetime = expiry - (claims.issuedAt ?? now)
        return lifetime <= policy.maximumLifetime.inSeconds ? nil : .lifetimeTooLong
    }

    private func userFailure(_ claims: TokenClaims, _ evidence: inout Judgement.Evidence) -> DenialReason? {
        switch claims.userID {
        case .missing: return .userIDMissing
        case .invalid: return .userIDInvalid
        case .id(let id):
            guard let groups = users.groups(ofUser: id) else { return .userNotListed }
            evidence.groups = groups
            return groups.contains(.admin) ? nil : .notInGroupAdmin
        }
    }
}

extension Duration {
    fileprivate var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
