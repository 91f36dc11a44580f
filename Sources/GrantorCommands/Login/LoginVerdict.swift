// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import FoundationEssentials
import KeySets
import KubeCore
import TokenAuthorizer

/// What a trial came to, for a person and for a program.
struct LoginVerdict: Sendable {
    /// Which token was judged; raw values appear in the output.
    enum TokenKind: String, Sendable {
        case accessToken = "access_token"
        case idToken = "id_token"
        case given
    }

    let judgement: Judgement
    let source: LoginSource
    let policy: TokenPolicy
    let issuerSource: IssuerResolution.Source
    let isAudienceDefault: Bool
    let keys: KeySet
    let keySetURI: String
    let token: TokenKind
    let printedToken: String?
    let now: Date

    private var evidence: Judgement.Evidence { judgement.evidence }
}

// MARK: - Text

extension LoginVerdict {
    /// The report, with a line for each check.
    func text(style: TerminalStyle) -> String {
        let judged =
            switch token {
            case .accessToken: "the access token"
            case .idToken: "the ID token (the access token is not a JWT)"
            case .given: "the token given"
            }
        let users = source.admin.users.count == 1 ? "1 user" : "\(source.admin.users.count) users"
        var lines = [
            "Judged:    \(judged)",
            "Against:   \(source.name): \(source.admin.identityProvider), \(users)",
            "Keys:      \(Printable.text(keySetURI)), \(keys.keys.count) usable", "",
        ]
        for (check, outcome) in judgement.checks {
            lines += self.lines(check, outcome, style)
        }
        lines.append("")
        if let reason = judgement.reason {
            lines.append(style.text("DENIED", .red) + "     no administrative access: \(reason.rawValue)")
            if let advice = LoginAdvice.after(reason) { lines.append("           \(advice)") }
        } else {
            lines.append(style.text("ALLOWED", .green) + "    this person gets administrative access")
        }
        if let printedToken { lines += ["", "Token:     \(Printable.text(printedToken, limit: 16_384))"] }
        return lines.joined(separator: "\n") + "\n"
    }

    private func lines(_ check: TokenCheck, _ outcome: Judgement.Outcome, _ style: TerminalStyle) -> [String] {
        let name = check.rawValue + String(repeating: " ", count: 11 - check.rawValue.count)
        let indent = String(repeating: " ", count: 19)
        switch outcome {
        case .passed:
            let detail = detail(check)
            return ["  \(style.text("ok  ", .green))  " + (detail.isEmpty ? check.rawValue : name + detail)]
        case .failed(let reason):
            let details = detail(check).split(separator: "\n").map { indent + $0 }
            return ["  \(style.text("FAIL", .red))  \(name)\(reason.rawValue): \(reason.message)"] + details
        case .notReached:
            return ["  \(style.text("-", .dim))     \(name)not reached"]
        }
    }

    /// What was found, and what was expected; one line when all is well.
    private func detail(_ check: TokenCheck) -> String {
        let failed = if case .failed = judgement.outcome(of: check) { true } else { false }
        switch check {
        case .form:
            let ignored = evidence.ignoredParameters
            return ignored.isEmpty ? "" : "not looked at: \(ignored.joined(separator: ", "))"
        case .algorithm: return evidence.algorithm?.rawValue ?? ""
        case .key: return keyDetail(failed: failed)
        case .signature, .claims: return ""
        case .issuer:
            let found = evidence.claims?.issuer.map { Printable.text($0) } ?? "(none)"
            guard failed else { return "\(found) (\(issuerSource.rawValue.lowercased()))" }
            let expected = policy.issuer.map { "\(Printable.text($0)) (\(issuerSource.rawValue.lowercased()))" }
            return "found:    \(found)\nexpected: \(expected ?? "(not known)")"
        case .audience: return audienceDetail(failed: failed)
        case .lifetime: return lifetimeDetail
        case .userID:
            if case .id(let id)? = evidence.claims?.userID { return "\(policy.userIDClaim) = \(Printable.text(id))" }
            return "claim:    \(policy.userIDClaim)"
        case .listed: return listedDetail
        case .group: return (evidence.groups ?? []).map(\.rawValue).joined(separator: ", ")
        }
    }

    private func keyDetail(failed: Bool) -> String {
        let kid = evidence.kid.map { Printable.text($0.text, limit: 100) } ?? "(none)"
        guard failed else { return "\(kid)" }
        let ids = keys.keys.prefix(8).map { $0.kid.map { Printable.text($0.text, limit: 100) } ?? "(none)" }
        let more = keys.keys.count > 8 ? ", ..." : ""
        return "found:    \(kid)\nin set:   \(ids.joined(separator: ", "))\(more)"
    }

    private func audienceDetail(failed: Bool) -> String {
        let audiences = evidence.claims?.audiences ?? []
        let found = audiences.prefix(8).map { Printable.text($0) }.joined(separator: ", ")
        let origin = isAudienceDefault ? " (the client id)" : ""
        let expected = policy.audiences.map { Printable.text($0) }.joined(separator: " or ") + origin
        return failed ? "found:    \(found.isEmpty ? "(none)" : found)\nexpected: \(expected)" : found + origin
    }

    private var lifetimeDetail: String {
        guard let claims = evidence.claims else { return "" }
        var parts: [String] = []
        if let expiry = claims.expiry {
            parts.append("expires \(Timestamp.format(Date(timeIntervalSince1970: expiry)))")
        }
        parts.append("now \(Timestamp.format(now))")
        return parts.joined(separator: ", ")
    }

    private var listedDetail: String {
        guard case .id(let id)? = evidence.claims?.userID else { return "" }
        let users = source.admin.users
        if let index = users.firstIndex(where: { UTF8Order.equal($0.id, id) }) { return "users[\(index)]" }
        // The commonest slip; ids are compared byte by byte.
        guard let index = users.firstIndex(where: { $0.id.lowercased() == id.lowercased() }) else { return "" }
        return "users[\(index)] has it in other letters: ids are compared byte by byte"
    }
}

// MARK: - JSON

extension LoginVerdict {
    /// The verdict as `-o json` prints it.
    var jsonText: String {
        String(decoding: JSONWriter.bytes(json, layout: .indented), as: UTF8.self) + "\n"
    }

    private var json: JSONValue {
        .members([
            "decision": .string(judgement.decision.rawValue),
            "reason": judgement.reason.map { .string($0.rawValue) } ?? .null,
            "judged": .string(token.rawValue),
            "checks": .array(judgement.checks.map(Self.json)),
            "expected": [
                "issuer": policy.issuer.map { .string($0) } ?? .null,
                "issuerSource": .string(issuerSource.rawValue),
                "audiences": .array(policy.audiences.map { .string($0) }),
                "audienceSource": isAudienceDefault ? "ClientID" : "Declared",
                "userIDClaim": .string(policy.userIDClaim),
            ],
            "found": found,
            "token": printedToken.map { .string($0) },
        ])
    }

    private static func json(_ result: (check: TokenCheck, outcome: Judgement.Outcome)) -> JSONValue {
        switch result.outcome {
        case .passed: ["check": .string(result.check.rawValue), "outcome": "Passed"]
        case .notReached: ["check": .string(result.check.rawValue), "outcome": "NotReached"]
        case .failed(let reason):
            [
                "check": .string(result.check.rawValue), "outcome": "Failed", "reason": .string(reason.rawValue),
                "message": .string(reason.message),
            ]
        }
    }

    private var found: JSONValue {
        let claims = evidence.claims
        let time = { (seconds: Double?) -> JSONValue? in
            seconds.map { .string(Timestamp.format(Date(timeIntervalSince1970: $0))) }
        }
        var userID: JSONValue?
        if case .id(let id)? = claims?.userID { userID = .string(id) }
        return .members([
            "algorithm": evidence.algorithm.map { .string($0.rawValue) },
            "kid": evidence.kid.map { .string($0.text) },
            "thumbprint": evidence.thumbprint.map { .string($0) },
            "ignoredParameters": evidence.ignoredParameters.isEmpty
                ? nil : .array(evidence.ignoredParameters.map { .string($0) }),
            "issuer": claims?.issuer.map { .string($0) },
            "audiences": claims.map { .array($0.audiences.map { .string($0) }) },
            "issuedAt": time(claims?.issuedAt),
            "notBefore": time(claims?.notBefore),
            "expires": time(claims?.expiry),
            "userID": userID,
            "groups": evidence.groups.map { .array($0.map { .string($0.rawValue) }) },
        ])
    }
}
