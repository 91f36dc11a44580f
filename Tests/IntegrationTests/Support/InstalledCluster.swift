// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore

/// The objects that a refresh of the admin token is about, as an installation of InfluxDB Clustered has them.
enum InstalledCluster {
    /// What the Secrets hold; must never be printed.
    static let secret = "c2VjcmV0LXRva2Vu"

    /// A namespace with an AppInstance, its Secrets, Jobs and pods.
    static var objects: [JSONValue] {
        [
            CustomResourceDefinitions.appInstance,
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "influxdb"]],
            appInstance(paused: false),
            Self.object("v1", "Secret", "rsa-keys", ["data": ["private.pem": .string(secret)]]),
            Self.object("v1", "Secret", "admin-token", ["data": ["token": .string(secret)]]),
            job("key-gen-20260421"), job("create-admin-token-20260421"), job("backup"),
            pod("token-management-0", app: "token-management"), pod("router-0", app: "router"),
        ]
    }

    /// The AppInstance, as far as it matters.
    static func appInstance(paused: Bool) -> JSONValue {
        let admin: JSONValue = [
            "identityProvider": "keycloak",
            "dsn": ["valueFrom": ["secretKeyRef": ["name": "catalog-dsn", "key": "dsn"]]],
            "jwksEndpoint": "https://keycloak.example.com/realms/influxdb/protocol/openid-connect/certs",
            "users": [
                [
                    "id": "6f1b6a1c-7c0e-4b5e-9a55-0d7a3c1f2b44", "firstName": "Ada", "lastName": "Lovelace",
                    "email": "ada@example.com",
                ]
            ],
        ]
        return object(
            "kubecfg.dev/v1alpha1",
            "AppInstance",
            "influxdb",
            [
                "spec": [
                    "pause": .bool(paused),
                    "package": [
                        "image": "registry/influxdb:20260421", "apiVersion": "influxdata.com/v1alpha1",
                        "spec": ["admin": admin, "ingress": ["hosts": ["influxdb.example.com"]]],
                    ],
                ]
            ]
        )
    }

    /// A Job.
    static func job(_ name: String) -> JSONValue {
        let container: JSONValue = ["name": "main", "image": "registry/tool:1"]
        let template: JSONValue = ["spec": ["restartPolicy": "Never", "containers": [container]]]
        return object("batch/v1", "Job", name, ["spec": ["template": template]])
    }

    /// A pod that is ready.
    static func pod(_ name: String, app: String) -> JSONValue {
        var pod = object("v1", "Pod", name, ["spec": ["containers": [["name": "main", "image": "registry/tool:1"]]]])
        pod["metadata"]?["labels"] = ["app": .string(app)]
        pod["status"] = ["phase": "Running", "conditions": [["type": "Ready", "status": "True"]]]
        return pod
    }

    private static func object(_ version: String, _ kind: String, _ name: String, _ rest: JSONObject) -> JSONValue {
        var object = rest
        object["apiVersion"] = .string(version)
        object["kind"] = .string(kind)
        object["metadata"] = ["name": .string(name), "namespace": "influxdb"]
        return .object(object)
    }
}
