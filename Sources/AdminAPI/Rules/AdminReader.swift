// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Walks an `admin` block and collects findings; the extensions read its parts.
struct AdminReader {
    let rules: AdminRules
    private(set) var findings: [Finding] = []

    /// The members of `admin` (`additionalProperties: false` in the package's schema).
    static let adminMembers = ["identityProvider", "jwksEndpoint", "users", "dsn", "internalSigningKey"]

    init(rules: AdminRules) {
        self.rules = rules
    }

    mutating func error(_ kind: FieldError.Kind, _ path: FieldPath, _ detail: String, showing value: JSONValue? = nil) {
        findings.append(Finding(.error, FieldError(kind, path, badValue: value, detail: detail)))
    }

    mutating func warn(_ kind: FieldError.Kind, _ path: FieldPath, _ detail: String, showing value: JSONValue? = nil) {
        findings.append(Finding(.warning, FieldError(kind, path, badValue: value, detail: detail)))
    }

    mutating func readAdmin(_ admin: JSONValue) -> AdminConfiguration? {
        let path = rules.document.root.appending(key: "admin")
        guard let object = admin.object else {
            let members = "identityProvider, jwksEndpoint and users"
            error(.typeInvalid, path, "must be a mapping with \(members)", showing: .string(admin.typeName))
            return nil
        }
        refuseUnknownMembers(of: object, at: path, known: Self.adminMembers, "the package refuses it")
        let provider = readIdentityProvider(object, at: path)
        let endpoint = readEndpoint(object, at: path, provider: provider)
        let users = readUsers(object, at: path, provider: provider)
        if let dsn = object["dsn"] { readSource(dsn, at: path.appending(key: "dsn")) }
        if let key = object["internalSigningKey"] {
            readSigningKey(key, at: path.appending(key: "internalSigningKey"))
        }
        guard let provider, let endpoint, let users else { return nil }
        return AdminConfiguration(identityProvider: provider, jwksEndpoint: endpoint, users: users)
    }

    // MARK: - Parts that everything shares

    /// Reports members that are not known, with the nearest known name.
    mutating func refuseUnknownMembers(
        of object: JSONObject,
        at path: FieldPath,
        known: [String],
        _ consequence: String
    ) {
        for (name, _) in object where !known.contains(where: { UTF8Order.equal($0, name) }) {
            let advice = Suggestion.nearest(to: name, in: known).map { ": did you mean \($0)?" } ?? ""
            error(.forbidden, Self.shownPath(path, name), "this field is not known, and \(consequence)\(advice)")
        }
    }

    /// The path of a member, or of its parent when the name itself had better not be shown.
    static func shownPath(_ path: FieldPath, _ name: String) -> FieldPath {
        isShowable(name) && name.utf8.count <= 64 ? path.appending(key: name) : path
    }

    /// Whether a text may stand in a message: no e-mail address, nothing that is not on one line.
    static func isShowable(_ text: String) -> Bool {
        !text.utf8.contains { $0 == UInt8(ascii: "@") || $0 < 0x20 || $0 == 0x7F }
    }

    /// A text for a message: shortened, and left out when it may be an e-mail address.
    static func shown(_ text: String) -> JSONValue? {
        guard isShowable(text) else { return nil }
        return .string(text.utf8.count <= 128 ? text : "\(text.prefix(120))...")
    }

    /// The string of a member that must be there and not be empty; reports when it is not.
    mutating func requiredString(
        _ name: String,
        of object: JSONObject,
        at path: @autoclosure () -> FieldPath,
        _ advice: @autoclosure () -> String
    ) -> String? {
        switch object[name] {
        case .string(let text)?:
            if text.utf8.contains(where: { $0 > 0x20 }) { return text }
            error(.required, path().appending(key: name), advice())
        case nil, .null?:
            error(.required, path().appending(key: name), advice())
        case let value?:
            refuseNonString(value, at: path().appending(key: name))
        }
        return nil
    }

    /// Reports a value that should be a string, with the advice to quote it when that is all it takes.
    mutating func refuseNonString(_ value: JSONValue, at path: FieldPath) {
        switch value {
        case .bool, .integer, .number:
            if let source = rules.sourceText?(path), source.utf8.count <= 64, Self.isShowable(source) {
                let kind = value.bool == nil ? "the number" : "the Boolean"
                error(
                    .typeInvalid,
                    path,
                    "must be a string; `\(source)` is \(kind) \(value.jsonText) in YAML: quote it"
                )
            } else {
                error(.typeInvalid, path, "must be a string: put it in quotes", showing: value)
            }
        default:
            error(.typeInvalid, path, "must be a string", showing: .string(value.typeName))
        }
    }

    // MARK: - identityProvider

    private mutating func readIdentityProvider(_ object: JSONObject, at path: FieldPath) -> String? {
        let advice = "name the identity provider, such as keycloak, auth0 or azure"
        guard let text = requiredString("identityProvider", of: object, at: path, advice) else { return nil }
        let path = path.appending(key: "identityProvider")
        let shown = Self.shown(text)
        if ProviderName.isEntra(text), text != "azure" {
            error(.notSupported, path, "Microsoft Entra ID must be spelled exactly \"azure\"", showing: shown)
        } else if let known = ProviderName.known.first(where: { $0 == text.lowercased() && $0 != text }) {
            error(.notSupported, path, "must be spelled exactly \"\(known)\"", showing: shown)
        } else if ProviderName.isYAMLWord(text) {
            let detail = "the Helm chart writes it without quotes, where YAML takes it for a Boolean or null"
            error(.invalid, path, detail, showing: shown)
        } else if !ProviderName.isWellFormed(text) {
            let detail = "must begin with a letter and hold letters, digits, '.', '_' and '-' alone (at most 128)"
            error(.invalid, path, detail, showing: shown)
        } else {
            if !ProviderName.known.contains(text), let near = Suggestion.nearest(to: text, in: ProviderName.known) {
                warn(.invalid, path, "this provider is not known: did you mean \(near)?", showing: shown)
            }
            return text
        }
        return nil
    }
}
