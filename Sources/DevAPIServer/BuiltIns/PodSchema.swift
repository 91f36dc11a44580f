// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What pods look like: names and lists in full, the depths of volumes, probes and affinity not at all.
enum PodSchema {
    /// `PodTemplateSpec`.
    static let template: StructuralSchema = .goStruct(
        "PodTemplateSpec",
        "What pods are made from.",
        ["metadata": .objectMeta.changed { $0.isAlwaysPresent = true }, "spec": spec]
    ) { $0.isAlwaysPresent = true }

    /// `PodSpec`.
    static let spec: StructuralSchema = .goStruct(
        "PodSpec",
        "What should run in the pod.",
        required: ["containers"],
        [
            "activeDeadlineSeconds": .whole("Seconds until the pod is ended.", format: "int64"),
            "affinity": .goAnything("Where the pod may run."),
            "automountServiceAccountToken": .flag("Whether a token is mounted."),
            "containers": containers("The containers.").changed { attributes in
                attributes.isAlwaysPresent = true
                attributes.minItems = 1
            },
            "dnsConfig": .goAnything("DNS settings."),
            "dnsPolicy": .text("DNS policy.", fallback: "ClusterFirst"),
            "enableServiceLinks": .flag("Whether services show in the environment."),
            "ephemeralContainers": containers("Containers for debugging."),
            "hostAliases": .list(
                of: .goStruct(
                    "HostAlias",
                    "An entry of the hosts file.",
                    ["hostnames": .list(of: .text(""), "Names."), "ip": .text("Address.")]
                ),
                "Entries of the hosts file.",
                keys: ["ip"]
            ),
            "hostIPC": .flag("Whether the host's IPC namespace is used."),
            "hostNetwork": .flag("Whether the host's network is used."),
            "hostPID": .flag("Whether the host's PID namespace is used."),
            "hostUsers": .flag("Whether the host's user namespace is used."),
            "hostname": .text("Host name of the pod."),
            "imagePullSecrets": BuiltInResources.localReferences("Secrets for pulling images."),
            "initContainers": containers("Containers that run first."),
            "nodeName": .text("The node."),
            "nodeSelector": .map(of: .text(""), "Labels of the node.", isAtomic: true),
            "os": .goAnything("The operating system."),
            "overhead": quantities("Overhead of the runtime."),
            "preemptionPolicy": .text("PreemptLowerPriority or Never."),
            "priority": .whole("Priority."),
            "priorityClassName": .text("Class of priority."),
            "readinessGates": .list(of: .goAnything("A condition."), "Conditions of readiness."),
            "resourceClaims": .list(of: .goAnything("A claim."), "Claims of devices.", keys: ["name"]),
            "resources": resources,
            "restartPolicy": .text("Always, OnFailure or Never.", fallback: "Always"),
            "runtimeClassName": .text("Class of the runtime."),
            "schedulerName": .text("The scheduler.", fallback: "default-scheduler"),
            "schedulingGates": .list(of: .goAnything("A gate."), "What holds scheduling back.", keys: ["name"]),
            "securityContext": .goAnything("Security settings.").changed { $0.defaultValue = [:] },
            "serviceAccount": .text("Deprecated; use serviceAccountName."),
            "serviceAccountName": .text("The service account."),
            "setHostnameAsFQDN": .flag("Whether the host name is fully qualified."),
            "shareProcessNamespace": .flag("Whether containers see each other's processes."),
            "subdomain": .text("Subdomain of the pod."),
            "terminationGracePeriodSeconds": .whole("Seconds to end in.", format: "int64", fallback: 30),
            "tolerations": .list(of: .goAnything("A toleration."), "Taints that are tolerated."),
            "topologySpreadConstraints": .list(
                of: .goAnything("A constraint."),
                "How pods are spread.",
                keys: ["topologyKey", "whenUnsatisfiable"],
                mergeKey: "topologyKey"
            ),
            "volumes": .list(
                of: .goStruct("Volume", "A volume.", required: ["name"], ["name": .text("Its name.")]) {
                    $0.preservesUnknownFields = true
                },
                "The volumes.",
                keys: ["name"],
                strategy: "merge,retainKeys"
            ),
        ]
    ) { $0.isAlwaysPresent = true }

    private static func quantities(_ description: String) -> StructuralSchema {
        .map(of: .intOrString(""), description)
    }

    private static let resources: StructuralSchema = .goStruct(
        "ResourceRequirements",
        "Compute resources.",
        [
            "claims": .list(of: .goAnything("A claim."), "Claims of devices.", keys: ["name"]),
            "limits": quantities("The most that may be used."),
            "requests": quantities("The least that is needed."),
        ]
    ) { $0.isAlwaysPresent = true }

    private static let ports: StructuralSchema = .list(
        of: .goStruct(
            "ContainerPort",
            "A port.",
            required: ["containerPort"],
            [
                "containerPort": .whole("The port."),
                "hostIP": .text("Address of the host."),
                "hostPort": .whole("Port of the host."),
                "name": .text("Name of the port."),
                "protocol": .text("TCP, UDP or SCTP.", oneOf: ["TCP", "UDP", "SCTP"], fallback: "TCP"),
            ]
        ),
        "The ports.",
        keys: ["containerPort", "protocol"]
    )

    private static let environment: StructuralSchema = .list(
        of: .goStruct(
            "EnvVar",
            "A variable.",
            required: ["name"],
            [
                "name": .text("Its name."),
                "value": .text("Its value."),
                "valueFrom": .goAnything("Where the value comes from."),
            ]
        ),
        "The environment.",
        keys: ["name"]
    )

    private static let mounts: StructuralSchema = .list(
        of: .goStruct(
            "VolumeMount",
            "A mount.",
            required: ["name", "mountPath"],
            [
                "mountPath": .text("Where it is mounted."),
                "mountPropagation": .text("How mounts spread."),
                "name": .text("The volume."),
                "readOnly": .flag("Whether it cannot be written."),
                "recursiveReadOnly": .text("Whether mounts below cannot be written either."),
                "subPath": .text("A path inside the volume."),
                "subPathExpr": .text("A path inside the volume, with variables."),
            ]
        ),
        "The mounts.",
        keys: ["mountPath"]
    )

    private static func containers(_ description: String) -> StructuralSchema {
        .list(of: container, description, keys: ["name"])
    }

    private static let container: StructuralSchema = .goStruct(
        "Container",
        "A container.",
        required: ["name"],
        [
            "args": .list(of: .text(""), "Arguments."),
            "command": .list(of: .text(""), "Command."),
            "env": environment,
            "envFrom": .list(of: .goAnything("A source."), "Sources of the environment."),
            "image": .text("The image."),
            "imagePullPolicy": .text(
                "When the image is pulled.",
                oneOf: ["Always", "IfNotPresent", "Never"],
                fallback: "IfNotPresent"
            ),
            "lifecycle": .goAnything("Hooks."),
            "livenessProbe": .goAnything("Whether it lives."),
            "name": .text("Its name."),
            "ports": ports,
            "readinessProbe": .goAnything("Whether it is ready."),
            "resizePolicy": .list(of: .goAnything("A policy."), "How it is resized."),
            "resources": resources,
            "restartPolicy": .text("Restart policy of an init container."),
            "restartPolicyRules": .list(of: .goAnything("A rule."), "Rules of restarts."),
            "securityContext": .goAnything("Security settings."),
            "startupProbe": .goAnything("Whether it started."),
            "stdin": .flag("Whether it has a standard input."),
            "stdinOnce": .flag("Whether the standard input is closed after the first client."),
            "targetContainerName": .text("The container that an ephemeral one looks at."),
            "terminationMessagePath": .text("File of the last message.", fallback: "/dev/termination-log"),
            "terminationMessagePolicy": .text("Where the last message comes from.", fallback: "File"),
            "tty": .flag("Whether it has a terminal."),
            "volumeDevices": .list(of: .goAnything("A device."), "Block devices.", keys: ["devicePath"]),
            "volumeMounts": mounts,
            "workingDir": .text("Working directory."),
        ]
    )
}
