// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension BuiltInResources {
    /// Rules about pods that nothing enforces here: disruption budgets and network policies, as stored objects.
    static let policies: [ResourceDefinition] = [networkPolicies, podDisruptionBudgets]

    private static let ports: StructuralSchema = .list(
        of: .goStruct(
            "NetworkPolicyPort",
            "A port, or a range of them.",
            [
                "endPort": .whole("The end of the range."),
                "port": .intOrString("Number or name; none means all."),
                "protocol": .text("TCP, UDP or SCTP.", fallback: "TCP"),
            ]
        ),
        "Ports; none means all."
    )

    private static func peers(_ description: String) -> StructuralSchema {
        .list(
            of: .goStruct(
                "NetworkPolicyPeer",
                "Pods, or a block of addresses.",
                [
                    "ipBlock": .goStruct(
                        "IPBlock",
                        "A block of addresses.",
                        required: ["cidr"],
                        [
                            "cidr": .text("The block, as in 192.168.0.0/16."),
                            "except": .list(of: .text(""), "Blocks in it that do not belong."),
                        ]
                    ),
                    "namespaceSelector": labelSelector,
                    "podSelector": labelSelector,
                ]
            ),
            description
        )
    }

    private static let networkPolicies = define(
        "NetworkPolicy",
        "networkpolicies",
        group: "networking.k8s.io",
        shortNames: ["netpol"],
        "NetworkPolicy says what traffic pods may have.",
        [
            "spec": .goStruct(
                "NetworkPolicySpec",
                "The rules.",
                [
                    "egress": .list(
                        of: .goStruct(
                            "NetworkPolicyEgressRule",
                            "Traffic that may leave.",
                            ["ports": ports, "to": peers("Where it may go.")]
                        ),
                        "What may leave."
                    ),
                    "ingress": .list(
                        of: .goStruct(
                            "NetworkPolicyIngressRule",
                            "Traffic that may enter.",
                            ["from": peers("Where it may come from."), "ports": ports]
                        ),
                        "What may enter."
                    ),
                    "podSelector": labelSelector,
                    "policyTypes": .list(of: .text(""), "Ingress, Egress or both."),
                ]
            )
        ]
    )

    private static let podDisruptionBudgets = define(
        "PodDisruptionBudget",
        "poddisruptionbudgets",
        group: "policy",
        shortNames: ["pdb"],
        hasStatus: true,
        "PodDisruptionBudget limits how many pods may be evicted at a time.",
        [
            "spec": .goStruct(
                "PodDisruptionBudgetSpec",
                "The limit.",
                [
                    "maxUnavailable": .intOrString("Pods that may be missing."),
                    "minAvailable": .intOrString("Pods that must remain."),
                    "selector": labelSelector,
                    "unhealthyPodEvictionPolicy": .text("Whether pods that are not ready may always be evicted."),
                ]
            ),
            "status": .goStruct(
                "PodDisruptionBudgetStatus",
                "What is allowed now.",
                [
                    "conditions": conditions("Condition", ["observedGeneration": .whole("", format: "int64")]),
                    "currentHealthy": .whole("Pods that are healthy."),
                    "desiredHealthy": .whole("Pods that must be healthy."),
                    "disruptedPods": .goAnything("Pods that are being evicted."),
                    "disruptionsAllowed": .whole("Evictions that are allowed."),
                    "expectedPods": .whole("Pods that count."),
                    "observedGeneration": .whole("The generation that this speaks of.", format: "int64"),
                ]
            ),
        ]
    )
}
