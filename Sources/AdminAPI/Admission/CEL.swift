// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Pieces of CEL (the Common Expression Language) as Kubernetes 1.30 and later evaluate it.
///
/// What stands below `spec.package.spec` has no schema, so every value is dynamic and its type is asked for first.
enum CEL {
    /// A string literal.
    static func literal(_ text: String) -> String {
        var literal = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": literal += "\\'"
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "'"
    }

    /// A regular expression (RE2) as a raw literal; it holds no quote.
    static func pattern(_ pattern: String) -> String {
        "r'\(pattern)'"
    }

    /// A list of string literals.
    static func list(_ texts: [String]) -> String {
        "[\(texts.map(literal).joined(separator: ", "))]"
    }

    /// Whether a member is missing or null.
    static func isMissing(_ member: String) -> String {
        "!has(\(member)) || \(member) == null"
    }

    /// Whether a string holds a match of a pattern.
    static func matches(_ value: String, _ pattern: String) -> String {
        "\(value).matches(\(CEL.pattern(pattern)))"
    }

    /// An expression in which a name stands for a value, which Kubernetes has no word for.
    static func binding(_ name: String, _ value: String, _ expression: String) -> String {
        "[\(value)].map(\(name), \(expression))[0]"
    }

    /// The name of a value's type, as `JSONValue.typeName` has it.
    static func typeName(_ value: String) -> String {
        let names = [("null_type", "null"), ("bool", "boolean"), ("int", "integer"), ("double", "number")]
        let others = [("string", "string"), ("list", "array")]
        let tests = (names + others).map { "type(v) == \($0.0) ? '\($0.1)' : " }.joined()
        return binding("v", value, "\(tests)'object'")
    }

    /// Whether a value is a Boolean or a number.
    static func isScalar(_ value: String) -> String {
        "type(\(value)) == bool || type(\(value)) == int || type(\(value)) == double"
    }

    /// A Boolean or a number as text.
    static func scalarText(_ value: String) -> String {
        "(type(\(value)) == bool ? (\(value) ? 'true' : 'false') : string(\(value)))"
    }

    /// Whether a text may stand in a message (`AdminReader.isShowable`).
    static func isShowable(_ value: String) -> String {
        "!\(value).matches(\(pattern(#"[@\x00-\x1f\x7f]"#)))"
    }

    /// A text in quotes after a colon, shortened; nothing when it may be an e-mail address (`AdminReader.shown`).
    static func shown(_ value: String) -> String {
        let most = AdminReader.maximumShown
        let kept = AdminReader.keptShown
        let text = "\(value).size() <= \(most) ? \(value) : \(value).substring(0, \(kept)) + '...'"
        return "(\(isShowable(value)) ? ': ' + strings.quote(\(text)) : '')"
    }
}

extension CELText {
    /// The message of a rule (`FieldError.description`).
    ///
    /// - Parameters:
    ///   - rule: The rule.
    ///   - path: The field.
    ///   - fillings: What the rule's words leave open.
    ///   - value: The value that the message shows, with the colon before it.
    init(_ rule: AdminRule, at path: CELText, _ fillings: CELText..., showing value: CELText = "") {
        var text: CELText = "\(path): \(rule.kind.words)\(value): "
        for (index, part) in rule.text.parts.enumerated() {
            if index > 0, fillings.indices.contains(index - 1) { text = "\(text)\(fillings[index - 1])" }
            text = "\(text)\(part)"
        }
        self = text
    }

    /// The name of a value's type, as a shown value.
    static func typeName(_ value: String) -> CELText {
        ": \"\(cel: CEL.typeName(value))\""
    }

    /// A text, as a shown value.
    static func shown(_ value: String) -> CELText {
        "\(cel: CEL.shown(value))"
    }
}
