// Grantor
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubeCore

/// The way into the server: who asks, on whose behalf, and whether they may.
struct AccessGate: Sendable {
    /// What came out for one request.
    struct Passage: Sendable {
        /// Who proved who they are; `nil` when they did not.
        var caller: UserInfo?
        /// On whose behalf, when that is somebody else.
        var impersonated: UserInfo?
        /// What was decided; `nil` when it did not come to that.
        var decision: AccessDecision?
        /// The answer that the request gets instead of being done.
        var refusal: Status?

        /// Whom the request is done for.
        var user: UserInfo { impersonated ?? caller ?? .anonymous }
    }

    private let token: BearerToken?
    private let tokens: ServiceAccountTokens?
    private let authorizer: AccessAuthorizer?

    private static let admin = Caller(.admin)
    private let anonymous = Caller(.anonymous)

    /// Creates a gate.
    ///
    /// - Parameters:
    ///   - token: The bearer token of `system:admin`; `nil` lets in as that user who comes with no token of a service
    ///     account.
    ///   - tokens: The tokens of service accounts.
    ///   - authorizer: Who may do what; `nil` lets everybody do everything.
    init(token: String?, tokens: ServiceAccountTokens? = nil, authorizer: AccessAuthorizer? = nil) {
        self.token = token.map(BearerToken.init)
        self.tokens = tokens
        self.authorizer = authorizer
    }

    /// The keys that tokens of service accounts are signed with; `nil` when there are none.
    var tokenKeys: JSONValue? { tokens?.keySet }

    /// Judges a request.
    ///
    /// - Parameters:
    ///   - headers: The headers of the request.
    ///   - attributes: What is wanted.
    ///   - isPublic: Whether it is answered without a token where roles are not obeyed.
    /// - Returns: What came out.
    func judge(_ headers: HTTPFields, _ attributes: AccessAttributes, isPublic: Bool) -> Passage {
        guard let caller = authenticate(headers[.authorization], isPublic: isPublic) else {
            return Passage(refusal: .unauthorized)
        }
        var passage = Passage(caller: caller.user)
        do throws(Status) {
            if let impersonation = try Impersonation(headers) {
                try permit(impersonation, to: caller)
                passage.impersonated = impersonation.user
                return finish(&passage, Caller(impersonation.user), attributes)
            }
        } catch {
            passage.refusal = error
            return passage
        }
        return finish(&passage, caller, attributes)
    }

    private func finish(_ passage: inout Passage, _ caller: Caller, _ attributes: AccessAttributes) -> Passage {
        let decision = authorizer.map { caller.decide(attributes, by: $0) } ?? .unconditional
        passage.decision = decision
        if !decision.isAllowed {
            passage.refusal = attributes.forbidden(to: caller.user.name, because: decision.reason)
        }
        return passage
    }

    private func permit(_ impersonation: Impersonation, to caller: Caller) throws(Status) {
        guard let authorizer else { return }
        for requirement in impersonation.requirements {
            let decision = caller.decide(requirement, by: authorizer)
            if !decision.isAllowed { throw requirement.forbidden(to: caller.user.name, because: decision.reason) }
        }
    }

    /// Who asks; `nil` when the request has to be refused.
    private func authenticate(_ header: String?, isPublic: Bool) -> Caller? {
        let bearer = header.flatMap(BearerToken.text)
        guard let token else { return bearer.flatMap { tokens?.caller(of: $0) } ?? Self.admin }
        guard let bearer else {
            // Who sends nothing is nobody; what nobody may do is for the roles to say, where they are obeyed.
            return isPublic || authorizer?.isEnforcing == true ? anonymous : nil
        }
        if token.accepts(bearer) { return Self.admin }
        return tokens?.caller(of: bearer)
    }
}
