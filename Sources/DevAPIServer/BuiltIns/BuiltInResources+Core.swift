// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension BuiltInResources {
    /// The kinds of the core group but Event and Pod.
    static let core: [ResourceDefinition] = [
        namespaces, configMaps, secrets, serviceAccounts, services,
    ]

    private static let namespaces = define(
        "Namespace",
        "namespaces",
        isNamespaced: false,
        shortNames: ["ns"],
        hasStatus: true,
        selectableFields: ["status.phase"],
        "Namespace provides a scope for names.",
        [
            "spec": .goStruct(
                "NamespaceSpec",
                "Behaviour of the namespace.",
                ["finalizers": .list(of: .text(""), "What must be done before the namespace is removed.")]
            ) { $0.isAlwaysPresent = true },
            "status": .goStruct(
                "NamespaceStatus",
                "State of the namespace.",
                [
                    "phase": .text("Active or Terminating.", oneOf: ["Active", "Terminating"]),
                    "conditions": conditions("NamespaceCondition"),
                ]
            ) { $0.isAlwaysPresent = true },
        ]
    )

    private static let configMaps = define(
        "ConfigMap",
        "configmaps",
        shortNames: ["cm"],
        "ConfigMap holds configuration data for pods to consume.",
        [
            "data": .map(of: .text(""), "Text by key."),
            "binaryData": .map(of: .base64(""), "Bytes by key, in base64."),
            "immutable": .flag("Whether the data can no longer be changed."),
        ]
    )

    private static let secrets = define(
        "Secret",
        "secrets",
        selectableFields: ["type"],
        "Secret holds secret data of a certain type.",
        [
            "data": .map(of: .base64(""), "Bytes by key, in base64."),
            "stringData": .map(of: .text(""), "Text by key; written into data and never read back."),
            "immutable": .flag("Whether the data can no longer be changed."),
            "type": .text("What the data is for.", fallback: "Opaque"),
        ]
    )

    private static let serviceAccounts = define(
        "ServiceAccount",
        "serviceaccounts",
        shortNames: ["sa"],
        "ServiceAccount is an identity for processes in pods.",
        [
            "automountServiceAccountToken": .flag("Whether pods get a token mounted."),
            "imagePullSecrets": localReferences("Secrets for pulling images.").changed { attributes in
                attributes.listType = .atomic
                attributes.listMapKeys = []
                attributes.patchStrategy = nil
                attributes.patchMergeKey = nil
            },
            "secrets": .list(of: objectReference("A secret."), "Secrets that pods may use.", keys: ["name"]),
        ]
    )

    private static let servicePorts: StructuralSchema = .list(
        of: .goStruct(
            "ServicePort",
            "A port.",
            required: ["port"],
            [
                "name": .text("Name of the port."),
                "protocol": .text("TCP, UDP or SCTP.", oneOf: ["TCP", "UDP", "SCTP"], fallback: "TCP"),
                "appProtocol": .text("The application protocol."),
                "port": .whole("The port of the service."),
                "targetPort": .intOrString("The port of the pods."),
                "nodePort": .whole("The port of each node."),
            ]
        ),
        "The ports.",
        keys: ["port", "protocol"]
    )

    private static let services = define(
        "Service",
        "services",
        shortNames: ["svc"],
        categories: ["all"],
        hasStatus: true,
        selectableFields: ["spec.clusterIP", "spec.type"],
        "Service names a set of pods and how to reach them.",
        [
            "spec": .goStruct(
                "ServiceSpec",
                "Behaviour of the service.",
                [
                    "allocateLoadBalancerNodePorts": .flag("Whether load balancers get node ports."),
                    "clusterIP": .text("Address of the service, None for headless."),
                    "clusterIPs": .list(of: .text(""), "Addresses of the service."),
                    "externalIPs": .list(of: .text(""), "Further addresses."),
                    "externalName": .text("The DNS name of an ExternalName service."),
                    "externalTrafficPolicy": .text("Cluster or Local."),
                    "healthCheckNodePort": .whole("Port for health checks."),
                    "internalTrafficPolicy": .text("Cluster or Local."),
                    "ipFamilies": .list(of: .text(""), "IPv4, IPv6."),
                    "ipFamilyPolicy": .text("SingleStack, PreferDualStack or RequireDualStack."),
                    "loadBalancerClass": .text("The class of load balancer."),
                    "loadBalancerIP": .text("Deprecated."),
                    "loadBalancerSourceRanges": .list(of: .text(""), "Who may reach the load balancer."),
                    "ports": servicePorts,
                    "publishNotReadyAddresses": .flag("Whether pods that are not ready are listed."),
                    "selector": .map(of: .text(""), "Labels of the pods.", isAtomic: true),
                    "sessionAffinity": .text("ClientIP or None.", fallback: "None"),
                    "sessionAffinityConfig": .goAnything("Settings of the affinity."),
                    "trafficDistribution": .text("A preference for where traffic goes."),
                    "type": .text(
                        "How the service is reached.",
                        oneOf: ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"],
                        fallback: "ClusterIP"
                    ),
                ]
            ) { $0.isAlwaysPresent = true },
            "status": .goStruct(
                "ServiceStatus",
                "State of the service.",
                [
                    "loadBalancer": .goAnything("State of the load balancer."),
                    "conditions": conditions("Condition", ["observedGeneration": .whole("", format: "int64")]),
                ]
            ) { $0.isAlwaysPresent = true },
        ]
    )
}
