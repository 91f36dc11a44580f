// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Rendering
import Testing
import YAMLSource

struct ValuesFromAppInstanceTests {
    struct Variation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let instance: JSONValue

        init(_ path: String, _ value: JSONValue?) {
            testDescription = "\(path) = \(value?.jsonText ?? "nothing")"
            instance = ChartSamples.with(path.replacing("S.", with: "spec.package.spec."), value)
        }
    }

    /// At least one for each row of the chart's table.
    static let variations: [Variation] = [
        Variation("metadata.name", "other"), Variation("metadata.name", "0123"), Variation("metadata.namespace", nil),
        Variation("metadata.namespace", "123"), Variation("metadata.namespace", "no"), Variation("spec.pause", true),
        Variation("spec.imagePullSecrets", []), Variation("spec.imagePullSecrets", [["name": "a"], ["name": "0123"]]),
        Variation("spec.package.image", "registry.example.com:5000/x/influxdb:1.2"),
        Variation("spec.package.image", "us-docker.pkg.dev/influxdb2-artifacts/clustered/influxdb:other"),
        Variation("spec.package.image", "r.example.com/influxdb@sha256:00112233445566778899"),
        Variation("spec.package.image", "r.example.com/influxdb:1@sha256:0011"),
        Variation("S.hostingEnvironment", ["aws": ["eksRoleArn": "arn:aws:iam::111111111111:role/r"]]),
        Variation("S.hostingEnvironment", ["openshift": .null]),
        Variation("S.hostingEnvironment", ["gke": ["workloadIdentity": ["serviceAccountEmail": "a@b.example"]]]),
        Variation("S.catalog.dsn.valueFrom.secretKeyRef", ["name": "no", "key": "1e3"]),
        Variation("S.catalog.dsn.valueFrom.secretKeyRef.key", "a #b"),
        Variation("S.images", ["registryOverride": "registry.example.com"]),
        Variation("S.images", ["overrides": [["name": "a", "newFQIN": "b:c"]], "registryOverride": "r"]),
        Variation("S.images", ["overrides": [["name": "a", "newFQIN": "b:c"]]]),
        Variation("S.objectStore", ["bucket": "b"]), Variation("S.objectStore.bucket", "0123"),
        Variation("S.objectStore.bucket", 123), Variation("S.objectStore.bucket", "a: b"),
        Variation(
            "S.objectStore",
            ["bucket": "b", "azure": ["accessKey": ["valueFrom": ["secretKeyRef": ["name": "n"]]]]]
        ),
        Variation("S.objectStore", ["bucket": "b", "google": ["serviceAccountSecret": ["name": "n", "key": "k"]]]),
        Variation("S.objectStore", ["bucket": "b", "google": .null]),
        Variation("S.objectStore.s3", ["endpoint": "x", "allowHttp": "false", "list": [.null, "", 0, [:], []]]),
        Variation("S.ingesterStorage", ["storage": "8Gi", "storageClassName": "fast"]),
        Variation("S.ingesterStorage", ["storageClassName": "fast"]), Variation("S.ingesterStorage", .null),
        Variation("S.monitoringStorage", ["storage": "10Gi"]),
        Variation("S.ingress", ["hosts": ["a", "b"], "tlsSecretName": "t", "http": ["className": "nginx"]]),
        Variation("S.ingress", ["template": ["apiVersion": "networking.istio.io/v1beta1", "kind": "Gateway"]]),
        Variation("S.ingress", .null),
        Variation("S.components", ["router": ["log": ["filters": ["router::gossip=info"]]]]),
        Variation(
            "S.components",
            ["common": ["template": ["metadata": ["annotations": ["a": "x\ny\n", "z": "x\ny\n"]]]]]
        ),
        Variation("S.components", ["other-component": ["replicas": 3, "on": true]]),
        Variation("S.resources", ["ingester": ["requests": ["cpu": "2", "memory": "4Gi", "replicas": 3]]]),
        Variation("S.admin.users", []), Variation("S.admin.users.0", nil), Variation("S.admin.users", "x"),
        Variation("S.admin.users", [["id": "1e3", "email": "a\nb\n\n", "userGroups": ["Admin", "no"]], ["id": "~"]]),
        Variation("S.admin.users", [["id": 5, "x": .null, "f": 1.5, "e": 1e21, "t": true]]),
        Variation("S.admin.dsn", ["value": "postgres://u:p@h/db"]),
        Variation("S.admin.dsn", ["valueFrom": ["configMapKeyRef": ["name": "n", "key": "k"]]]),
        Variation("S.admin.dsn", ["valueFrom": ["secretKeyRef": ["name": "n", "key": "k", "optional": false]]]),
        Variation("S.admin.identityProvider", "azure"),
        Variation("S.admin.jwksEndpoint", "https://login.microsoftonline.com/t/discovery/v2.0/keys?a=b"),
        Variation(
            "S.egress",
            ["customCertificates": ["valueFrom": ["configMapKeyRef": ["name": "ca", "key": "ca.pem"]]]]
        ),
        Variation("S.egress", ["customCertificates": ["valueFrom": ["other": ["name": "ca"]]]]),
        Variation("S.featureFlags", ["a", "no", "0123"]),
        Variation("S.observability", ["serviceMonitor": ["interval": "10s", "scrapeTimeout": "30s"]]),
        Variation("S.observability", ["serviceMonitor": ["interval": "10", "scrapeTimeout": 30]]),
    ]

    @Test(arguments: variations)
    func `values render the same AppInstance again`(_ variation: Variation) throws {
        let instance = variation.instance
        for isFull in [false, true] {
            var renderer = ValuesFromAppInstance()
            renderer.isFull = isFull
            let outcome = try renderer.values(for: instance)
            // What is written must survive its own text.
            let text = YAMLWriter.bytes(.object(outcome.values))
            let values = try #require(try YAMLSource.value(in: text).object)
            var rendered = try ChartSamples.render(values)
            if instance["metadata"]?["namespace"] == nil {
                #expect(rendered["metadata"]?["namespace"] == "ns")
                rendered["metadata"] = ["name": rendered["metadata"]?["name"] ?? .null]
            }
            #expect(rendered == instance)
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let instance: JSONValue
        let path: String
        let words: String

        var testDescription: String { path }

        init(_ path: String, _ value: JSONValue?, at place: String? = nil, _ words: String) {
            instance = ChartSamples.with(path.replacing("S.", with: "spec.package.spec."), value)
            self.path = (place ?? path).replacing("S.", with: "spec.package.spec.")
            self.words = words
        }
    }

    static let refusals: [Refusal] = [
        Refusal("S.admin.internalSigningKey", ["id": ["value": "x"]], "no value for it"),
        Refusal(
            "S.hostingEnvironment",
            ["aws": ["a": "b"], "gke": ["c": "d"]],
            at: "S.hostingEnvironment.gke",
            "no value"
        ),
        Refusal("S.hostingEnvironment", ["openshift": [:]], at: "S.hostingEnvironment.openshift", "null where {}"),
        Refusal("S.hostingEnvironment", ["other": ["a": "b"]], at: "S.hostingEnvironment", "no value"),
        Refusal(
            "S.catalog.dsn",
            ["value": "postgres://"],
            at: "S.catalog.dsn.valueFrom.secretKeyRef.name",
            "requires a value"
        ),
        Refusal("S.admin", nil, "always writes an admin block"),
        Refusal("S.admin.dsn", nil, "always writes it"),
        Refusal("S.admin.users", nil, "always writes it"),
        Refusal("S.admin.users", "", "requires a value"),
        Refusal("S.admin.identityProvider", nil, "requires a value"),
        Refusal("S.admin.identityProvider", "no", "would write false"),
        Refusal("S.admin.identityProvider", "1.0", "would write 1"),
        Refusal("S.admin.jwksEndpoint", "https://x #y", "would write \"https://x\""),
        Refusal("S.unknown", ["a": "b"], "no value for it"), Refusal("S.features", [], "no value for it"),
        Refusal("S.egress", ["other": "x"], at: "S.egress.other", "no value for it"),
        Refusal("S.objectStore.bucket", "", "requires a value"),
        Refusal("S.objectStore.s3.region", "", "drops empty values"),
        Refusal("S.objectStore.s3.allowHttp", false, "drops empty values"),
        Refusal("S.objectStore.azure", ["a": "b"], "no value for it"),
        Refusal("S.ingress.hosts", [], "drops empty values"), Refusal("S.ingress", nil, "always writes it"),
        Refusal("S.components.router", ["log": [:]], at: "S.components.router.log", "drops empty values"),
        Refusal(
            "S.resources.ingester",
            ["requests": ["n": 9_007_199_254_740_993]],
            at: "S.resources.ingester.requests.n",
            "write"
        ),
        Refusal("S.featureFlags", [], "no value for it"), Refusal("S.images", [:], "no value for it"),
        Refusal("S.observability", ["other": 1], at: "S.observability", "no value for it"),
        Refusal(
            "S.observability.serviceMonitor.interval",
            "10s",
            at: "S.observability.serviceMonitor.scrapeTimeout",
            "requires"
        ),
        Refusal("spec.package.apiVersion", "influxdata.com/v2", "would write"),
        Refusal("spec.package.image", "influxdb", "would write"), Refusal("spec.other", 1, "no value for it"),
        Refusal("metadata.labels", ["team": "a"], at: "metadata.labels.team", "no value for it"),
        Refusal("metadata.name", nil, "always writes it"), Refusal("kind", "Other", "would write"),
    ]

    @Test(arguments: refusals)
    func `what the chart cannot express is named by its path`(_ refusal: Refusal) throws {
        let error = try #require(throws: ChartError.self) {
            try ValuesFromAppInstance().values(for: refusal.instance)
        }
        #expect(error.code == .notExpressible)
        let found = error.problems.filter { $0.path.description == refusal.path }
        #expect(found.contains { $0.body.contains(refusal.words) }, "\(error)")
    }

    @Test func `all problems are told at once`() throws {
        var instance = ChartSamples.withPackage("one", 1)
        instance["extra"] = 2
        let error = try #require(throws: ChartError.self) { try ValuesFromAppInstance().values(for: instance) }
        #expect(error.problems.map(\.path.description) == ["extra", "spec.package.spec.one"])
        #expect(error.description.split(separator: "\n").count == 3)
    }

    @Test func `no secret stands in a message`() throws {
        let instance = ChartSamples.withPackage("admin.dsn", ["value": "postgres://u:secret@h/db\u{7F}"])
        let error = try #require(throws: ChartError.self) { try ValuesFromAppInstance().values(for: instance) }
        #expect(!error.description.contains("secret@"))
    }

    @Test func `what servers and tools put there does not matter`() throws {
        var instance = ChartSamples.instance
        instance["metadata"] = [
            "name": "influxdb", "namespace": "db", "uid": "u", "resourceVersion": "1", "generation": 3,
            "managedFields": [], "finalizers": ["kubecfg.dev/appinstance-cleanup"],
            "labels": ["app.kubernetes.io/managed-by": "Helm"],
            "annotations": [
                "meta.helm.sh/release-name": "x", "kubectl.kubernetes.io/last-applied-configuration": "{}",
            ],
        ]
        instance["status"] = ["conditions": []]
        let plain = try ValuesFromAppInstance().values(for: ChartSamples.instance)
        #expect(try ValuesFromAppInstance().values(for: instance) == plain)
    }

    @Test func `what its absence means already is told, not refused`() throws {
        var instance = ChartSamples.with("spec.pause", nil)
        let package = try #require(instance["spec"]?["package"])
        instance["spec"] = ["package": package]
        let outcome = try ValuesFromAppInstance().values(for: instance)
        // The third tells that Helm stops reading at the empty list.
        #expect(outcome.notes.count == 3)
        #expect(outcome.values["imagePullSecrets"] == [])
        #expect(outcome.values["pause"] == nil)
    }

    @Test func `defaults are left out, or kept when asked for`() throws {
        let short = try ValuesFromAppInstance().values(for: ChartSamples.instance).values
        #expect(
            short.names == [
                "admin", "catalog", "image", "ingress", "nameOverride", "namespaceOverride", "objectStore",
            ]
        )
        #expect(short["image"] == ["tag": "20260421-2022186"])
        var renderer = ValuesFromAppInstance()
        renderer.isFull = true
        let full = try renderer.values(for: ChartSamples.instance).values
        #expect(full.names == ChartDefaults.values.names)
        #expect(full["ingesterStorage"] == ["storage": "2Gi", "storageClassName": .null])
    }

    @Test func `name and namespace are left out when the release says them`() throws {
        var renderer = ValuesFromAppInstance()
        renderer.releaseName = "influxdb"
        renderer.releaseNamespace = "db"
        let values = try renderer.values(for: ChartSamples.instance).values
        #expect(values["nameOverride"] == nil)
        #expect(values["namespaceOverride"] == nil)
    }

    @Test func `the admin block alone needs nothing else`() throws {
        var renderer = ValuesFromAppInstance()
        renderer.isAdminOnly = true
        let certificates: JSONValue = ["valueFrom": ["configMapKeyRef": ["name": "ca", "key": "ca.pem"]]]
        var instance = ChartSamples.withPackage("egress", ["customCertificates": certificates])
        instance["metadata"] = .null
        instance["other"] = 1
        let values = try renderer.values(for: instance).values
        #expect(values.names == ["admin", "egress", "useCustomEgress"])
        #expect(values["admin"] == instance[path: ["spec", "package", "spec", "admin"]])
        #expect(values["egress"] == ["customCertificates": certificates])
        let signed = ChartSamples.withPackage("admin.internalSigningKey", [:])
        let error = try #require(throws: ChartError.self) { try renderer.values(for: signed) }
        #expect(error.problems.map(\.path.description) == ["spec.package.spec.admin.internalSigningKey"])
        renderer.isFull = true
        #expect(try renderer.values(for: ChartSamples.instance).values.names == ["admin", "egress", "useCustomEgress"])
    }
}
