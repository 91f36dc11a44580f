// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// A change to an object, in one of the forms that API servers take.
public enum Patch: Sendable {
    /// A JSON patch (RFC 6902), given as its array of operations.
    case json(JSONValue)
    /// A JSON merge patch (RFC 7396).
    case merge(JSONValue)
    /// A strategic merge patch; built-in kinds only.
    case strategicMerge(JSONValue)
    /// Server-side apply: the fields the manager wants to own; `force` takes them from others.
    case apply(JSONValue, force: Bool)

    /// The media type of the body.
    var contentType: String {
        switch self {
        case .json: "application/json-patch+json"
        case .merge: "application/merge-patch+json"
        case .strategicMerge: "application/strategic-merge-patch+json"
        // JSON is YAML, and every server that applies takes it under this name.
        case .apply: "application/apply-patch+yaml"
        }
    }

    /// What is sent.
    var body: JSONValue {
        switch self {
        case .json(let value), .merge(let value), .strategicMerge(let value), .apply(let value, _): value
        }
    }
}
