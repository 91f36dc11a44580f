// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension BuiltInResources {
    /// Policies of admission: stored and shown, and never evaluated, since there is no CEL here.
    static let admissionPolicies: [ResourceDefinition] = [validatingAdmissionPolicies, admissionPolicyBindings]

    private static let resourceRules: StructuralSchema = .list(
        of: .goStruct(
            "NamedRuleWithOperations",
            "Requests that are meant.",
            [
                "apiGroups": .list(of: .text(""), "API groups; * means all."),
                "apiVersions": .list(of: .text(""), "Versions; * means all."),
                "operations": .list(of: .text(""), "CREATE, UPDATE, DELETE, CONNECT or *."),
                "resourceNames": .list(of: .text(""), "Names of objects; none means all."),
                "resources": .list(of: .text(""), "Resources, as in pods or pods/log."),
                "scope": .text("Cluster, Namespaced or *."),
            ]
        ),
        "Requests that are meant."
    )

    private static func matchResources(_ description: String) -> StructuralSchema {
        .goStruct(
            "MatchResources",
            description,
            [
                "excludeResourceRules": resourceRules,
                "matchPolicy": .text("Exact or Equivalent."),
                "namespaceSelector": labelSelector,
                "objectSelector": labelSelector,
                "resourceRules": resourceRules,
            ]
        )
    }

    private static let validations: StructuralSchema = .list(
        of: .goStruct(
            "Validation",
            "What must hold.",
            required: ["expression"],
            [
                "expression": .text("The condition, in CEL."),
                "message": .text("What is said when it does not hold."),
                "messageExpression": .text("CEL that gives the message."),
                "reason": .text("One word for programs."),
            ]
        ),
        "What must hold."
    )

    private static func expressions(_ kind: String, _ description: String) -> StructuralSchema {
        .list(
            of: .goStruct(
                kind,
                description,
                required: ["name", "expression"],
                ["expression": .text("The expression, in CEL."), "name": .text("Its name.")]
            ),
            description,
            keys: ["name"]
        )
    }

    private static let validatingAdmissionPolicies = define(
        "ValidatingAdmissionPolicy",
        "validatingadmissionpolicies",
        group: admissionGroup,
        isNamespaced: false,
        categories: ["api-extensions"],
        hasStatus: true,
        "ValidatingAdmissionPolicy says what objects must satisfy to be stored.",
        [
            "spec": .goStruct(
                "ValidatingAdmissionPolicySpec",
                "What must hold of what.",
                [
                    "auditAnnotations": .list(
                        of: .goStruct(
                            "AuditAnnotation",
                            "What the audit log is told.",
                            required: ["key", "valueExpression"],
                            ["key": .text("The key."), "valueExpression": .text("The value, in CEL.")]
                        ),
                        "What the audit log is told."
                    ),
                    "failurePolicy": .text("Fail or Ignore.", fallback: "Fail"),
                    "matchConditions": expressions("MatchCondition", "Conditions for the policy to apply."),
                    "matchConstraints": matchResources("What the policy is for."),
                    "paramKind": .goStruct(
                        "ParamKind",
                        "The kind of its parameters.",
                        ["apiVersion": .text("API version."), "kind": .text("Kind.")]
                    ),
                    "validations": validations,
                    "variables": expressions("Variable", "Values that expressions share."),
                ]
            ),
            "status": .goStruct(
                "ValidatingAdmissionPolicyStatus",
                "What the types of the expressions give.",
                [
                    "conditions": conditions("Condition", ["observedGeneration": .whole("", format: "int64")]),
                    "observedGeneration": .whole("The generation that this speaks of.", format: "int64"),
                    "typeChecking": .goAnything("Warnings about types."),
                ]
            ),
        ]
    )

    private static let admissionPolicyBindings = define(
        "ValidatingAdmissionPolicyBinding",
        "validatingadmissionpolicybindings",
        group: admissionGroup,
        isNamespaced: false,
        categories: ["api-extensions"],
        "ValidatingAdmissionPolicyBinding puts a policy in force.",
        [
            "spec": .goStruct(
                "ValidatingAdmissionPolicyBindingSpec",
                "Which policy, for what, with what consequence.",
                [
                    "matchResources": matchResources("What the binding is for."),
                    "paramRef": .goAnything("The parameters."),
                    "policyName": .text("The policy."),
                    "validationActions": .list(of: .text(""), "Deny, Warn or Audit."),
                ]
            )
        ]
    )
}
