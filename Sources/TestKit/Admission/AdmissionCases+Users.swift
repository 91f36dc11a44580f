// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What is refused: the list of users, their fields, and references.
extension AdmissionCases {
    private static func listed(_ name: String, at field: String, _ users: JSONValue?) -> AdmissionCase {
        .denied(name, at: "admin.\(field)") { $0.set(users, at: "admin", "users") }
    }

    static let users: [AdmissionCase] = [
        listed("no users", at: "users", nil),
        listed("users that are null", at: "users", .null),
        listed("an empty list of users", at: "users", []),
        listed("users that are a mapping", at: "users", ["id": "x"]),
        listed("a user that is a text", at: "users[1]", [user(), "marty"]),
        listed("an id twice", at: "users[2].id", [user(), user(otherID), user()]),
        listed("nobody in group Admin", at: "users", [user(keycloakID, [("userGroups", ["Auditor", "Member"])])]),
        listed("groups that are a text", at: "users[0].userGroups", [user(keycloakID, [("userGroups", "Admin")])]),
        listed("groups that are null", at: "users[0].userGroups", [user(keycloakID, [("userGroups", .null)])]),
        listed("an empty list of groups", at: "users[0].userGroups", [user(keycloakID, [("userGroups", [])])]),
        listed(
            "an unknown group",
            at: "users[1].userGroups[1]",
            [user(), user(otherID, [("userGroups", ["Auditor", "admin"])])]
        ),
        listed("a group that is a number", at: "users[0].userGroups[0]", [user(keycloakID, [("userGroups", [5])])]),
        listed(
            "33 groups",
            at: "users[0].userGroups",
            [user(keycloakID, [("userGroups", .array(Array(repeating: "Admin", count: 33)))])]
        ),
        listed("misspelt groups", at: "users[0].usergroups", [user(keycloakID, [("usergroups", ["Auditor"])])]),
        listed("groups in the singular", at: "users[0].userGroup", [user(keycloakID, [("userGroup", ["Auditor"])])]),
        .denied(
            "groups misspelt by two letters",
            at: "admin.users[0].userGrps",
            policy: knowsNoDistance(.warned)
        ) { $0.set([user(keycloakID, [("userGrps", ["Auditor"])])], at: "admin", "users") },
    ]

    private static func setting(
        _ name: String,
        _ field: String,
        _ value: JSONValue?,
        policy: AdmissionCase.Exception? = nil
    ) -> AdmissionCase {
        .denied(name, at: "admin.users[0].\(field)", policy: policy) {
            $0.set(value, at: "admin", "users", "0", field)
        }
    }

    static let userFields: [AdmissionCase] = [
        setting("no id", "id", nil),
        setting("an empty id", "id", ""),
        setting("an id that is a number", "id", 83),
        setting("an id with space before it", "id", " x"),
        setting("an id with a line break after it", "id", "x\n"),
        setting("an id with a no-break space after it", "id", "x\u{a0}"),
        setting("an id with a control character", "id", "a\u{7}b"),
        setting("an id with a control character beyond ASCII", "id", "a\u{85}b"),
        setting("an id of 257 bytes", "id", .string("x" + String(repeating: "\u{e9}", count: 128))),
        .denied("an id that is no object id of Entra ID", at: "admin.users[0].id") {
            $0["admin"] = block("azure", entraEndpoint, users: [user("marty")])
        },
        setting("no first name", "firstName", nil),
        setting("an empty first name", "firstName", ""),
        setting("a first name that is a Boolean", "firstName", true),
        setting("a blank last name", "lastName", "  "),
        setting("a last name that is a fraction", "lastName", .number(1.5)),
        setting("a last name of 1,025 bytes", "lastName", .string(String(repeating: "x", count: 1_025))),
        setting("an e-mail address that is null", "email", .null),
        setting("an e-mail address that is a mapping", "email", ["address": "marty@example.com"]),
        setting("an e-mail address of 1,025 bytes", "email", .string(String(repeating: "x", count: 1_025))),
    ]

    private static func dsn(_ name: String, at field: String, _ value: JSONValue) -> AdmissionCase {
        .denied(name, at: "admin.dsn\(field)") { $0.set(value, at: "admin", "dsn") }
    }

    private static func reference(_ name: String, at field: String, _ reference: JSONValue) -> AdmissionCase {
        dsn(name, at: ".valueFrom.secretKeyRef\(field)", ["valueFrom": ["secretKeyRef": reference]])
    }

    static let sources: [AdmissionCase] = [
        dsn("a dsn that is a text", at: "", "postgres://u:secret@db/x"),
        dsn("a dsn that is null", at: "", .null),
        dsn("an empty dsn", at: "", [:]),
        dsn("an unknown field of a dsn", at: ".values", ["values": "postgres://db/x"]),
        dsn("a dsn with a value and a reference", at: "", ["value": "x", "valueFrom": ["secretKeyRef": [:]]]),
        dsn("a dsn with an empty value", at: ".value", ["value": ""]),
        dsn("a dsn whose value is a number", at: ".value", ["value": 5]),
        dsn("a dsn whose reference is a text", at: ".valueFrom", ["valueFrom": "catalog"]),
        dsn("a dsn that refers to nothing", at: ".valueFrom", ["valueFrom": [:]]),
        dsn(
            "a dsn that refers to two things",
            at: ".valueFrom",
            [
                "valueFrom": [
                    "secretKeyRef": ["name": "a", "key": "b"], "configMapKeyRef": ["name": "a", "key": "b"],
                ]
            ]
        ),
        dsn("a dsn that refers to an unknown thing", at: ".valueFrom.vaultRef", ["valueFrom": ["vaultRef": [:]]]),
        reference("a Secret that is a text", at: "", "catalog"),
        reference("a Secret without a name", at: ".name", ["key": "dsn"]),
        reference("a Secret with an empty name", at: ".name", ["name": "", "key": "dsn"]),
        reference("a Secret without a key", at: ".key", ["name": "catalog"]),
        reference("an unknown field of a Secret", at: ".namespace", ["name": "a", "key": "b", "namespace": "c"]),
        reference("a Secret that is optional as a text", at: ".optional", ["name": "a", "key": "b", "optional": "no"]),
        .denied("a signing key that is a text", at: "admin.internalSigningKey") {
            $0.set("secret", at: "admin", "internalSigningKey")
        },
        .denied("a signing key without its public half", at: "admin.internalSigningKey.publicKey") {
            $0.set(
                ["id": ["value": "1"], "privateKey": ["value": "secret"]],
                at: "admin",
                "internalSigningKey"
            )
        },
        .denied("a signing key with an unknown part", at: "admin.internalSigningKey.kid") {
            let part: JSONValue = ["value": "1"]
            $0.set(
                ["id": part, "privateKey": part, "publicKey": part, "kid": part],
                at: "admin",
                "internalSigningKey"
            )
        },
        .denied("a signing key with an empty part", at: "admin.internalSigningKey.id") {
            let part: JSONValue = ["value": "1"]
            $0.set(["id": [:], "privateKey": part, "publicKey": part], at: "admin", "internalSigningKey")
        },
    ]
}
