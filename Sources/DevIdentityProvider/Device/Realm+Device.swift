// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Synchronization

/// An error of a token endpoint (RFC 6749, 5.2; RFC 8628, 3.5).
enum OAuthError: String, Error, Sendable {
    case invalidRequest = "invalid_request"
    case invalidClient = "invalid_client"
    case invalidGrant = "invalid_grant"
    case unsupportedGrantType = "unsupported_grant_type"
    case authorizationPending = "authorization_pending"
    case slowDown = "slow_down"
    case accessDenied = "access_denied"
    case expiredToken = "expired_token"
}

// MARK: - For tests in the same process

extension Realm {
    /// The user codes that wait for somebody, oldest first.
    public var waitingUserCodes: [String] {
        let now = now()
        return state.withLock { $0.deviceGrants.waiting(at: now).map(\.userCode) }
    }

    /// Approves a login.
    ///
    /// - Throws: `ProviderError` with the code `unknownCode` when no such code waits.
    public func approveDevice(userCode: String, as approval: DeviceApproval) throws(ProviderError) {
        try settle(userCode, .approved(approval))
    }

    /// Refuses a login.
    ///
    /// - Throws: `ProviderError` with the code `unknownCode` when no such code waits.
    public func denyDevice(userCode: String) throws(ProviderError) {
        try settle(userCode, .denied)
    }

    /// Ends the time of a code now.
    ///
    /// - Throws: `ProviderError` with the code `unknownCode` when no such code waits.
    public func expireDevice(userCode: String) throws(ProviderError) {
        try settle(userCode, .expired)
    }

    /// Answers the next requests for a code with `slow_down`, whenever they come.
    ///
    /// - Throws: `ProviderError` with the code `unknownCode` when there is no such code.
    public func slowDownDevice(userCode: String, times: Int = 1) throws(ProviderError) {
        guard state.withLock({ $0.deviceGrants.slowDown(userCode: userCode, times: times) }) else {
            throw Self.unknownCode
        }
    }

    private func settle(_ userCode: String, _ phase: DeviceGrantBook.Phase) throws(ProviderError) {
        let now = now()
        guard state.withLock({ $0.deviceGrants.settle(userCode: userCode, as: phase, at: now) }) else {
            throw Self.unknownCode
        }
    }

    private static let unknownCode = ProviderError(.unknownCode, "cannot find that user code among those that wait")
}

// MARK: - Endpoints

extension Realm {
    /// Issues codes (RFC 8628, 3.2).
    func authorizeDevice(_ form: [String: String]) async throws -> JSONValue {
        guard let clientID = form["client_id"], !clientID.isEmpty else { throw OAuthError.invalidRequest }
        if let clients = habits.clients, !clients.contains(clientID) { throw OAuthError.invalidClient }
        let userCode = Self.userCode()
        let now = now()
        let lifetime = habits.lifetime.components.seconds
        let grant = DeviceGrantBook.Grant(
            deviceCode: Self.deviceCode(),
            userCode: userCode,
            clientID: clientID,
            scopes: (form["scope"] ?? "").split(separator: " ").map(String.init),
            audience: form["audience"],
            expiry: now.addingTimeInterval(Double(lifetime)),
            interval: habits.interval ?? .seconds(5)
        )
        state.withLock { $0.deviceGrants.add(grant) }
        let page = try await verificationURL
        return .members([
            "device_code": .string(grant.deviceCode),
            "user_code": .string(userCode),
            "verification_uri": .string(page),
            "verification_uri_complete": habits.offersCompleteURI ? .string("\(page)?user_code=\(userCode)") : nil,
            "expires_in": .integer(lifetime),
            "interval": habits.interval.map { .integer($0.components.seconds) },
        ])
    }

    /// Gives tokens for a device code (RFC 8628, 3.4 and 3.5).
    func exchangeDeviceCode(_ form: [String: String]) async throws -> JSONValue {
        guard form["grant_type"] == "urn:ietf:params:oauth:grant-type:device_code" else {
            throw OAuthError.unsupportedGrantType
        }
        guard let code = form["device_code"], let clientID = form["client_id"] else { throw OAuthError.invalidRequest }
        let now = now()
        let answer = state.withLock { $0.deviceGrants.ask(deviceCode: code, clientID: clientID, at: now) }
        switch answer {
        case .pending: throw OAuthError.authorizationPending
        case .slowDown: throw OAuthError.slowDown
        case .denied: throw OAuthError.accessDenied
        case .expired: throw OAuthError.expiredToken
        case .invalid: throw OAuthError.invalidGrant
        case .approved(let grant, let approval): return try await tokens(for: grant, approval)
        }
    }

    private func tokens(for grant: DeviceGrantBook.Grant, _ approval: DeviceApproval) async throws -> JSONValue {
        var access = template(approval, audiences: accessAudiences(grant))
        access.claims = JSONObject([("azp", .string(grant.clientID))]).overlaid(with: approval.claims)
        access.header = ["typ": shape == .auth0 ? "at+jwt" : "JWT"]
        let isOpaque = approval.isOpaque || (shape == .auth0 && grant.audience == nil)
        let idToken =
            grant.scopes.contains("openid")
            ? try await mint(template(approval, audiences: [grant.clientID])) : nil
        return .members([
            "access_token": .string(isOpaque ? Self.deviceCode() : try await mint(access)),
            "token_type": "Bearer",
            "expires_in": .integer(access.lifetime.components.seconds),
            "id_token": idToken.map { .string($0) },
            "scope": .string(grant.scopes.joined(separator: " ")),
        ])
    }

    private func template(_ approval: DeviceApproval, audiences: [String]) -> TokenTemplate {
        var template = TokenTemplate(userID: approval.userID, audiences: audiences, claims: approval.claims)
        template.algorithm = approval.algorithm
        return template
    }

    /// Whom access tokens are for, as the providers have it.
    private func accessAudiences(_ grant: DeviceGrantBook.Grant) -> [String] {
        switch shape {
        case .keycloak: [grant.clientID, "account"]
        case .auth0: [grant.audience ?? grant.clientID]
        case .entra:
            // Without the application's scope the token is one for Microsoft Graph.
            grant.scopes.contains("\(grant.clientID)/.default")
                ? [grant.clientID] : ["00000003-0000-0000-c000-000000000000"]
        }
    }

    /// Eight letters without vowels, so that no words come up, and a hyphen (RFC 8628, 6.1).
    private static func userCode() -> String {
        let letters = "BCDFGHJKLMNPQRSTVWXZ"
        let code = (0..<8).compactMap { _ in letters.randomElement() }
        return String(code.prefix(4)) + "-" + String(code.suffix(4))
    }

    /// 256 random bits.
    private static func deviceCode() -> String {
        Base64URL.encode((0..<32).map { _ in UInt8.random(in: 0...255) })
    }
}

extension JSONObject {
    /// These members with others added or put in their place.
    fileprivate func overlaid(with others: JSONObject) -> JSONObject {
        var result = self
        for (name, value) in others { result[name] = value }
        return result
    }
}
