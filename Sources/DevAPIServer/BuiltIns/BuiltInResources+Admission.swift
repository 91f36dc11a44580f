// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension BuiltInResources {
    /// The API group of those who have a say in writes.
    static let admissionGroup = "admissionregistration.k8s.io"

    /// The kinds of `admissionregistration.k8s.io/v1` that are obeyed.
    static let admission: [ResourceDefinition] = [
        define(
            "ValidatingWebhookConfiguration",
            "validatingwebhookconfigurations",
            group: admissionGroup,
            isNamespaced: false,
            categories: ["api-extensions"],
            "ValidatingWebhookConfiguration says who is asked before something is written.",
            ["webhooks": .list(of: webhook, "Who is asked.", keys: ["name"])]
        )
    ]

    private static let selectsEverything = labelSelector.changed { $0.defaultValue = [:] }

    private static let webhook: StructuralSchema = .goStruct(
        "ValidatingWebhook",
        "Somebody who is asked.",
        required: ["name", "clientConfig", "sideEffects", "admissionReviewVersions"],
        [
            "admissionReviewVersions": .list(of: .text(""), "Versions of reviews that are understood."),
            "clientConfig": webhookAddress,
            "failurePolicy": .text("What a failure means.", oneOf: ["Fail", "Ignore"], fallback: "Fail"),
            "matchConditions": .list(
                of: .goStruct(
                    "MatchCondition",
                    "A condition; this server does not evaluate it.",
                    required: ["name", "expression"],
                    ["expression": .text("The condition, in CEL."), "name": .text("What it is called.")]
                ),
                "Conditions for being asked.",
                keys: ["name"]
            ),
            "matchPolicy": .text(
                "Whether other versions of a resource are meant, too.",
                oneOf: ["Exact", "Equivalent"],
                fallback: "Equivalent"
            ),
            "name": .text("A name with dots."),
            "namespaceSelector": selectsEverything,
            "objectSelector": selectsEverything,
            "rules": .list(of: webhookRule, "What it wants to be asked about."),
            "sideEffects": .text(
                "Whether asking changes anything.",
                oneOf: ["None", "NoneOnDryRun"]
            ),
            "timeoutSeconds": .whole("How long it may take.", fallback: 10).changed { attributes in
                attributes.minimum = 1
                attributes.maximum = 30
            },
        ]
    )

    private static let webhookAddress: StructuralSchema = .goStruct(
        "WebhookClientConfig",
        "Where it is asked.",
        [
            "caBundle": .base64("Authorities of its certificate, in PEM."),
            "service": .goStruct(
                "ServiceReference",
                "A Service; this server cannot reach it.",
                required: ["namespace", "name"],
                [
                    "name": .text("Name of the Service."),
                    "namespace": .text("Namespace of the Service."),
                    "path": .text("The path."),
                    "port": .whole("The port.", fallback: 443),
                ]
            ),
            "url": .text("A URL."),
        ]
    )

    private static let webhookRule: StructuralSchema = .goStruct(
        "RuleWithOperations",
        "Operations on resources.",
        [
            "apiGroups": .list(of: .text(""), "API groups."),
            "apiVersions": .list(of: .text(""), "Versions."),
            "operations": .list(of: .text(""), "Operations."),
            "resources": .list(of: .text(""), "Resources."),
            "scope": .text("Where objects live.", oneOf: ["Cluster", "Namespaced", "*"], fallback: "*"),
        ]
    )
}
