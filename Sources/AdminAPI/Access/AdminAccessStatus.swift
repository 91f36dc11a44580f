// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// What the operator found out about one AppInstance; nothing in it is volatile.
public struct AdminAccessStatus: Sendable, Hashable {
    /// The state of the AppInstance that a status speaks of.
    public struct Observed: Sendable, Hashable {
        /// The identity of the AppInstance.
        public var uid: String
        /// Its generation.
        public var generation: Int64

        /// Creates an observation.
        public init(uid: String, generation: Int64) {
            self.uid = uid
            self.generation = generation
        }
    }

    /// The issuer that tokens must name.
    public struct Issuer: Sendable, Hashable {
        /// How the issuer came to be known.
        public enum Source: String, CaseIterable, Sendable {
            /// The AdminAccess's spec says it.
            case declared = "Declared"
            /// The provider's discovery document says it.
            case discovered = "Discovered"
            /// It follows from the shape of the provider's URL.
            case derived = "Derived"
            /// It is not known.
            case unknown = "Unknown"
        }

        /// The issuer; empty while unknown.
        public var value: String
        /// How it came to be known.
        public var source: Source

        /// Creates an issuer.
        public init(value: String, source: Source) {
            self.value = value
            self.source = source
        }
    }

    /// How many admins there are.
    public struct Admins: Sendable, Hashable {
        /// How many the `admin` block lists.
        public var desired: Int64
        /// How many have a grant.
        public var granted: Int64

        /// Creates counts.
        public init(desired: Int64, granted: Int64) {
            self.desired = desired
            self.granted = granted
        }
    }

    /// The generation of the AdminAccess that this speaks of.
    public var observedGeneration: Int64
    /// The AppInstance that this speaks of.
    public var appInstance: Observed?
    /// The identity provider as used.
    public var identityProvider: String?
    /// The claim compared with `users[].id`, as used.
    public var userIDClaim: String?
    /// The issuer as used.
    public var issuer: Issuer?
    /// The keys as used.
    public var keySet: KeySetSummary?
    /// How many admins there are.
    public var admins: Admins?
    /// One condition for each `ConditionType`, in that order.
    public var conditions: [Condition]

    /// Creates a status.
    public init(
        observedGeneration: Int64 = 0,
        appInstance: Observed? = nil,
        identityProvider: String? = nil,
        userIDClaim: String? = nil,
        issuer: Issuer? = nil,
        keySet: KeySetSummary? = nil,
        admins: Admins? = nil,
        conditions: [Condition] = []
    ) {
        self.observedGeneration = observedGeneration
        self.appInstance = appInstance
        self.identityProvider = identityProvider
        self.userIDClaim = userIDClaim
        self.issuer = issuer
        self.keySet = keySet
        self.admins = admins
        self.conditions = conditions
    }

    /// The condition of a type.
    public func condition(_ type: ConditionType) -> Condition? {
        conditions.first { $0.type == type.rawValue }
    }
}

extension AdminAccessStatus: JSONReadable, JSONWritable {
    /// Reads a status; what cannot be read is taken as missing, since the operator writes it anew.
    ///
    /// - Throws: `FieldError` when the value is no object.
    public init(json: JSONValue) throws(FieldError) {
        guard let object = json.object else {
            throw FieldError(.typeInvalid, FieldPath(keys: "status"), detail: "must be an object")
        }
        let instance = object["appInstance"]
        let issuer = object["issuer"]
        let admins = object["admins"]
        self.init(
            observedGeneration: object["observedGeneration"]?.integer ?? 0,
            appInstance: instance?["uid"]?.string.map {
                Observed(uid: $0, generation: instance?["generation"]?.integer ?? 0)
            },
            identityProvider: object["identityProvider"]?.string,
            userIDClaim: object["userIDClaim"]?.string,
            issuer: issuer?["source"]?.string.flatMap(Issuer.Source.init(rawValue:)).map {
                Issuer(value: issuer?["value"]?.string ?? "", source: $0)
            },
            keySet: object["keySet"].flatMap { try? KeySetSummary(json: $0) },
            admins: admins?.object.map { _ in
                Admins(desired: admins?["desired"]?.integer ?? 0, granted: admins?["granted"]?.integer ?? 0)
            },
            conditions: (object["conditions"]?.array ?? []).compactMap { try? Condition(json: $0) }
        )
    }

    /// The status; what is not known is left out.
    public var json: JSONValue {
        .members([
            "observedGeneration": .integer(observedGeneration),
            "appInstance": appInstance.map { ["uid": .string($0.uid), "generation": .integer($0.generation)] },
            "identityProvider": identityProvider.map(JSONValue.string),
            "userIDClaim": userIDClaim.map(JSONValue.string),
            "issuer": issuer.map { ["value": .string($0.value), "source": .string($0.source.rawValue)] },
            "keySet": keySet?.json,
            "admins": admins.map { ["desired": .integer($0.desired), "granted": .integer($0.granted)] },
            "conditions": .array(conditions.map(\.json)),
        ])
    }
}
