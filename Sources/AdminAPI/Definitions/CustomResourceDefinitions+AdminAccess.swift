// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

extension CustomResourceDefinitions {
    /// The definition of AdminAccess.
    public static let adminAccess = definition(
        of: .adminAccesses,
        singular: "adminaccess",
        shortNames: ["aa"],
        categories: ["grantor"],
        columns: [
            SchemaWords.column("Provider", "string", ".status.identityProvider", "The identity provider."),
            SchemaWords.column(
                "Keys",
                "string",
                #".status.conditions[?(@.type=="KeysAvailable")].status"#,
                "Whether there are keys to verify tokens with."
            ),
            SchemaWords.column("Admins", "integer", ".status.admins.granted", "How many admins have a grant."),
            SchemaWords.column(
                "Ready",
                "string",
                #".status.conditions[?(@.type=="Ready")].status"#,
                "Whether everything holds."
            ),
            SchemaWords.column(
                "Reason",
                "string",
                #".status.conditions[?(@.type=="Ready")].reason"#,
                "Why it is ready or not."
            ),
            SchemaWords.column("Age", "date", ".metadata.creationTimestamp", "How long it exists."),
        ],
        schema: root(
            "AdminAccess says how Grantor goes about the admins of one AppInstance of the same name and namespace, "
                + "and what it found.",
            [("spec", accessSpec), ("status", accessStatus)]
        ),
        hasStatus: true
    )

    private static var accessSpec: JSONValue {
        let duration: KeyValuePairs<String, JSONValue> = ["pattern": .string(GoDuration.pattern), "maxLength": 32]
        let maxAge = SchemaWords.string(
            "How long a key that the provider withdrew is still accepted, at most, such as 5m.",
            duration
        )
        let maxStale = SchemaWords.string(
            "How long the last good keys serve when the provider cannot be reached, such as 24h.",
            duration
        )
        let keys = SchemaWords.object(
            "How long keys are used.",
            [
                "maxAge": SchemaWords.with(maxAge, ["default": "5m"]),
                "maxStale": SchemaWords.with(maxStale, ["default": "24h"]),
            ]
        )
        return SchemaWords.object(
            "What may be set; everything has a default.",
            [
                "issuer": SchemaWords.trimmed(
                    SchemaWords.string(
                        "The iss that tokens must have. Default: what the provider's discovery document says, else "
                            + "what follows from its URL.",
                        ["minLength": 1, "maxLength": 2048]
                    ),
                    named: "issuer"
                ),
                "audiences": SchemaWords.with(
                    SchemaWords.array(
                        "The aud values that are accepted (OAuth client ids). With none, no token is accepted.",
                        of: SchemaWords.trimmed(
                            ["type": "string", "minLength": 1, "maxLength": 1024],
                            named: "an audience"
                        ),
                        listType: "set"
                    ),
                    ["maxItems": 64]
                ),
                "userIDClaim": SchemaWords.trimmed(
                    SchemaWords.string(
                        "The claim that is compared with users[].id. Default: oid for azure, else sub.",
                        ["minLength": 1, "maxLength": 256]
                    ),
                    named: "userIDClaim"
                ),
                "keys": SchemaWords.with(keys, ["default": [:]]),
                "allowInsecureEndpoint": SchemaWords.boolean(
                    "Permits plain http for jwksEndpoint outside the cluster's own services and loopback.",
                    ["default": false]
                ),
                "paused": SchemaWords.boolean(
                    "Observe only: the status is written, no grant is created or deleted.",
                    ["default": false]
                ),
            ]
        )
    }

    private static var accessStatus: JSONValue {
        SchemaWords.object(
            "What Grantor found.",
            [
                "observedGeneration": SchemaWords.integer("The generation of this object that the status speaks of."),
                "appInstance": SchemaWords.object(
                    "The AppInstance that the status speaks of.",
                    [
                        "uid": SchemaWords.string("Its uid."),
                        "generation": SchemaWords.integer("Its generation."),
                    ]
                ),
                "identityProvider": SchemaWords.string("The identity provider as used."),
                "userIDClaim": SchemaWords.string("The claim that is compared with users[].id, as used."),
                "issuer": SchemaWords.object(
                    "The iss that tokens must have.",
                    [
                        "value": SchemaWords.string("The issuer; empty while it is not known."),
                        "source": SchemaWords.string(
                            "How it came to be known.",
                            ["enum": .array(AdminAccessStatus.Issuer.Source.allCases.map { .string($0.rawValue) })]
                        ),
                    ]
                ),
                "keySet": keySet,
                "admins": SchemaWords.object(
                    "How many admins there are.",
                    [
                        "desired": SchemaWords.integer("How many the admin block lists."),
                        "granted": SchemaWords.integer("How many have a grant."),
                    ]
                ),
                "conditions": conditions,
            ]
        )
    }

    private static var keySet: JSONValue {
        let key = SchemaWords.object(
            "One key.",
            required: ["kty", "thumbprint"],
            [
                "kid": SchemaWords.string("The key's id."),
                "kty": SchemaWords.string("The key's type."),
                "alg": SchemaWords.string("The algorithm that the key is bound to."),
                "thumbprint": SchemaWords.string("The RFC 7638 thumbprint."),
            ]
        )
        return SchemaWords.object(
            "The keys in use.",
            [
                "endpoint": SchemaWords.string("The jwksEndpoint that they were got through."),
                "uri": SchemaWords.string("Where they come from."),
                "document": SchemaWords.string(
                    "What jwksEndpoint serves.",
                    ["enum": .array(KeySetSummary.Document.allCases.map { .string($0.rawValue) })]
                ),
                "keys": SchemaWords.array("The usable keys.", of: key, listType: "atomic"),
                "ignored": SchemaWords.integer("How many keys were ignored."),
                "hash": SchemaWords.string("A hash over the usable keys."),
                "changedAt": SchemaWords.string("When the usable keys last changed.", ["format": "date-time"]),
            ]
        )
    }

    private static var conditions: JSONValue {
        let name: KeyValuePairs<String, JSONValue> = [
            "maxLength": 316,
            "pattern":
                #"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"#,
        ]
        let condition = SchemaWords.object(
            "One aspect of the state.",
            required: ["type", "status", "reason", "message", "lastTransitionTime"],
            [
                "type": SchemaWords.string("The aspect: ConfigValid, KeysAvailable, GrantsSynced or Ready.", name),
                "status": SchemaWords.string("Whether it holds.", ["enum": ["True", "False", "Unknown"]]),
                "reason": SchemaWords.string(
                    "One word for programs.",
                    ["minLength": 1, "maxLength": 1024, "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"]
                ),
                "message": SchemaWords.string("A sentence for people.", ["maxLength": 32768]),
                "observedGeneration": SchemaWords.integer("The generation that it speaks of.", ["minimum": 0]),
                "lastTransitionTime": SchemaWords.string("When status last changed.", ["format": "date-time"]),
            ]
        )
        let list = SchemaWords.array("The state, aspect by aspect.", of: condition, listType: "map")
        return SchemaWords.with(list, ["x-kubernetes-list-map-keys": ["type"]])
    }
}
