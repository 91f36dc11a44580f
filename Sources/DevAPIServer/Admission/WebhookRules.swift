// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What webhook configurations must look like beside their schema (`apis/admissionregistration/validation`, and
/// `util/webhook/validation.go` for addresses).
enum WebhookRules {
    /// The problems of a ValidatingWebhookConfiguration.
    static func problems(_ object: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, webhook) in (object["webhooks"]?.array ?? []).enumerated() {
            let path = FieldPath(keys: "webhooks").appending(index: index)
            errors += nameProblems(webhook["name"]?.string ?? "", path.appending(key: "name"))
            let client = path.appending(key: "clientConfig")
            switch (webhook["clientConfig"]?["url"]?.string, webhook["clientConfig"]?["service"]) {
            case (nil, nil), (_?, _?):
                errors.append(FieldError(.required, client, detail: "exactly one of url or service is required"))
            case (let url?, nil): errors += addressProblems(url, client.appending(key: "url"))
            case (nil, _?): break
            }
        }
        return errors
    }

    private static func nameProblems(_ name: String, _ path: FieldPath) -> [FieldError] {
        if name.isEmpty { return [FieldError(.required, path)] }
        let segments = name.split(separator: ".", omittingEmptySubsequences: false)
        if segments.count >= 3, !segments.contains("") { return [] }
        return [
            FieldError(
                .invalid,
                path,
                badValue: .string(name),
                detail: "should be a domain with at least three segments separated by dots"
            )
        ]
    }

    private static func addressProblems(_ text: String, _ path: FieldPath) -> [FieldError] {
        let form = "; desired format: https://host[/path]"
        func invalid(_ value: String, _ detail: String) -> FieldError {
            FieldError(.invalid, path, badValue: .string(value), detail: detail + form)
        }
        let scheme = text.firstRange(of: "://").map { String(text[..<$0.lowerBound]) } ?? ""
        var errors: [FieldError] = []
        if scheme != "https" { errors.append(invalid(scheme, "'https' is the only allowed URL scheme")) }
        let rest = text.dropFirst(scheme.isEmpty ? 0 : scheme.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.isEmpty { errors.append(invalid("", "host must be specified")) }
        if let at = authority.lastIndex(of: "@") {
            errors.append(invalid(String(authority[..<at]), "user information is not permitted in the URL"))
        }
        if let hash = rest.firstIndex(of: "#") {
            let fragment = String(rest[rest.index(after: hash)...])
            errors.append(invalid(fragment, "fragments are not permitted in the URL"))
        }
        if let mark = rest.firstIndex(of: "?") {
            let query = String(rest[rest.index(after: mark)...])
            errors.append(invalid(query, "query parameters are not permitted in the URL"))
        }
        return errors
    }
}
