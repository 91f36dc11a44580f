// Grantor
// SPDX-License-Identifier: Apache-2.0

/// How a resource version is matched by a list (`resourceVersionMatch`).
public enum ResourceVersionMatch: String, CaseIterable, Sendable {
    /// Exactly that version.
    case exact = "Exact"
    /// That version or any later one.
    case notOlderThan = "NotOlderThan"
}

/// Which objects a list is about, and how fresh and how long it is to be (`ListOptions` of `meta/v1`).
public struct ListOptions: Sendable {
    /// Labels that objects must carry; empty means any.
    public var labelSelector: String
    /// Fields that objects must have; empty means any.
    public var fieldSelector: String
    /// The greatest number of objects in one answer; 0 means all.
    public var limit: Int
    /// Where the last answer broke off (`continueToken` of `ObjectList`); empty means the beginning.
    public var continueToken: String
    /// How fresh: empty means the latest, `0` whatever the server has at hand.
    public var resourceVersion: String
    /// How `resourceVersion` is meant.
    public var resourceVersionMatch: ResourceVersionMatch?
    /// Whether only the metadata of the objects is sent (`PartialObjectMetadataList` of `meta/v1`).
    public var metadataOnly: Bool = false

    /// Creates options that ask for everything, up to date.
    public init(
        labelSelector: String = "",
        fieldSelector: String = "",
        limit: Int = 0,
        continueToken: String = "",
        resourceVersion: String = "",
        resourceVersionMatch: ResourceVersionMatch? = nil
    ) {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.limit = limit
        self.continueToken = continueToken
        self.resourceVersion = resourceVersion
        self.resourceVersionMatch = resourceVersionMatch
    }
}

/// What to watch, from where, and for how long.
public struct WatchOptions: Sendable {
    /// Labels that objects must carry; empty means any.
    public var labelSelector: String
    /// Fields that objects must have; empty means any.
    public var fieldSelector: String
    /// The version after which events are wanted; empty means from now, with what is there sent first.
    public var resourceVersion: String
    /// How `resourceVersion` is meant; needed with `sendInitialEvents`.
    public var resourceVersionMatch: ResourceVersionMatch?
    /// Whether the server may send bookmarks.
    public var allowBookmarks: Bool
    /// Whether the server first sends what is there, then a bookmark that says so; `nil` leaves it to the server.
    public var sendInitialEvents: Bool?
    /// Seconds after which the server ends the stream; `nil` leaves it to the server.
    public var timeoutSeconds: Int?
    /// How long the stream may be silent before it fails with `Unreachable`; `nil` means for ever.
    public var idleDeadline: Duration?
    /// Whether only the metadata of the objects is sent (`PartialObjectMetadata` of `meta/v1`).
    public var metadataOnly: Bool = false

    /// Creates options that watch everything from now on.
    public init(
        labelSelector: String = "",
        fieldSelector: String = "",
        resourceVersion: String = "",
        resourceVersionMatch: ResourceVersionMatch? = nil,
        allowBookmarks: Bool = true,
        sendInitialEvents: Bool? = nil,
        timeoutSeconds: Int? = nil,
        idleDeadline: Duration? = nil
    ) {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.resourceVersion = resourceVersion
        self.resourceVersionMatch = resourceVersionMatch
        self.allowBookmarks = allowBookmarks
        self.sendInitialEvents = sendInitialEvents
        self.timeoutSeconds = timeoutSeconds
        self.idleDeadline = idleDeadline
    }
}

/// How strictly the server checks fields it does not know (`fieldValidation`).
public enum FieldValidation: String, CaseIterable, Sendable {
    /// Drop them.
    case ignore = "Ignore"
    /// Drop them and warn.
    case warn = "Warn"
    /// Refuse the request.
    case strict = "Strict"
}

/// How a create, an update or a patch is carried out.
public struct WriteOptions: Sendable {
    /// Who owns the fields; `nil` means the client's own field manager.
    public var fieldManager: String?
    /// Whether the server only pretends.
    public var dryRun: Bool
    /// How strictly unknown fields are checked; `nil` leaves it to the server.
    public var fieldValidation: FieldValidation?

    /// Creates options.
    public init(fieldManager: String? = nil, dryRun: Bool = false, fieldValidation: FieldValidation? = nil) {
        self.fieldManager = fieldManager
        self.dryRun = dryRun
        self.fieldValidation = fieldValidation
    }
}

/// What becomes of the objects that a deleted object owns.
public enum PropagationPolicy: String, CaseIterable, Sendable {
    /// They go after it.
    case background = "Background"
    /// They go before it.
    case foreground = "Foreground"
    /// They stay.
    case orphan = "Orphan"
}

/// How a deletion is carried out.
public struct DeleteOptions: Sendable {
    /// The identity that the object must have.
    public var uid: String?
    /// The version that the object must have.
    public var resourceVersion: String?
    /// What becomes of the objects that it owns; `nil` leaves it to the resource.
    public var propagationPolicy: PropagationPolicy?
    /// Seconds that the object is given to end; `nil` leaves it to the resource.
    public var gracePeriodSeconds: Int?
    /// Whether the server only pretends.
    public var dryRun: Bool

    /// Creates options.
    public init(
        uid: String? = nil,
        resourceVersion: String? = nil,
        propagationPolicy: PropagationPolicy? = nil,
        gracePeriodSeconds: Int? = nil,
        dryRun: Bool = false
    ) {
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.propagationPolicy = propagationPolicy
        self.gracePeriodSeconds = gracePeriodSeconds
        self.dryRun = dryRun
    }
}
