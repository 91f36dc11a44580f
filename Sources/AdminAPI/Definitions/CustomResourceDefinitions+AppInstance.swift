// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

extension CustomResourceDefinitions {
    /// The definition of kubit's AppInstance, for servers without kubit; a cluster gets its own from kubit.
    ///
    /// As there: nothing below `spec.package.spec` is validated, and `status.conditions` has no list type, which makes
    /// it atomic.
    public static let appInstance = definition(
        of: .appInstances,
        singular: "appinstance",
        columns: [
            SchemaWords.column("image", "string", ".spec.package.image", "The image of the package."),
            SchemaWords.column("apiversion", "string", ".spec.package.apiVersion", "The version of the package's API."),
            SchemaWords.column("paused", "boolean", ".spec.pause", "Whether kubit leaves it alone."),
            SchemaWords.column("reason", "string", ".status.conditions[-1].reason", "The last condition's reason."),
            SchemaWords.column("status", "string", ".status.conditions[-1].status", "The last condition's status."),
        ],
        schema: root(
            "AppInstance is a package that kubit renders and applies.",
            required: ["spec"],
            [("spec", instanceSpec), ("status", instanceStatus)]
        ),
        hasStatus: true
    )

    private static var instanceSpec: JSONValue {
        let packageSpec: JSONValue = [
            "type": "object",
            "description": "What the package is told; the package judges it.",
            "x-kubernetes-preserve-unknown-fields": true,
        ]
        let pullSecret = SchemaWords.object("A Secret.", ["name": SchemaWords.string("Its name.", ["nullable": true])])
        return SchemaWords.object(
            "What to install.",
            required: ["package"],
            [
                "imagePullSecrets": [
                    "type": "array",
                    "description": "The Secret to pull the package with.",
                    "items": pullSecret,
                ],
                "package": SchemaWords.object(
                    "The package.",
                    required: ["apiVersion", "image", "spec"],
                    [
                        "apiVersion": SchemaWords.string("The version of the package's API."),
                        "image": SchemaWords.string("The image of the package."),
                        "spec": packageSpec,
                    ]
                ),
                "pause": SchemaWords.boolean("Whether kubit leaves the instance alone.", ["default": false]),
            ]
        )
    }

    private static var instanceStatus: JSONValue {
        let condition = SchemaWords.object(
            "One aspect of the state.",
            required: ["lastTransitionTime", "message", "reason", "status", "type"],
            [
                "lastTransitionTime": SchemaWords.string("When status last changed.", ["format": "date-time"]),
                "message": SchemaWords.string("What happened."),
                "observedGeneration": SchemaWords.integer("Always null.", ["nullable": true]),
                "reason": SchemaWords.string("One word for programs."),
                "status": SchemaWords.string("True, False or Unknown."),
                "type": SchemaWords.string("Reconcilier or Ready."),
            ]
        )
        let logs: JSONValue = [
            "type": "object",
            "description": "The logs of the last job, by container.",
            "nullable": true,
            "additionalProperties": ["type": "string"],
        ]
        let status = SchemaWords.object(
            "What kubit found.",
            [
                "conditions": ["type": "array", "description": "The state.", "items": condition],
                "lastLogs": logs,
            ]
        )
        return SchemaWords.with(status, ["nullable": true])
    }
}
