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

    /// Reports what a rule says.
    ///
    /// - Parameters:
    ///   - rule: The rule, which knows level, kind and words.
    ///   - path: Where.
    ///   - fillings: What its words leave open.
    ///   - value: The value that is shown; never a secret.
    mutating func report(
        _ rule: AdminRule,
        _ path: FieldPath,
        _ fillings: String...,
        showing value: JSONValue? = nil
    ) {
        let error = FieldError(rule.kind, path, badValue: value, detail: rule.text.filled(fillings))
        findings.append(Finding(rule.level, error, rule: rule))
    }

    /// Reports a finding of another reader at a level of one's own.
    mutating func report(_ finding: Finding, as level: Finding.Level) {
        findings.append(Finding(level, finding.error, rule: finding.rule))
    }

    mutating func readAdmin(_ admin: JSONValue) -> AdminConfiguration? {
        let path = rules.document.root.appending(key: "admin")
        guard let object = admin.object else {
            report(.adminNotMapping, path, showing: .string(admin.typeName))
            return nil
        }
        refuseUnknownMembers(of: object, at: path, known: Self.adminMembers)
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
    mutating func refuseUnknownMembers(of object: JSONObject, at path: FieldPath, known: [String]) {
        for (name, _) in object where !known.contains(where: { UTF8Order.equal($0, name) }) {
            let advice = Suggestion.nearest(to: name, in: known).map { ": did you mean \($0)?" } ?? ""
            report(.unknownField, Self.shownPath(path, name), advice)
        }
    }

    /// The path of a member, or of its parent when the name itself had better not be shown.
    static func shownPath(_ path: FieldPath, _ name: String) -> FieldPath {
        isShowable(name) && name.utf8.count <= maximumShownName ? path.appending(key: name) : path
    }

    /// Whether a text may stand in a message: no e-mail address, nothing that is not on one line.
    static func isShowable(_ text: String) -> Bool {
        !text.utf8.contains { $0 == UInt8(ascii: "@") || $0 < 0x20 || $0 == 0x7F }
    }

    /// The length up to which a value is shown as it is, and how much is kept of a longer one.
    static let maximumShown = 128
    static let keptShown = 120
    /// The length up to which the name of an unknown field is shown.
    static let maximumShownName = 64

    /// A text for a message: shortened, and left out when it may be an e-mail address.
    static func shown(_ text: String) -> JSONValue? {
        guard isShowable(text) else { return nil }
        return .string(text.utf8.count <= maximumShown ? text : "\(text.prefix(keptShown))...")
    }

    /// The string of a member that must be there and not be empty; reports when it is not.
    mutating func requiredString(
        _ name: String,
        of object: JSONObject,
        at path: @autoclosure () -> FieldPath,
        missing: AdminRule
    ) -> String? {
        switch object[name] {
        case .string(let text)?:
            if text.utf8.contains(where: { $0 > 0x20 }) { return text }
            report(missing, path().appending(key: name))
        case nil, .null?:
            report(missing, path().appending(key: name))
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
                report(.notQuotedInSource, path, source, kind, value.jsonText)
            } else {
                report(.notQuoted, path, showing: value)
            }
        default:
            report(.notString, path, showing: .string(value.typeName))
        }
    }

    // MARK: - identityProvider

    private mutating func readIdentityProvider(_ object: JSONObject, at path: FieldPath) -> String? {
        guard let text = requiredString("identityProvider", of: object, at: path, missing: .providerMissing) else {
            return nil
        }
        let path = path.appending(key: "identityProvider")
        let shown = Self.shown(text)
        if ProviderName.isEntra(text), text != "azure" {
            report(.entraSpelling, path, showing: shown)
        } else if let known = ProviderName.known.first(where: { $0 == text.lowercased() && $0 != text }) {
            report(.providerSpelling, path, known, showing: shown)
        } else if ProviderName.isYAMLWord(text) {
            report(.providerIsYAMLWord, path, showing: shown)
        } else if !ProviderName.isWellFormed(text) {
            report(.providerMalformed, path, showing: shown)
        } else {
            if !ProviderName.known.contains(text), let near = Suggestion.nearest(to: text, in: ProviderName.known) {
                report(.providerUnknown, path, near, showing: shown)
            }
            return text
        }
        return nil
    }
}
