// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A merge patch (RFC 7396): members replace, `null` removes, everything but objects is replaced whole.
public struct JSONMergePatch: Sendable, Hashable {
    /// The patch document.
    public let document: JSONValue

    /// Creates a patch.
    public init(_ document: JSONValue) {
        self.document = document
    }

    /// The smallest patch that makes `new` of `old`; an empty object when they are equal.
    ///
    /// A `null` in `new` cannot be asked for by a merge patch (RFC 7396, section 1): a member that is `null` is removed.
    public init(from old: JSONValue, to new: JSONValue) {
        document = Self.difference(old, new) ?? [:]
    }

    private static func difference(_ old: JSONValue, _ new: JSONValue) -> JSONValue? {
        if old == new { return nil }
        guard case .object(let before) = old, case .object(let after) = new else { return new }
        var patch: JSONObject = [:]
        for (name, _) in before where after[name] == nil { patch[name] = .null }
        for (name, value) in after {
            guard let known = before[name] else {
                patch[name] = value
                continue
            }
            if let difference = difference(known, value) { patch[name] = difference }
        }
        return .object(patch)
    }

    /// The target after the patch.
    public func applied(to target: JSONValue) -> JSONValue {
        Self.merge(document, into: target)
    }

    private static func merge(_ patch: JSONValue, into target: JSONValue) -> JSONValue {
        guard case .object(let members) = patch else { return patch }
        var result = target.object ?? [:]
        for (name, value) in members {
            result[name] = value.isNull ? nil : merge(value, into: result[name] ?? .null)
        }
        return .object(result)
    }
}
