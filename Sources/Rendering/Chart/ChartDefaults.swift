// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// What the chart influxdb3-clustered (0.1.25) says when the user's files are silent.
public enum ChartDefaults {
    /// The chart's application version, the tag of the package's image when `image.tag` is empty.
    public static let appVersion = "20260421-2022186"
    /// The package's image repository when `fullnameOverride` is empty.
    public static let imageRepository = "us-docker.pkg.dev/influxdb2-artifacts/clustered/influxdb"

    /// The chart's own values.
    ///
    /// `kubit`, `skipOperator` and what begins with `operator` have no place in the AppInstance.
    public static let values: JSONObject = [
        "admin": [
            "users": [["id": "", "firstName": "", "lastName": "", "email": ""]],
            "dsn": ["valueFrom": ["secretKeyRef": ["name": "", "key": ""]]],
            "identityProvider": "",
            "jwksEndpoint": "",
        ],
        "catalog": ["dsn": ["SecretName": "", "SecretKey": ""]],
        "components": .object(
            JSONObject(
                ["router", "ingester", "querier", "compactor", "common"].map {
                    ($0, ["log": .null, "template": .null])
                }
            )
        ),
        "egress": ["customCertificates": ["valueFrom": ["configMapKeyRef": ["name": "", "key": ""]]]],
        "featureFlags": [],
        "fullnameOverride": "",
        "hostingEnvironment": [:],
        "image": ["tag": ""],
        "imagePullSecrets": [["name": "gar-docker-secret"]],
        "images": ["overrides": [], "registryOverride": .null],
        "ingesterStorage": ["storage": "2Gi", "storageClassName": .null],
        "ingress": ["hosts": [""], "template": .null],
        "kubit": [:],
        "kubitSingleNamespace": false,
        "monitoringStorage": ["storage": "1Gi", "storageClassName": .null],
        "nameOverride": "",
        "namespaceOverride": "",
        "objectStore": ["bucket": ""],
        "observability": [:],
        "operatorImageOverride": "",
        "operatorImageVersion": "v0.0.22",
        "pause": false,
        "resources": .object(
            JSONObject(
                ["ingester", "compactor", "querier", "router", "catalog"].map {
                    ($0, ["requests": .null, "limits": .null])
                }
            )
        ),
        "skipOperator": false,
        "useCustomEgress": false,
    ]
}
