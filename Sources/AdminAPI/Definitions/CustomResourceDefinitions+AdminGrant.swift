// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

extension CustomResourceDefinitions {
    /// The definition of AdminGrant.
    public static let adminGrant = definition(
        of: .adminGrants,
        singular: "admingrant",
        shortNames: ["ag"],
        categories: ["grantor"],
        columns: [
            SchemaWords.column("AppInstance", "string", ".spec.appInstance.name", "Of what the user is an admin."),
            SchemaWords.column("User", "string", ".spec.userID", "The user's id at the identity provider."),
            SchemaWords.column("Email", "string", ".spec.email", "The e-mail address as listed."),
            SchemaWords.column("FirstName", "string", ".spec.firstName", "The given name as listed."),
            SchemaWords.column("LastName", "string", ".spec.lastName", "The family name as listed."),
            SchemaWords.column("Provider", "string", ".spec.identityProvider", "The identity provider."),
            SchemaWords.column("Age", "date", ".metadata.creationTimestamp", "How long the grant exists."),
        ],
        schema: root(
            "AdminGrant shows that a user is an admin of an AppInstance. Grantor writes it; one written by hand grants "
                + "nothing.",
            required: ["spec"],
            [("spec", grantSpec)]
        ),
        hasStatus: false
    )

    private static var grantSpec: JSONValue {
        let instance = SchemaWords.object(
            "The AppInstance, in the same namespace.",
            required: ["name"],
            ["name": SchemaWords.string("Its name.", ["minLength": 1, "maxLength": 253])]
        )
        let groups = AdminUser.Group.allCases.map { JSONValue.string($0.rawValue) }
        return SchemaWords.object(
            "What is granted to whom.",
            required: ["appInstance", "userID", "identityProvider"],
            [
                "appInstance": SchemaWords.immutable(instance, named: "appInstance"),
                "userID": SchemaWords.immutable(
                    // maxLength counts characters; the rules bound an id to 256 bytes, which are never more.
                    SchemaWords.string("The user's id at the identity provider.", ["minLength": 1, "maxLength": 256]),
                    named: "userID"
                ),
                "identityProvider": SchemaWords.immutable(
                    SchemaWords.string("The identity provider.", ["minLength": 1, "maxLength": 128]),
                    named: "identityProvider"
                ),
                "email": SchemaWords.string("The e-mail address as listed; it need not be real.", ["maxLength": 1024]),
                "firstName": SchemaWords.string("The given name as listed.", ["maxLength": 1024]),
                "lastName": SchemaWords.string("The family name as listed.", ["maxLength": 1024]),
                "groups": SchemaWords.array(
                    "The groups as listed.",
                    of: ["type": "string", "enum": .array(groups)],
                    listType: "set"
                ),
            ]
        )
    }
}
