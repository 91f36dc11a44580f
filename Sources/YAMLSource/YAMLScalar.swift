// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A scalar taken for what Go's `yaml.v2` takes it for (`goyaml.v2/resolve.go`), as JSON.
struct YAMLScalar {
    /// The value.
    let value: JSONValue
    /// The text, when it is plain and the value is no string.
    let source: String?

    /// Resolves a scalar.
    ///
    /// - Throws: `YAMLError` when the tag says something else than the text, or the value cannot be JSON.
    init(text: String, tag: String?, isPlain: Bool, mark: Mark) throws(YAMLError) {
        let kind = try Self.kind(of: tag, isPlain: isPlain, mark: mark)
        guard kind != .string else {
            self.init(value: .string(text), source: nil)
            return
        }
        let value = try Self.resolve(text, mark: mark)
        switch (kind, value) {
        case (.any, .string):
            self.init(value: value, source: nil)
        case (.any, _), (.bool, .bool), (.int, .integer), (.float, .number), (.float, .integer), (.null, .null):
            self.init(value: value, source: text)
        case (.int, .number(let number)) where number.magnitude >= 9_223_372_036_854_775_808:
            self.init(value: value, source: text)
        default:
            throw YAMLError(
                .unsupportedValue,
                "the tag !!\(kind) is put on a value of type \(value.typeName)",
                at: mark
            )
        }
    }

    private init(value: JSONValue, source: String?) {
        self.value = value
        self.source = source
    }

    private enum Kind {
        case any, string, bool, int, float, null
    }

    /// What a tag asks for; tags that Go does not know make strings.
    private static func kind(of tag: String?, isPlain: Bool, mark: Mark) throws(YAMLError) -> Kind {
        switch tag {
        case nil: return isPlain ? .any : .string
        case "tag:yaml.org,2002:bool": return .bool
        case "tag:yaml.org,2002:int": return .int
        case "tag:yaml.org,2002:float": return .float
        case "tag:yaml.org,2002:null": return .null
        case "tag:yaml.org,2002:binary":
            throw YAMLError(.unsupportedValue, "!!binary is not supported: write the base64 text", at: mark)
        default: return .string
        }
    }

    private static func resolve(_ text: String, mark: Mark) throws(YAMLError) -> JSONValue {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            if isNonFinite(text) {
                throw YAMLError(.unsupportedValue, "infinity and .nan cannot be JSON: quote the value", at: mark)
            }
            return YAMLNumber.value(of: text) ?? .string(text)
        default:
            return word(text) ?? .string(text)
        }
    }

    private static func word(_ text: String) -> JSONValue? {
        // Nothing longer than "false" is a word.
        guard text.utf8.count <= 5 else { return nil }
        switch text {
        case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return true
        case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return false
        case "~", "null", "Null", "NULL": return .null
        default: return nil
        }
    }

    private static func isNonFinite(_ text: String) -> Bool {
        switch text {
        case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF": true
        default: false
        }
    }
}
