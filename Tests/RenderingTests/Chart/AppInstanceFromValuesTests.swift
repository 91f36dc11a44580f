// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Rendering
import Testing
import YAMLSource

struct AppInstanceFromValuesTests {
    static let complete = """
        catalog: {dsn: {SecretName: s, SecretKey: k}}
        objectStore: {bucket: b}
        admin:
          identityProvider: keycloak
          jwksEndpoint: https://k.example.com/realms/r/protocol/openid-connect/certs
          users: [{id: "0123", firstName: A, lastName: B, email: a@example.com}]
          dsn: {valueFrom: {secretKeyRef: {name: s, key: k}}}

        """

    static func render(_ overlay: String = "", isAdminOnly: Bool = false) throws -> RenderedChart {
        let base = try YAMLSource.value(in: Array(complete.utf8)).object ?? [:]
        let over = try YAMLSource.value(in: Array(overlay.utf8)).object ?? [:]
        return try AppInstanceFromValues.render(
            HelmValues.fromFile(HelmValues.merge(over, over: base)),
            release: ChartRelease(name: "rel", namespace: "ns"),
            isAdminOnly: isAdminOnly
        )
    }

    static func package(_ overlay: String) throws -> JSONValue? {
        try render(overlay).instance[path: ["spec", "package", "spec"]]
    }

    @Test func `defaults reach the AppInstance where values are silent`() throws {
        let instance = try Self.render().instance
        #expect(instance["metadata"] == ["name": "rel", "namespace": "ns"])
        #expect(instance["spec"]?["pause"] == false)
        #expect(instance["spec"]?["imagePullSecrets"] == [["name": "gar-docker-secret"]])
        let package = try #require(instance["spec"]?["package"])
        #expect(package["image"] == "us-docker.pkg.dev/influxdb2-artifacts/clustered/influxdb:20260421-2022186")
        #expect(package["apiVersion"] == "influxdata.com/v1alpha1")
        let spec = try #require(package["spec"]?.object)
        #expect(
            spec.names == [
                "admin", "catalog", "ingesterStorage", "ingress", "monitoringStorage", "objectStore",
            ]
        )
        #expect(spec["ingress"] == ["hosts": [""]])
        #expect(spec["ingesterStorage"] == ["storage": "2Gi"])
        #expect(spec["admin"]?["users"]?[0]?["id"] == "0123")
    }

    @Test func `a silent file passes a blank user and a blank reference on`() throws {
        let values: JSONObject = [
            "catalog": ["dsn": ["SecretName": "s", "SecretKey": "k"]], "objectStore": ["bucket": "b"],
            "admin": ["identityProvider": "dex", "jwksEndpoint": "https://dex.example.com/keys"],
        ]
        let rendered = try AppInstanceFromValues.render(values, release: ChartRelease(name: "r", namespace: "n"))
        let admin = rendered.instance[path: ["spec", "package", "spec", "admin"]]
        #expect(admin?["users"] == [["id": "", "firstName": "", "lastName": "", "email": ""]])
        #expect(admin?["dsn"] == ["valueFrom": ["secretKeyRef": ["name": "", "key": ""]]])
    }

    @Test func `everything that is required is told at once`() throws {
        let error = try #require(throws: ChartError.self) {
            try AppInstanceFromValues.render([:], release: ChartRelease(name: "r", namespace: "n"))
        }
        #expect(error.code == .refusedByChart)
        #expect(
            error.problems.map(\.path.description).sorted() == [
                "admin.identityProvider", "admin.jwksEndpoint", "catalog.dsn.SecretKey", "catalog.dsn.SecretName",
                "objectStore.bucket",
            ]
        )
    }

    @Test func `only the first environment and the first object store count`() throws {
        let environment = try Self.package("hostingEnvironment: {gke: {a: 1}, openshift: {b: 1}, aws: {c: ''}}")
        #expect(environment?["hostingEnvironment"] == ["aws": .null])
        let store = try Self.package("objectStore: {google: {a: 1}, azure: {b: 1}}")
        #expect(store?["objectStore"] == ["bucket": "b", "azure": ["b": 1]])
    }

    @Test func `what is written without quotes becomes what YAML makes of it, with a warning`() throws {
        let rendered = try Self.render("admin: {identityProvider: 'no'}\nobjectStore: {bucket: '0123'}\n")
        let spec = rendered.instance[path: ["spec", "package", "spec"]]
        #expect(spec?["admin"]?["identityProvider"] == false)
        #expect(spec?["objectStore"]?["bucket"] == 83)
        #expect(rendered.warnings.map(\.path.description) == ["objectStore.bucket", "admin.identityProvider"])
        #expect(try Self.render().warnings.isEmpty)
    }

    @Test func `what breaks the document is named`() throws {
        let error = try #require(throws: ChartError.self) { try Self.render("admin: {jwksEndpoint: 'a: b'}") }
        #expect(error.code == .brokenDocument)
        #expect(error.problems.map(\.path.description) == ["admin.jwksEndpoint"])
    }

    @Test func `an empty list of users passes, with a warning`() throws {
        let rendered = try Self.render("admin: {users: []}")
        #expect(rendered.instance[path: ["spec", "package", "spec", "admin", "users"]] == [])
        #expect(rendered.warnings.map(\.path.description) == ["admin.users"])
    }

    @Test func `the single-namespace mode moves the AppInstance into a ConfigMap, not the ConfigMap elsewhere`() throws
    {
        let rendered = try Self.render("kubitSingleNamespace: true\nnamespaceOverride: other\npause: true\n")
        let map = try #require(rendered.configMap)
        #expect(map["metadata"] == ["name": "app-instance", "namespace": "ns"])
        #expect(rendered.document == map)
        let text = try #require(map["data"]?["app-instance"]?.string)
        #expect(text.hasPrefix("{") && text.hasSuffix("}\n") && !text.dropLast().contains("\n"))
        let inside = try JSONValue(parsing: text)
        #expect(inside == rendered.instance)
        #expect(inside["metadata"] == ["name": "rel", "namespace": "other"])
        let moved = try Self.render("kubitSingleNamespace: true\nNamspaceOverride: third\n")
        #expect(moved.configMap?["metadata"]?["namespace"] == "third")
    }

    @Test func `the admin block alone requires nothing else`() throws {
        let rendered = try Self.render("catalog: null\nobjectStore: null\nimage: null\n", isAdminOnly: true)
        #expect(rendered.instance["metadata"] == nil)
        #expect(rendered.instance[path: ["spec", "package", "spec"]]?.object?.names == ["admin"])
    }
}
