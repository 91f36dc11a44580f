// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The rules of names, labels and the like (`apimachinery/pkg/util/validation`), with the messages of the real server.
enum ObjectNames {
    /// How objects of a kind are named.
    enum Rule: Sendable {
        /// Dot-separated parts of at most 253 characters: most kinds.
        case subdomain
        /// One part of at most 63 characters: namespaces.
        case label
        /// One part that begins with a letter: services.
        case serviceLabel
        /// Anything that fits one step of a path: the kinds of RBAC.
        case pathSegment
    }

    /// The rule of a kind.
    static func rule(for type: ResourceType) -> Rule {
        switch (type.group, type.plural) {
        case ("", "namespaces"): .label
        case ("", "services"): .serviceLabel
        case ("rbac.authorization.k8s.io", _): .pathSegment
        default: .subdomain
        }
    }

    /// What is wrong with a name; empty when nothing is.
    static func problems(_ name: String, _ rule: Rule) -> [String] {
        switch rule {
        case .subdomain: subdomainProblems(name)
        case .label: labelProblems(name)
        case .serviceLabel: serviceLabelProblems(name)
        case .pathSegment: pathSegmentProblems(name)
        }
    }

    /// What is wrong with a name such as `example.com/part`: label keys, annotation keys and finalizers.
    static func qualifiedNameProblems(_ text: String) -> [String] {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let explanation =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
            + "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
            + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        if parts.count > 2 {
            return [
                "a qualified name \(explanation) with an optional DNS subdomain prefix and '/' (e.g. "
                    + "'example.com/MyName')"
            ]
        }
        var problems: [String] = []
        if parts.count == 2 {
            if parts[0].isEmpty { problems.append("prefix part must be non-empty") }
            problems += parts[0].isEmpty ? [] : subdomainProblems(parts[0]).map { "prefix part \($0)" }
        }
        let name = parts.last ?? ""
        if name.isEmpty { return problems + ["name part must be non-empty", "name part \(explanation)"] }
        if name.utf8.count > 63 { problems.append("name part must be no more than 63 bytes") }
        if !isName(name, extra: "-_.") { problems.append("name part \(explanation)") }
        return problems
    }

    /// What is wrong with the value of a label.
    static func labelValueProblems(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > 63 { problems.append("must be no more than 63 bytes") }
        if !text.isEmpty, !isName(text, extra: "-_.") {
            problems.append(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and "
                    + "must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
                    + "'12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
            )
        }
        return problems
    }

    /// A name from a prefix: five characters that make no words are put behind it.
    static func generated(prefix: String, random: UInt64) -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        var rest = random
        var name = String(prefix.prefix(58))
        for _ in 0..<5 {
            name.append(alphabet[Int(rest % UInt64(alphabet.count))])
            rest /= UInt64(alphabet.count)
        }
        return name
    }

    private static func subdomainProblems(_ name: String) -> [String] {
        var problems: [String] = []
        if name.utf8.count > 253 { problems.append("must be no more than 253 bytes") }
        let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if !parts.allSatisfy({ isLowerName($0) }) {
            problems.append(
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
                    + "must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
                    + "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
            )
        }
        return problems
    }

    private static func labelProblems(_ name: String) -> [String] {
        var problems: [String] = []
        if name.utf8.count > 63 { problems.append("must be no more than 63 bytes") }
        if !isLowerName(name.utf8[...]) {
            problems.append(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
                    + "and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
                    + "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
            )
        }
        return problems
    }

    private static func serviceLabelProblems(_ name: String) -> [String] {
        var problems: [String] = []
        if name.utf8.count > 63 { problems.append("must be no more than 63 bytes") }
        let first = name.utf8.first ?? 0
        if !isLowerName(name.utf8[...]) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) {
            problems.append(
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
                    + "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used "
                    + "for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
            )
        }
        return problems
    }

    private static func pathSegmentProblems(_ name: String) -> [String] {
        if name == "." || name == ".." { return ["may not be '\(name)'"] }
        return ["/", "%"].filter { name.contains($0) }.map { "may not contain '\($0)'" }
    }

    private static func isLowerName(_ text: Substring.UTF8View) -> Bool {
        guard let first = text.first, let last = text.last, first != UInt8(ascii: "-"), last != UInt8(ascii: "-")
        else { return false }
        return text.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }

    private static func isName(_ text: String, extra: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && text.utf8.allSatisfy { isAlphanumeric($0) || extra.utf8.contains($0) }
    }
}
