// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// ValidatingAdmissionPolicies that say of an `admin` block what the rules say, as far as CEL can
/// (`admissionregistration.k8s.io/v1`, Kubernetes 1.30 and later).
///
/// One policy holds the errors, another the warnings, which never refuse anything. Both ignore an AppInstance without
/// an `admin` block, one whose block does not change, and one that is being deleted: kubit writes its status and
/// takes its finalizer away however wrong the block is.
public struct AdmissionPolicy: Sendable, Hashable {
    /// What becomes of an AppInstance with an error.
    public enum Action: String, CaseIterable, Sendable {
        /// It is refused.
        case deny
        /// It is let through with a warning to whoever sent it.
        case warn
        /// It is let through; the audit log says what is wrong.
        case audit
    }

    /// What becomes of an AppInstance with an error; warnings are only audited where errors are.
    public var action: Action
    /// What the names begin with: `<prefix>-admin-errors`, `<prefix>-admin-warnings`.
    public var namePrefix: String
    /// The namespaces that the policies are for; all when there is none.
    public var namespaces: [String]
    /// The labels of the AppInstances that the policies are for; without requirements all.
    public var selector: LabelSelector
    /// The DNS domain of the cluster, whose services may be reached by plain http.
    public var clusterDomain: String

    /// Creates policies.
    public init(
        action: Action = .deny,
        namePrefix: String = "grantor",
        namespaces: [String] = [],
        selector: LabelSelector = LabelSelector(),
        clusterDomain: String = "cluster.local"
    ) {
        self.action = action
        self.namePrefix = namePrefix
        self.namespaces = namespaces
        self.selector = selector
        self.clusterDomain = clusterDomain
    }

    /// The two policies, each followed by its binding.
    public var objects: [JSONValue] {
        let actions: (errors: String, warnings: String) =
            switch action {
            case .deny: ("Deny", "Warn")
            case .warn: ("Warn", "Warn")
            case .audit: ("Audit", "Audit")
            }
        let errors = "\(namePrefix)-admin-errors"
        let warnings = "\(namePrefix)-admin-warnings"
        return [
            // One refusal shows one validation: it says what all of them found. Warnings come one by one.
            policy(errors, Self.errors, whenChanged: ["admin"], saysAllAtOnce: action == .deny),
            binding(errors, actions.errors),
            policy(warnings, warningVariables, whenChanged: ["admin", "egress"], saysAllAtOnce: false),
            binding(warnings, actions.warnings),
        ]
    }

    // MARK: - Contents

    private static var errors: PolicyVariables {
        var contents = PolicyVariables()
        contents.defineBlock()
        contents.checkBlock()
        contents.checkProvider()
        contents.defineEndpoint()
        contents.checkEndpoint()
        contents.checkUsers()
        contents.checkSources()
        return contents
    }

    private var warningVariables: PolicyVariables {
        var contents = PolicyVariables()
        contents.defineBlock()
        contents.warnOfEndpoint(clusterDomain: clusterDomain)
        contents.warnOfUsers()
        contents.checkCertificates()
        return contents
    }

    // MARK: - Objects

    private func policy(
        _ name: String,
        _ contents: PolicyVariables,
        whenChanged members: [String],
        saysAllAtOnce: Bool
    ) -> JSONValue {
        var variables = contents.variables
        if saysAllAtOnce {
            let faults = contents.checks.map { "variables.\($0.variable)" }.joined(separator: ",\n  ")
            variables.append(("faults", "[\n  \(faults)\n].filter(f, f != '').join('; ')"))
            variables.append(("message", Self.shortened("variables.faults")))
        }
        let validations = contents.checks.map { check -> JSONValue in
            [
                "expression": .string("variables.\(check.variable) == ''"),
                "messageExpression": .string("variables.\(saysAllAtOnce ? "message" : check.variable)"),
                "message": .string(check.fallback),
                "reason": "Invalid",
            ]
        }
        return [
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicy",
            "metadata": ["name": .string(name)],
            "spec": [
                // AppInstances are kubit's: what goes wrong here must not stand in their way.
                "failurePolicy": "Ignore",
                "matchConstraints": [
                    "resourceRules": [
                        [
                            "apiGroups": [.string(ResourceType.appInstances.group)],
                            "apiVersions": [.string(ResourceType.appInstances.version)],
                            "resources": [.string(ResourceType.appInstances.plural)],
                            "operations": ["CREATE", "UPDATE"],
                        ]
                    ]
                ],
                "matchConditions": .array(Self.conditions(whenChanged: members)),
                "variables": .array(
                    variables.map { ["name": .string($0.name), "expression": .string($0.expression)] }
                ),
                "validations": .array(validations),
            ],
        ]
    }

    /// The most characters of a message; Kubernetes drops one of more than 5 KiB.
    private static let maximumMessageLength = 4_000

    private static func shortened(_ text: String) -> String {
        "\(text).size() <= \(maximumMessageLength) ? \(text) : \(text).substring(0, \(maximumMessageLength)) + '...'"
    }

    private static func conditions(whenChanged members: [String]) -> [JSONValue] {
        let new = PolicyVariables.packageSpec
        let old = new.replacing("object", with: "oldObject")
        let changes = members.map { member in
            "has(\(new).\(member)) != has(\(old).\(member)) || "
                + "has(\(new).\(member)) && \(new).\(member) != \(old).\(member)"
        }
        return [
            ["name": "has-an-admin-block", "expression": .string("has(\(new).admin)")],
            ["name": "is-not-being-deleted", "expression": "!has(object.metadata.deletionTimestamp)"],
            [
                "name": "has-changed",
                "expression": .string("oldObject == null || \(changes.joined(separator: " || "))"),
            ],
        ]
    }

    /// The requirements of the selector; one that compares numbers has no such form.
    private var expressions: [JSONValue] {
        selector.requirements.compactMap { requirement in
            let name: String
            switch requirement {
            case .isIn: name = "In"
            case .isNotIn: name = "NotIn"
            case .exists: name = "Exists"
            case .doesNotExist: name = "DoesNotExist"
            case .isGreater, .isLess: return nil
            }
            let values = requirement.values.map(JSONValue.string)
            return .members([
                "key": .string(requirement.key), "operator": .string(name),
                "values": values.isEmpty ? nil : .array(values),
            ])
        }
    }

    private func binding(_ name: String, _ action: String) -> JSONValue {
        var resources: JSONValue = [:]
        if !namespaces.isEmpty {
            resources["namespaceSelector"] = [
                "matchExpressions": [
                    [
                        "key": "kubernetes.io/metadata.name", "operator": "In",
                        "values": .array(namespaces.map(JSONValue.string)),
                    ]
                ]
            ]
        }
        if !expressions.isEmpty { resources["objectSelector"] = ["matchExpressions": .array(expressions)] }
        return [
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": ["name": .string(name)],
            "spec": .members([
                "policyName": .string(name),
                "validationActions": [.string(action)],
                "matchResources": resources == [:] ? nil : resources,
            ]),
        ]
    }
}
