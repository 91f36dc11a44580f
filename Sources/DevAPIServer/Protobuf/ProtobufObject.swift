// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Objects in the protobuf form of Kubernetes (`application/vnd.kubernetes.protobuf`).
///
/// `kubectl create namespace`, `create configmap` and their like send nothing else, whatever the server says it takes,
/// so the kinds that they make are read here. Field numbers are those of the `generated.proto` files of
/// `k8s.io/api` and `k8s.io/apimachinery`. Nothing is ever written in this form: every client takes JSON as well.
enum ProtobufObject {
    /// The media type.
    static let mediaType = "application/vnd.kubernetes.protobuf"

    /// The first four bytes of every such body (`k8s.io/apimachinery/pkg/runtime/serializer/protobuf`).
    private static let prefix: [UInt8] = [0x6B, 0x38, 0x73, 0x00]

    /// Reads an object.
    ///
    /// - Returns: The object; `nil` when its kind is not one of those that are understood.
    /// - Throws: `ProtobufReader.Malformed` when the bytes are no object.
    static func json(_ body: [UInt8]) throws(ProtobufReader.Malformed) -> JSONValue? {
        guard body.starts(with: prefix) else { throw ProtobufReader.Malformed() }
        // runtime.Unknown: 1 the type, 2 the object itself.
        var reader = ProtobufReader(body.dropFirst(prefix.count))
        var type: JSONObject = [:]
        var raw: ArraySlice<UInt8> = []
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let bytes)): type = try typeMeta.json(bytes)
            case (2, .bytes(let bytes)): raw = bytes
            default: break
            }
        }
        guard let kind = type["kind"]?.string, let message = kinds[kind] else { return nil }
        var object = try message.json(raw)
        object["apiVersion"] = type["apiVersion"]
        object["kind"] = type["kind"]
        return .object(object)
    }

    private static let typeMeta = ProtobufMessage.fields([1: ("apiVersion", .string), 2: ("kind", .string)])

    private static let kinds: [String: ProtobufMessage] = [
        "Namespace": .fields([1: metadata, 2: ("spec", .message(.fields([1: ("finalizers", .list(.string))])))]),
        "ConfigMap": .fields([
            1: metadata, 2: ("data", .strings), 3: ("binaryData", .datas), 4: ("immutable", .boolean),
        ]),
        "Secret": .fields([
            1: metadata, 2: ("data", .datas), 3: ("type", .string), 4: ("stringData", .strings),
            5: ("immutable", .boolean),
        ]),
        "ServiceAccount": .fields([
            1: metadata, 3: ("imagePullSecrets", .list(.message(.fields([1: ("name", .string)])))),
            4: ("automountServiceAccountToken", .boolean),
        ]),
        "Role": .fields([1: metadata, 2: rules]),
        "ClusterRole": .fields([1: metadata, 2: rules]),
        "RoleBinding": .fields([1: metadata, 2: subjects, 3: roleRef]),
        "ClusterRoleBinding": .fields([1: metadata, 2: subjects, 3: roleRef]),
        "Service": .fields([1: metadata, 2: ("spec", .message(serviceSpec))]),
        "SelfSubjectAccessReview": .fields([1: metadata, 2: ("spec", .message(accessReviewSpec))]),
        "SelfSubjectReview": .fields([1: metadata]),
        "SelfSubjectRulesReview": .fields([
            1: metadata, 2: ("spec", .message(.fields([1: ("namespace", .string)]))),
        ]),
        "DeleteOptions": .fields([
            1: ("gracePeriodSeconds", .integer), 2: ("preconditions", .message(preconditions)),
            3: ("orphanDependents", .boolean), 4: ("propagationPolicy", .string), 5: ("dryRun", .list(.string)),
        ]),
    ]

    private static let metadata: ProtobufMessage.Field = (
        "metadata",
        .message(
            .fields([
                1: ("name", .string), 2: ("generateName", .string), 3: ("namespace", .string), 5: ("uid", .string),
                6: ("resourceVersion", .string), 11: ("labels", .strings), 12: ("annotations", .strings),
                13: ("ownerReferences", .list(.message(ownerReference))), 14: ("finalizers", .list(.string)),
            ])
        )
    )

    private static let ownerReference = ProtobufMessage.fields([
        1: ("kind", .string), 3: ("name", .string), 4: ("uid", .string), 5: ("apiVersion", .string),
        6: ("controller", .boolean), 7: ("blockOwnerDeletion", .boolean),
    ])

    private static let preconditions = ProtobufMessage.fields([1: ("uid", .string), 2: ("resourceVersion", .string)])

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

    private static let serviceSpec = ProtobufMessage.fields([
        1: (
            "ports",
            .list(
                .message(
                    .fields([
                        1: ("name", .string), 2: ("protocol", .string), 3: ("port", .integer),
                        4: ("targetPort", .integerOrString),
                    ])
                )
            )
        ),
        2: ("selector", .strings), 3: ("clusterIP", .string), 4: ("type", .string), 10: ("externalName", .string),
    ])

    private static let accessReviewSpec = ProtobufMessage.fields([
        1: (
            "resourceAttributes",
            .message(
                .fields([
                    1: ("namespace", .string), 2: ("verb", .string), 3: ("group", .string), 4: ("version", .string),
                    5: ("resource", .string), 6: ("subresource", .string), 7: ("name", .string),
                ])
            )
        ),
        2: ("nonResourceAttributes", .message(.fields([1: ("path", .string), 2: ("verb", .string)]))),
    ])
}
