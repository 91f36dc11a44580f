// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The tokens that a login gave (RFC 6749, 5.1); whoever has them is that person for as long as they are valid.
public struct TokenAnswer: Sendable {
    /// The access token; a JWT at some providers, opaque at others.
    public let accessToken: String?
    /// The ID token; only when the scope `openid` was granted.
    public let idToken: String?

    /// Creates an answer.
    public init(accessToken: String?, idToken: String?) {
        self.accessToken = accessToken
        self.idToken = idToken
    }
}

extension TokenAnswer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// That there are tokens, and nothing of them.
    public var description: String { "(tokens)" }
    /// That there are tokens, and nothing of them.
    public var debugDescription: String { description }
    /// Nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What the token endpoint says to one request for the token (RFC 8628, 3.5).
public enum PollAnswer: Sendable {
    /// The person has approved.
    case tokens(TokenAnswer)
    /// The person has not decided yet (`authorization_pending`).
    case pending
    /// Not decided either, and the requests come too fast (`slow_down`).
    case slowDown
    /// Nothing that could be understood came back, or nothing at all; another request may fare better.
    case unavailable(DeviceGrantError)
    /// There will be no token.
    case failed(DeviceGrantError)
}

extension PollAnswer {
    /// Reads an answer.
    init(status: Int, body: JSONObject?) {
        if status == 200 {
            let answer = body.map {
                TokenAnswer(accessToken: $0["access_token"]?.string, idToken: $0["id_token"]?.string)
            }
            if let answer, answer.accessToken != nil || answer.idToken != nil {
                self = .tokens(answer)
            } else {
                self = .failed(DeviceGrantError(.invalidAnswer, "cannot find a token in the answer of the provider"))
            }
            return
        }
        switch body?["error"]?.string {
        case "authorization_pending"?: self = .pending
        case "slow_down"?: self = .slowDown
        case "access_denied"?, "authorization_declined"?:
            // The second is Entra's word for it.
            self = .failed(DeviceGrantError(.denied, "cannot log in: access was denied", oauthError: "access_denied"))
        case "expired_token"?, "code_expired"?:
            self = .failed(
                DeviceGrantError(.expired, "cannot log in: the code has expired", oauthError: "expired_token")
            )
        case _ where status == 429 || status >= 500:
            self = .unavailable(
                DeviceGrantError(.unreachable, "cannot get the token: the provider answers with status \(status)")
            )
        default:
            self = .failed(OAuthRefusal.error(status: status, body: body, doing: "get the token"))
        }
    }
}
