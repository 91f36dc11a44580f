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
