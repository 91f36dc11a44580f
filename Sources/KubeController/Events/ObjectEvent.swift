// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// Something worth telling the people who look at an object with `kubectl describe`.
///
/// Anybody who may read events reads it: it never holds a secret, a token or an e-mail address.
public struct ObjectEvent: Sendable, Hashable {
    /// How grave it is.
    public enum Kind: String, CaseIterable, Sendable {
        /// As it should be.
        case normal = "Normal"
        /// Somebody should look.
        case warning = "Warning"
    }

    /// A pointer to an object (`ObjectReference` of `core/v1`).
    public struct Reference: Sendable, Hashable {
        /// Group and version.
        public var apiVersion: String
        /// Kind.
        public var kind: String
        /// Name and namespace.
        public var name: NamespacedName
        /// Identity; empty when not known.
        public var uid: String

        /// Creates a reference.
        public init(_ type: ResourceType, _ name: NamespacedName, uid: String = "") {
            apiVersion = type.apiVersion
            kind = type.kind
            self.name = name
            self.uid = uid
        }
    }

    /// The object that it is about.
    public var regarding: Reference
    /// Another object that has to do with it.
    public var related: Reference?
    /// How grave it is.
    public var kind: Kind
    /// Why, in one CamelCase word; at most 128 bytes.
    public var reason: String
    /// What was done or not done, in one CamelCase word; at most 128 bytes.
    public var action: String
    /// A sentence for people; cut after 1 KiB.
    public var note: String

    /// Creates an event.
    public init(
        _ kind: Kind = .normal,
        regarding: Reference,
        related: Reference? = nil,
        reason: String,
        action: String,
        note: String
    ) {
        self.kind = kind
        self.regarding = regarding
        self.related = related
        self.reason = reason
        self.action = action
        self.note = note
    }
}

extension ObjectEvent {
    /// The event within the limits of the API (`validation` of `events.k8s.io`).
    var bounded: ObjectEvent {
        var event = self
        event.reason = reason.cut(toUTF8: 128)
        event.action = action.cut(toUTF8: 128)
        event.note = note.cut(toUTF8: 1_024)
        return event
    }
}

extension String {
    /// The longest beginning of whole characters within a number of bytes, with an ellipsis where something was cut.
    func cut(toUTF8 limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var kept = ""
        var size = 0
        for scalar in unicodeScalars {
            let width = UTF8.width(scalar)
            if size + width > limit - 3 { break }
            kept.unicodeScalars.append(scalar)
            size += width
        }
        return kept + "..."
    }
}
