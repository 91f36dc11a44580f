// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import FoundationEssentials
import KeySets
import KubeCore

/// Decides what an AdminAccess says about its AppInstance; pure, time being an input.
///
/// The conditions are a chain, and one that rests on a failed one is `Unknown`:
/// ```
/// ConfigValid -> KeysAvailable \
///             -> GrantsSynced  --> Ready
/// ```
/// An invalid spec leaves the rest of the status as it was: the grants and the keys stay in force.
struct StatusDecision: Sendable {
    /// The AppInstance.
    var owner: InstanceIdentity
    /// The generation of the AppInstance.
    var instanceGeneration: Int64
    /// The generation of the AdminAccess.
    var accessGeneration: Int64
    /// What the user set.
    var spec: AdminAccess.Spec
    /// Why what the user set cannot be used.
    var specError: FieldError?
    /// What the rules say.
    var verdict: AdminVerdict
    /// What is known of the keys.
    var keys: KeysObservation
    /// What became of the grants; `nil` when they were not looked at.
    var grants: GrantOutcome?
    /// The status so far.
    var previous: AdminAccessStatus?
    /// The time.
    var now: Date

    /// The new status; transition times stay where nothing flipped.
    func status() -> AdminAccessStatus {
        var status = previous ?? AdminAccessStatus()
        status.observedGeneration = accessGeneration
        status.appInstance = .init(uid: owner.uid, generation: instanceGeneration)
        if let admin = verdict.admin, specError == nil {
            describe(admin, in: &status)
        }
        let configValid = configValidCondition()
        let keysAvailable = keysAvailableCondition()
        let grantsSynced = grantsSyncedCondition()
        let ready = readyCondition(of: [configValid, keysAvailable, grantsSynced])
        status.conditions = [configValid, keysAvailable, grantsSynced, ready].map { condition in
            condition.following(previous?.conditions.first { $0.type == condition.type })
        }
        return status
    }

    private func describe(_ admin: AdminConfiguration, in status: inout AdminAccessStatus) {
        status.identityProvider = admin.identityProvider
        status.userIDClaim = spec.userIDClaim ?? admin.defaultUserIDClaim
        let issuer = IssuerResolution(
            declared: spec.issuer,
            discovered: keys.facts?.discoveredIssuer ?? earlierDiscovery(of: admin),
            endpoint: admin.jwksEndpoint
        )
        status.issuer = .init(
            value: issuer.value ?? "",
            source: AdminAccessStatus.Issuer.Source(rawValue: issuer.source.rawValue) ?? .unknown
        )
        status.keySet = keySet(of: admin)
        if let grants {
            status.admins = .init(desired: Int64(grants.desired), granted: Int64(grants.granted))
        }
    }

    /// The issuer that was discovered before a restart, until a fetch has ended.
    private func earlierDiscovery(of admin: AdminConfiguration) -> String? {
        guard case .pending = keys, isOfEarlierEndpoint(admin), previous?.issuer?.source == .discovered else {
            return nil
        }
        return previous?.issuer?.value
    }

    /// Whether the keys that were published came from the endpoint that the spec names now.
    private func isOfEarlierEndpoint(_ admin: AdminConfiguration) -> Bool {
        guard let endpoint = previous?.keySet?.endpoint else { return false }
        return UTF8Order.equal(endpoint, admin.jwksEndpoint)
    }

    private func keySet(of admin: AdminConfiguration) -> KeySetSummary? {
        let earlier = isOfEarlierEndpoint(admin) ? previous?.keySet : nil
        switch keys {
        case .pending:
            // Nothing is known yet, as after a restart: what was published stays.
            return earlier
        case .available(let facts):
            return summary(facts, admin, after: earlier)
        case .unavailable(_, let facts?):
            // Taken up from the ConfigMap they know nothing of ignored keys; what was published does.
            return earlier?.hash == facts.hash ? earlier : summary(facts, admin, after: earlier)
        case .unavailable(_, nil):
            return nil
        }
    }

    private func summary(
        _ facts: KeySetFacts,
        _ admin: AdminConfiguration,
        after earlier: KeySetSummary?
    ) -> KeySetSummary {
        KeySetSummary(
            endpoint: admin.jwksEndpoint,
            uri: facts.uri,
            document: KeySetSummary.Document(rawValue: facts.document) ?? .keySet,
            keys: facts.keys.map { key in
                .init(
                    keyID: key.keyID,
                    keyType: key.keyType,
                    algorithm: key.algorithms.count == 1 ? key.algorithms.first : nil,
                    thumbprint: key.thumbprint
                )
            },
            ignored: Int64(facts.ignored),
            hash: facts.hash,
            changedAt: earlier?.hash == facts.hash ? earlier?.changedAt : now
        )
    }

    // MARK: - Conditions

    private func condition(
        _ type: ConditionType,
        _ status: Condition.Status,
        _ reason: Reason,
        _ message: String
    ) -> Condition {
        Condition(type, status, reason, message, observedGeneration: accessGeneration, at: now)
    }

    private func configValidCondition() -> Condition {
        if let specError {
            let message = "the AdminAccess cannot be used: \(specError)"
            return condition(.configValid, .no, .invalidSpec, String(message.prefix(1_024)))
        }
        guard verdict.isValid else {
            return condition(.configValid, .no, .invalidAdmin, verdict.message(.error))
        }
        let preface = "usable, with warnings: "
        let limit = AdminVerdict.maximumMessageLength - preface.utf8.count
        let warnings = verdict.message(.warning, limit: limit)
        return condition(
            .configValid,
            .yes,
            .valid,
            warnings.isEmpty ? "the admin block satisfies every rule" : preface + warnings
        )
    }

    private func keysAvailableCondition() -> Condition {
        guard verdict.isValid, specError == nil else {
            return condition(
                .keysAvailable,
                .unknown,
                .unableToValidate,
                "not looked at: the configuration is not valid"
            )
        }
        switch keys {
        case .pending:
            // After a restart nothing is known yet about an endpoint that was judged before: the judgement stays.
            if var before = previous?.condition(.keysAvailable), before.reason != Reason.unableToValidate.rawValue,
                staysJudged
            {
                before.observedGeneration = accessGeneration
                return before
            }
            return condition(.keysAvailable, .unknown, .pending, "the keys are being fetched")
        case .available(let facts):
            let count = facts.keys.count
            var message = "\(count) usable \(count == 1 ? "key" : "keys")"
            if facts.ignored > 0 { message += ", \(facts.ignored) ignored" }
            if facts.exposed > 0 {
                message +=
                    "; \(facts.exposed) of the ignored give their private half away: replace them at the provider"
            }
            if facts.document == KeySetSummary.Document.discovery.rawValue {
                message += "; jwksEndpoint is a discovery document: use \(facts.uri)"
            }
            return condition(.keysAvailable, .yes, .keysLoaded, message)
        case .unavailable(let reason, let lastGood):
            let reason = Reason(rawValue: reason) ?? .unreachable
            let advice = Self.advice(for: reason)
            let rest =
                lastGood == nil ? "no earlier keys serve" : "the last good keys serve until keys.maxStale has passed"
            return condition(.keysAvailable, .no, reason, "\(advice); \(rest)")
        }
    }

    /// Whether what was said of the keys was said of the endpoint that the spec names now.
    private var staysJudged: Bool {
        if let admin = verdict.admin, previous?.keySet != nil { return isOfEarlierEndpoint(admin) }
        return previous?.appInstance == .init(uid: owner.uid, generation: instanceGeneration)
    }

    private func grantsSyncedCondition() -> Condition {
        guard verdict.isValid, specError == nil, let grants else {
            let message = "not looked at: the configuration is not valid; existing grants stay in force"
            return condition(.grantsSynced, .unknown, .unableToValidate, message)
        }
        if grants.isPaused, grants.granted != grants.desired || grants.hasSurplus {
            return condition(.grantsSynced, .no, .paused, "paused: grants differ from the admin block and are left so")
        }
        if let failure = grants.failure {
            let message =
                failure.reason == .writeForbidden
                ? "the operator may not write AdminGrants here (\(failure.code)): give its service account the role"
                : "some grants cannot be written (\(failure.code)); the operator tries again"
            return condition(.grantsSynced, .no, failure.reason, message)
        }
        if !grants.foreign.isEmpty {
            let names = grants.foreign.prefix(5).joined(separator: ", ")
            let more = grants.foreign.count > 5 ? " and \(grants.foreign.count - 5) more" : ""
            let message = "not made by Grantor, granting nothing, left alone: \(names)\(more); delete them"
            return condition(.grantsSynced, .no, .foreignGrant, message)
        }
        guard grants.granted == grants.desired else {
            return condition(.grantsSynced, .no, .syncing, "grants are being written")
        }
        let count = grants.granted
        return condition(.grantsSynced, .yes, .synced, "\(count) \(count == 1 ? "admin" : "admins") granted")
    }

    private func readyCondition(of chain: [Condition]) -> Condition {
        if let failed = chain.first(where: { $0.status == .no }) ?? chain.first(where: { $0.status != .yes }) {
            let reason = Reason(rawValue: failed.reason) ?? .unableToValidate
            return condition(.ready, failed.status, reason, "\(failed.type) is \(failed.status.rawValue)")
        }
        return condition(.ready, .yes, .ready, "the admin block is in force")
    }

    /// What a person can do about a failed fetch; free of anything that changes from try to try.
    static func advice(for reason: Reason) -> String {
        switch reason {
        case .invalidURL: "jwksEndpoint, or the jwks_uri of its discovery document, is no URL that can be fetched"
        case .insecureEndpoint: "jwksEndpoint, or the jwks_uri of its discovery document, is plain http: use https"
        case .caBundleInvalid: "the CA bundle of egress.customCertificates holds no usable certificate"
        case .nameNotResolved: "the host of jwksEndpoint has no address: check the name"
        case .addressRefused:
            "the address of jwksEndpoint is never dialled: it is link-local, a metadata service, denied, or loopback "
                + "without --allow-loopback"
        case .timedOut: "jwksEndpoint did not answer in time"
        case .tlsFailed: "the certificate of jwksEndpoint is not trusted: check egress.customCertificates"
        case .tooManyRedirects: "jwksEndpoint redirects too often"
        case .redirectRefused: "jwksEndpoint redirects to where it is not followed: name the final URL"
        case .invalidResponse: "the answer of jwksEndpoint is not HTTP"
        case .badStatus: "jwksEndpoint answered with an error status: check the path"
        case .tooLarge: "the document at jwksEndpoint is larger than 512 KiB"
        case .notJSON: "the document at jwksEndpoint is not JSON: check the path"
        case .notAKeySet: "the document at jwksEndpoint is neither a key set nor a discovery document"
        case .tooManyKeys: "the key set at jwksEndpoint has more than 100 keys"
        case .noUsableKey: "the key set at jwksEndpoint has no usable key: run grantor keys on it"
        default: "jwksEndpoint cannot be reached"
        }
    }
}
