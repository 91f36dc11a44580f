// Grantor
// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials

/// One aspect of an object's state (`Condition` of `meta/v1`).
public struct Condition: Sendable, Hashable {
    /// Whether the condition holds.
    public enum Status: String, CaseIterable, Sendable {
        /// It holds.
        case yes = "True"
        /// It does not hold.
        case no = "False"
        /// It cannot be judged.
        case unknown = "Unknown"
    }

    /// The name of the condition, as in `Ready`.
    public var type: String
    /// Whether it holds.
    public var status: Status
    /// One CamelCase word for programs.
    public var reason: String
    /// A sentence for people; never a volatile value.
    public var message: String
    /// The generation of the object that this speaks of.
    public var observedGeneration: Int64
    /// When `status` last changed, to the second.
    public var lastTransitionTime: Date

    /// Creates a condition.
    public init(
        type: String,
        status: Status,
        reason: String,
        message: String,
        observedGeneration: Int64,
        lastTransitionTime: Date
    ) {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
        self.observedGeneration = observedGeneration
        self.lastTransitionTime = lastTransitionTime
    }

    /// This condition after an earlier one of its type: the transition time is kept unless `status` changed.
    public func following(_ earlier: Condition?) -> Condition {
        guard let earlier, earlier.status == status else { return self }
        var copy = self
        copy.lastTransitionTime = earlier.lastTransitionTime
        return copy
    }
}

extension Condition: JSONReadable, JSONWritable {
    /// Reads a condition.
    ///
    /// - Throws: `FieldError` when a member is missing or of the wrong type.
    public init(json: JSONValue) throws(FieldError) {
        let path = FieldPath(keys: "status", "conditions")
        guard let object = json.object else { throw FieldError(.typeInvalid, path, detail: "must be an object") }
        let status = try object.requiredString("status", at: path)
        guard let status = Status(rawValue: status) else {
            throw FieldError(.notSupported, path.appending(key: "status"), badValue: .string(status))
        }
        self.init(
            type: try object.requiredString("type", at: path),
            status: status,
            reason: try object.optionalString("reason", at: path) ?? "",
            message: try object.optionalString("message", at: path) ?? "",
            observedGeneration: object["observedGeneration"]?.integer ?? 0,
            lastTransitionTime: object["lastTransitionTime"]?.string.flatMap(Timestamp.parse)
                ?? Date(timeIntervalSince1970: 0)
        )
    }

    /// The condition, all members present.
    public var json: JSONValue {
        [
            "type": .string(type),
            "status": .string(status.rawValue),
            "reason": .string(reason),
            "message": .string(message),
            "observedGeneration": .integer(observedGeneration),
            "lastTransitionTime": .string(Timestamp.format(lastTransitionTime)),
        ]
    }
}
