// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension BuiltInResources {
    /// Pods, Deployments and Jobs, as stored objects that nothing runs.
    static let workloads: [ResourceDefinition] = [pods, deployments, jobs]

    private static let pods = define(
        "Pod",
        "pods",
        shortNames: ["po"],
        categories: ["all"],
        hasStatus: true,
        selectableFields: [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase",
            "status.podIP", "status.nominatedNodeName",
        ],
        "Pod is a set of containers that run together on a node.",
        [
            "spec": PodSchema.spec,
            "status": .goStruct(
                "PodStatus",
                "State of the pod.",
                [
                    "phase": .text("Pending, Running, Succeeded, Failed or Unknown."),
                    "conditions": conditions(
                        "PodCondition",
                        ["lastProbeTime": .time(""), "observedGeneration": .whole("", format: "int64")]
                    ),
                ]
            ) { attributes in
                attributes.preservesUnknownFields = true
                attributes.isAlwaysPresent = true
            },
        ]
    )

    private static let deployments = define(
        "Deployment",
        "deployments",
        group: "apps",
        shortNames: ["deploy"],
        categories: ["all"],
        hasStatus: true,
        "Deployment keeps a number of equal pods running.",
        [
            "spec": .goStruct(
                "DeploymentSpec",
                "What should run.",
                required: ["selector", "template"],
                [
                    "minReadySeconds": .whole("Seconds until a new pod counts as available."),
                    "paused": .flag("Whether changes are held back."),
                    "progressDeadlineSeconds": .whole("Seconds until a roll-out counts as failed.", fallback: 600),
                    "replicas": .whole("Number of pods.", fallback: 1),
                    "revisionHistoryLimit": .whole("Number of old versions to keep.", fallback: 10),
                    "selector": labelSelector,
                    "strategy": deploymentStrategy,
                    "template": PodSchema.template,
                ]
            ) { $0.isAlwaysPresent = true },
            "status": .goStruct(
                "DeploymentStatus",
                "What runs.",
                [
                    "availableReplicas": .whole("Pods that are available."),
                    "collisionCount": .whole("Hash collisions."),
                    "conditions": conditions("DeploymentCondition", ["lastUpdateTime": .time("")]),
                    "observedGeneration": .whole("The generation that this speaks of.", format: "int64"),
                    "readyReplicas": .whole("Pods that are ready."),
                    "replicas": .whole("Pods that exist."),
                    "terminatingReplicas": .whole("Pods that are being deleted."),
                    "unavailableReplicas": .whole("Pods that are missing."),
                    "updatedReplicas": .whole("Pods of the current template."),
                ]
            ) { $0.isAlwaysPresent = true },
        ]
    )

    private static let deploymentStrategy: StructuralSchema = .goStruct(
        "DeploymentStrategy",
        "How pods are replaced.",
        [
            "rollingUpdate": .goStruct(
                "RollingUpdateDeployment",
                "Bounds of a rolling update.",
                [
                    "maxSurge": .intOrString("Pods above the number."),
                    "maxUnavailable": .intOrString("Pods below the number."),
                ]
            ),
            "type": .text("Recreate or RollingUpdate.", fallback: "RollingUpdate"),
        ]
    ) { attributes in
        attributes.patchStrategy = "retainKeys"
        attributes.isAlwaysPresent = true
        attributes.defaultValue = [
            "type": "RollingUpdate", "rollingUpdate": ["maxSurge": "25%", "maxUnavailable": "25%"],
        ]
    }

    private static let jobs = define(
        "Job",
        "jobs",
        group: "batch",
        categories: ["all"],
        hasStatus: true,
        selectableFields: ["status.successful"],
        "Job runs pods until they complete.",
        [
            "spec": .goStruct(
                "JobSpec",
                "What should run.",
                required: ["template"],
                [
                    "activeDeadlineSeconds": .whole("Seconds until it is ended.", format: "int64"),
                    "backoffLimit": .whole("Number of retries.", fallback: 6),
                    "completionMode": .text("NonIndexed or Indexed.", fallback: "NonIndexed"),
                    "completions": .whole("Number of pods that must succeed."),
                    "manualSelector": .flag("Whether the selector is given."),
                    "parallelism": .whole("Number of pods at once.", fallback: 1),
                    "podReplacementPolicy": .text("When failed pods are replaced."),
                    "selector": labelSelector,
                    "suspend": .flag("Whether no pod is made."),
                    "template": PodSchema.template,
                    "ttlSecondsAfterFinished": .whole("Seconds until it is removed."),
                ]
            ) { attributes in
                attributes.preservesUnknownFields = true
                attributes.isAlwaysPresent = true
            },
            "status": .goStruct(
                "JobStatus",
                "What ran.",
                [
                    "active": .whole("Pods that run."),
                    "completionTime": .time("When it completed."),
                    "conditions": conditions("JobCondition", ["lastProbeTime": .time("")]).changed {
                        $0.listType = .atomic
                        $0.listMapKeys = []
                    },
                    "failed": .whole("Pods that failed."),
                    "startTime": .time("When it started."),
                    "succeeded": .whole("Pods that succeeded."),
                ]
            ) { attributes in
                attributes.preservesUnknownFields = true
                attributes.isAlwaysPresent = true
            },
        ]
    )
}
