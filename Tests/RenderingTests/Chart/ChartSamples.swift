// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Rendering
import Testing

/// AppInstances that the chart can express, to be varied.
enum ChartSamples {
    /// An AppInstance as the chart writes it.
    static let instance: JSONValue = [
        "apiVersion": "kubecfg.dev/v1alpha1",
        "kind": "AppInstance",
        "metadata": ["name": "influxdb", "namespace": "db"],
        "spec": [
            "pause": false,
            "imagePullSecrets": [["name": "gar-docker-secret"]],
            "package": [
                "image": "us-docker.pkg.dev/influxdb2-artifacts/clustered/influxdb:20260421-2022186",
                "apiVersion": "influxdata.com/v1alpha1",
                "spec": [
                    "admin": [
                        "identityProvider": "keycloak",
                        "jwksEndpoint": "https://keycloak.example.com/realms/r/protocol/openid-connect/certs",
                        "users": [["id": "0123", "firstName": "Ada", "lastName": "L", "email": "ada@example.com"]],
                        "dsn": ["valueFrom": ["secretKeyRef": ["name": "catalog", "key": "dsn"]]],
                    ],
                    "catalog": ["dsn": ["valueFrom": ["secretKeyRef": ["name": "catalog", "key": "dsn"]]]],
                    "objectStore": ["bucket": "data", "s3": ["endpoint": "https://s3.example.com"]],
                    "ingesterStorage": ["storage": "2Gi"],
                    "monitoringStorage": ["storage": "1Gi"],
                    "ingress": ["hosts": ["influxdb.example.com"]],
                ],
            ],
        ],
    ]

    /// The release that the sample belongs to.
    static let release = ChartRelease(name: "rel", namespace: "ns")

    /// The sample with another value at a path, whose names stand between dots; `nil` takes the value away.
    static func with(_ path: String, _ value: JSONValue?) -> JSONValue {
        set(value, at: path.split(separator: ".").map(String.init)[...], in: instance)
    }

    /// The sample with another value below `spec.package.spec`.
    static func withPackage(_ path: String, _ value: JSONValue?) -> JSONValue {
        with("spec.package.spec." + path, value)
    }

    private static func set(_ value: JSONValue?, at path: ArraySlice<String>, in root: JSONValue) -> JSONValue {
        guard let name = path.first else { return root }
        var object = root.object ?? [:]
        object[name] = path.count == 1 ? value : set(value, at: path.dropFirst(), in: object[name] ?? [:])
        return .object(object)
    }

    /// Renders values as the chart does.
    static func render(_ values: JSONObject) throws -> JSONValue {
        try AppInstanceFromValues.render(HelmValues.fromFile(values), release: release).instance
    }
}
