// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The kinds that are read from protobuf; field numbers are those of the `generated.proto` files of `k8s.io/api` and
/// `k8s.io/apimachinery`.
enum ProtobufKinds {
    /// The message of a kind; `nil` when it is not known.
    static func message(apiVersion: String, kind: String) -> ProtobufMessage? {
        switch (apiVersion, kind) {
        case ("events.k8s.io/v1", "Event"): event
        case ("v1", "Event"): coreEvent
        default: kinds[kind]
        }
    }

    private static let kinds: [String: ProtobufMessage] = [
        "Namespace": .fields([
            1: metadata, 2: ("spec", .message(.fields([1: ("finalizers", .list(.string))]))),
            3: ("status", .message(.fields([1: ("phase", .string)]))),
        ]),
        "ConfigMap": .fields([
            1: metadata, 2: ("data", .strings), 3: ("binaryData", .datas), 4: ("immutable", .boolean),
        ]),
        "Secret": .fields([
            1: metadata, 2: ("data", .datas), 3: ("type", .string), 4: ("stringData", .strings),
            5: ("immutable", .boolean),
        ]),
        "ServiceAccount": .fields([
            1: metadata, 2: ("secrets", .list(.message(objectReference))),
            3: ("imagePullSecrets", .list(.message(.fields([1: ("name", .string)])))),
            4: ("automountServiceAccountToken", .boolean),
        ]),
        "Lease": .fields([1: metadata, 2: ("spec", .message(leaseSpec))]),
        "Role": .fields([1: metadata, 2: rules]),
        "ClusterRole": .fields([1: metadata, 2: rules, 3: ("aggregationRule", .message(aggregationRule))]),
        "RoleBinding": .fields([1: metadata, 2: subjects, 3: roleRef]),
        "ClusterRoleBinding": .fields([1: metadata, 2: subjects, 3: roleRef]),
        "Service": .fields([1: metadata, 2: ("spec", .message(serviceSpec))]),
        "Deployment": .fields([1: metadata, 2: ("spec", .message(deploymentSpec))]),
        "Job": .fields([1: metadata, 2: ("spec", .message(jobSpec))]),
        "SelfSubjectAccessReview": .fields([1: metadata, 2: ("spec", .message(accessReviewSpec))]),
        "SubjectAccessReview": .fields([1: metadata, 2: ("spec", .message(subjectReviewSpec))]),
        "LocalSubjectAccessReview": .fields([1: metadata, 2: ("spec", .message(subjectReviewSpec))]),
        "TokenReview": .fields([
            1: metadata, 2: ("spec", .message(.fields([1: ("token", .string), 2: ("audiences", .list(.string))]))),
        ]),
        "TokenRequest": .fields([1: metadata, 2: ("spec", .message(tokenRequestSpec))]),
        "SelfSubjectReview": .fields([1: metadata]),
        "SelfSubjectRulesReview": .fields([
            1: metadata, 2: ("spec", .message(.fields([1: ("namespace", .string)]))),
        ]),
        "DeleteOptions": .fields([
            1: ("gracePeriodSeconds", .integer), 2: ("preconditions", .message(preconditions)),
            3: ("orphanDependents", .boolean), 4: ("propagationPolicy", .string), 5: ("dryRun", .list(.string)),
        ]),
    ]

    // MARK: - Metadata

    private static let metadata: ProtobufMessage.Field = (
        "metadata",
        .message(
            .fields([
                1: ("name", .string), 2: ("generateName", .string), 3: ("namespace", .string), 4: ("selfLink", .string),
                5: ("uid", .string), 6: ("resourceVersion", .string), 7: ("generation", .count),
                8: ("creationTimestamp", .time), 9: ("deletionTimestamp", .time),
                10: ("deletionGracePeriodSeconds", .integer), 11: ("labels", .strings), 12: ("annotations", .strings),
                13: ("ownerReferences", .list(.message(ownerReference))), 14: ("finalizers", .list(.string)),
                17: ("managedFields", .list(.message(managedFieldsEntry))),
            ])
        )
    )

    private static let ownerReference = ProtobufMessage.fields([
        1: ("kind", .string), 3: ("name", .string), 4: ("uid", .string), 5: ("apiVersion", .string),
        6: ("controller", .boolean), 7: ("blockOwnerDeletion", .boolean),
    ])

    private static let managedFieldsEntry = ProtobufMessage.fields([
        1: ("manager", .string), 2: ("operation", .string), 3: ("apiVersion", .string), 4: ("time", .time),
        6: ("fieldsType", .string), 7: ("fieldsV1", .raw), 8: ("subresource", .string),
    ])

    private static let preconditions = ProtobufMessage.fields([1: ("uid", .string), 2: ("resourceVersion", .string)])

    private static let objectReference = ProtobufMessage.fields([
        1: ("kind", .string), 2: ("namespace", .string), 3: ("name", .string), 4: ("uid", .string),
        5: ("apiVersion", .string), 6: ("resourceVersion", .string), 7: ("fieldPath", .string),
    ])

    private static let labelSelector = ProtobufMessage.fields([
        1: ("matchLabels", .strings),
        2: (
            "matchExpressions",
            .list(.message(.fields([1: ("key", .string), 2: ("operator", .string), 3: ("values", .list(.string))])))
        ),
    ])

    // MARK: - Leases and events

    private static let leaseSpec = ProtobufMessage.fields([
        1: ("holderIdentity", .string), 2: ("leaseDurationSeconds", .integer), 3: ("acquireTime", .microTime),
        4: ("renewTime", .microTime), 5: ("leaseTransitions", .integer), 6: ("strategy", .string),
        7: ("preferredHolder", .string),
    ])

    private static let eventSource = ProtobufMessage.fields([1: ("component", .string), 2: ("host", .string)])

    private static let eventSeries = ProtobufMessage.fields([1: ("count", .count), 2: ("lastObservedTime", .microTime)])

    private static let coreEvent = ProtobufMessage.fields([
        1: metadata, 2: ("involvedObject", .message(objectReference)), 3: ("reason", .string), 4: ("message", .string),
        5: ("source", .message(eventSource)), 6: ("firstTimestamp", .time), 7: ("lastTimestamp", .time),
        8: ("count", .count), 9: ("type", .string), 10: ("eventTime", .microTime),
        11: ("series", .message(eventSeries)), 12: ("action", .string), 13: ("related", .message(objectReference)),
        14: ("reportingComponent", .string), 15: ("reportingInstance", .string),
    ])

    private static let event = ProtobufMessage.fields([
        1: metadata, 2: ("eventTime", .microTime), 3: ("series", .message(eventSeries)),
        4: ("reportingController", .string), 5: ("reportingInstance", .string), 6: ("action", .string),
        7: ("reason", .string), 8: ("regarding", .message(objectReference)), 9: ("related", .message(objectReference)),
        10: ("note", .string), 11: ("type", .string), 12: ("deprecatedSource", .message(eventSource)),
        13: ("deprecatedFirstTimestamp", .time), 14: ("deprecatedLastTimestamp", .time),
        15: ("deprecatedCount", .count),
    ])

    // MARK: - Access

    private static let rules: ProtobufMessage.Field = (
        "rules",
        .list(
            .message(
                .fields([
                    1: ("verbs", .list(.string)), 2: ("apiGroups", .list(.string)), 3: ("resources", .list(.string)),
                    4: ("resourceNames", .list(.string)), 5: ("nonResourceURLs", .list(.string)),
                ])
            )
        )
    )

    private static let subjects: ProtobufMessage.Field = (
        "subjects",
        .list(
            .message(
                .fields([
                    1: ("kind", .string), 2: ("apiGroup", .string), 3: ("name", .string), 4: ("namespace", .string),
                ])
            )
        )
    )

    private static let roleRef: ProtobufMessage.Field = (
        "roleRef", .message(.fields([1: ("apiGroup", .string), 2: ("kind", .string), 3: ("name", .string)]))
    )

    private static let aggregationRule = ProtobufMessage.fields([
        1: ("clusterRoleSelectors", .list(.message(labelSelector)))
    ])

    private static let resourceAttributes: ProtobufMessage.Field = (
        "resourceAttributes",
        .message(
            .fields([
                1: ("namespace", .string), 2: ("verb", .string), 3: ("group", .string), 4: ("version", .string),
                5: ("resource", .string), 6: ("subresource", .string), 7: ("name", .string),
            ])
        )
    )

    private static let nonResourceAttributes: ProtobufMessage.Field = (
        "nonResourceAttributes", .message(.fields([1: ("path", .string), 2: ("verb", .string)]))
    )

    private static let accessReviewSpec = ProtobufMessage.fields([1: resourceAttributes, 2: nonResourceAttributes])

    private static let subjectReviewSpec = ProtobufMessage.fields([
        1: resourceAttributes, 2: nonResourceAttributes, 3: ("user", .string), 4: ("groups", .list(.string)),
        6: ("uid", .string),
    ])

    private static let tokenRequestSpec = ProtobufMessage.fields([
        1: ("audiences", .list(.string)),
        3: (
            "boundObjectRef",
            .message(
                .fields([1: ("kind", .string), 2: ("apiVersion", .string), 3: ("name", .string), 4: ("uid", .string)])
            )
        ),
        4: ("expirationSeconds", .integer),
    ])

    // MARK: - Services and workloads

    private static let serviceSpec = ProtobufMessage.fields([
        1: (
            "ports",
            .list(
                .message(
                    .fields([
                        1: ("name", .string), 2: ("protocol", .string), 3: ("port", .count),
                        4: ("targetPort", .integerOrString), 5: ("nodePort", .count), 6: ("appProtocol", .string),
                    ])
                )
            )
        ),
        2: ("selector", .strings), 3: ("clusterIP", .string), 4: ("type", .string), 5: ("externalIPs", .list(.string)),
        7: ("sessionAffinity", .string), 10: ("externalName", .string), 13: ("publishNotReadyAddresses", .flag),
        18: ("clusterIPs", .list(.string)),
    ])

    /// What `kubectl create deployment` and `create job` put into a pod; the rest of it is refused.
    private static let podTemplate = ProtobufMessage.fields([
        1: metadata,
        2: (
            "spec",
            .message(
                .fields([
                    2: ("containers", .list(.message(container))), 3: ("restartPolicy", .string),
                    4: ("terminationGracePeriodSeconds", .integer), 6: ("dnsPolicy", .string),
                    7: ("nodeSelector", .strings), 8: ("serviceAccountName", .string), 9: ("serviceAccount", .string),
                    10: ("nodeName", .string), 11: ("hostNetwork", .flag), 12: ("hostPID", .flag),
                    13: ("hostIPC", .flag),
                ])
            )
        ),
    ])

    private static let container = ProtobufMessage.fields([
        1: ("name", .string), 2: ("image", .string), 3: ("command", .list(.string)), 4: ("args", .list(.string)),
        5: ("workingDir", .string),
        6: (
            "ports",
            .list(
                .message(
                    .fields([
                        1: ("name", .string), 2: ("hostPort", .count), 3: ("containerPort", .count),
                        4: ("protocol", .string), 5: ("hostIP", .string),
                    ])
                )
            )
        ),
        7: ("env", .list(.message(.fields([1: ("name", .string), 2: ("value", .string)])))),
        14: ("imagePullPolicy", .string), 16: ("stdin", .flag), 17: ("stdinOnce", .flag), 18: ("tty", .flag),
    ])

    private static let deploymentSpec = ProtobufMessage.fields([
        1: ("replicas", .integer), 2: ("selector", .message(labelSelector)), 3: ("template", .message(podTemplate)),
        4: ("strategy", .message(.fields([1: ("type", .string)]))), 5: ("minReadySeconds", .count),
        6: ("revisionHistoryLimit", .integer), 7: ("paused", .flag), 9: ("progressDeadlineSeconds", .integer),
    ])

    private static let jobSpec = ProtobufMessage.fields([
        1: ("parallelism", .integer), 2: ("completions", .integer), 3: ("activeDeadlineSeconds", .integer),
        4: ("selector", .message(labelSelector)), 5: ("manualSelector", .boolean),
        6: ("template", .message(podTemplate)), 7: ("backoffLimit", .integer),
        8: ("ttlSecondsAfterFinished", .integer), 9: ("completionMode", .string), 10: ("suspend", .boolean),
    ])
}
