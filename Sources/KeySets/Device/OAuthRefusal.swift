// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What an error answer (RFC 6749, 5.2) means, without repeating what the server sent.
enum OAuthRefusal {
    /// The error of an answer; its own code is passed on only when a specification has it.
    static func error(status: Int, body: JSONObject?, doing what: String) -> DeviceGrantError {
        guard let name = body?["error"]?.string else {
            return DeviceGrantError(.refused, "cannot \(what): the provider answers with status \(status)")
        }
        let hint = entraCode(in: body?["error_description"]?.string).map { " (\($0))" } ?? ""
        guard let meaning = meanings[name] else {
            let text = "cannot \(what): the provider refuses with an error that no specification has\(hint)"
            return DeviceGrantError(.refused, text)
        }
        let text = "cannot \(what): the provider refuses with \(name)\(hint): \(meaning)"
        return DeviceGrantError(.refused, text, oauthError: name)
    }

    /// RFC 6749, 5.2 and 4.1.2.1; RFC 8707, 2; with what is most often behind them here.
    private static let meanings: [String: String] = [
        "invalid_request": "a parameter is missing or not supported",
        "invalid_client": "the client id is not known, or the client is not public",
        "invalid_grant": "the code is not valid any more",
        "unauthorized_client": "the client may not use the device authorization grant",
        "unsupported_grant_type": "the device authorization grant is not switched on",
        "invalid_scope": "a scope is not known or not allowed for the client",
        "invalid_target": "the audience is not known",
        "access_denied": "the client or the person may not have a token",
        "server_error": "it failed inside",
        "temporarily_unavailable": "it cannot answer now",
    ]

    /// The number of an error of Microsoft Entra ID, which its documentation explains; its text is not repeated.
    private static func entraCode(in description: String?) -> String? {
        guard let description, description.hasPrefix("AADSTS") else { return nil }
        let digits = description.dropFirst(6).prefix { $0.isASCII && $0.isNumber }
        return (4...8).contains(digits.count) ? "AADSTS\(digits)" : nil
    }
}
