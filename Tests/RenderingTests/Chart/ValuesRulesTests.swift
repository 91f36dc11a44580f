// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Rendering
import Testing
import YAMLSource

struct ValuesRulesTests {
    static let good = """
        catalog: {dsn: {SecretName: s, SecretKey: k}}
        objectStore: {bucket: b}
        admin:
          identityProvider: keycloak
          jwksEndpoint: https://k.example.com/realms/r/protocol/openid-connect/certs
          users: [{id: "1", firstName: A, lastName: B, email: a@example.com}]
          dsn: {valueFrom: {secretKeyRef: {name: s, key: k}}}

        """

    static func findings(
        _ text: String,
        over base: String = good,
        extent: ValuesRules.Extent = .file
    ) throws -> [String] {
        let below = try YAMLSource.value(in: Array(base.utf8)).object ?? [:]
        let values = HelmValues.merge(try YAMLSource.value(in: Array(text.utf8)).object ?? [:], over: below)
        return ValuesRules.findings(for: values, extent: extent).map { "\($0.level.rawValue[...]) \($0.description)" }
    }

    @Test func `values in order have no findings`() throws {
        #expect(try Self.findings("") == [])
        #expect(try Self.findings("", extent: .whole) == [])
        let rest =
            "ingress: {hosts: [a], tlsSecretName: t, custom: 1}\ncomponents: {other: {}}\nx-mine: &a {b: 1}\nglobal: {}\n"
        #expect(try Self.findings(rest) == [])
    }

    static let misspelt: [(text: String, path: String, near: String?)] = [
        ("nameOveride: x", "nameOveride", "nameOverride"), ("image: {Tag: x}", "image.Tag", "tag"),
        ("imagePullSecret: []", "imagePullSecret", "imagePullSecrets"), ("catalog: {dns: {}}", "catalog.dns", "dsn"),
        ("catalog: {dsn: {secretName: x}}", "catalog.dsn.secretName", "SecretName"),
        ("images: {registryOverrides: x}", "images.registryOverrides", "registryOverride"),
        ("objectStore: {S3: {}}", "objectStore.S3", "s3"), ("objectStore: {gcs: {}}", "objectStore.gcs", nil),
        ("hostingEnvironment: {openShift: {}}", "hostingEnvironment.openShift", "openshift"),
        ("egress: {customCertificate: {}}", "egress.customCertificate", "customCertificates"),
        ("observability: {servicemonitor: {}}", "observability.servicemonitor", "serviceMonitor"),
        (
            "observability: {serviceMonitor: {interval: 10s, scrapetimeout: 5s}}",
            "observability.serviceMonitor.scrapetimeout", "scrapeTimeout"
        ),
        ("ingesterStorage: {storageClassname: x}", "ingesterStorage.storageClassname", "storageClassName"),
        ("monitoringStorage: {Storage: x}", "monitoringStorage.Storage", "storage"),
        ("ingress: {tlsSecretname: x}", "ingress.tlsSecretname", "tlsSecretName"),
        ("components: {routers: {}}", "components.routers", "router"),
        ("resources: {Ingester: {}}", "resources.Ingester", "ingester"),
        ("kubit: {apply_step_images: x}", "kubit.apply_step_images", "apply_step_image"),
        ("unheardOf: 1", "unheardOf", nil),
        ("NamspaceOverride: x", "NamspaceOverride", "namespaceOverride"),
    ]

    @Test(arguments: misspelt)
    func `a name that the chart does not know is told, with the nearest that it knows`(
        _ sample: (text: String, path: String, near: String?)
    ) throws {
        let advice = sample.near.map { ": did you mean \($0)?" } ?? ""
        let expected =
            "warning \(sample.path): Forbidden: the chart does not know this field, and passes it over\(advice)"
        #expect(try Self.findings(sample.text) == [expected])
    }

    @Test func `what the chart passes on in silence is told`() throws {
        let silent = "catalog: {dsn: {SecretName: s, SecretKey: k}}\nadmin: {identityProvider: dex}\n"
        let found = try Self.findings("", over: silent)
        #expect(found.count == 2)
        #expect(
            found[0].hasPrefix(
                "error admin.users: Required value: where values are silent, the chart passes on one user"
            )
        )
        #expect(found[1].hasPrefix("warning admin.dsn: Required value: where values are silent, the chart passes on"))
        #expect(try Self.findings("", over: silent, extent: .whole)[1].hasPrefix("error admin.dsn"))
        // A file that says who may sign in, and nothing else, is one of several.
        #expect(try Self.findings("", over: "admin: {identityProvider: dex}\n") == [])
        #expect(try Self.findings("", over: "admin: {identityProvider: dex}\n", extent: .whole).count == 2)
    }

    @Test func `a default that stays beside what is given is told`() throws {
        let value = try Self.findings(
            "admin: {dsn: {value: x}}",
            over: "objectStore: {bucket: b}\nadmin: {users: []}\n"
        )
        #expect(value.count == 1)
        #expect(value[0].hasPrefix("error admin.dsn.value: Forbidden: the chart's default valueFrom stays beside it"))
        let nulled = "objectStore: {bucket: b}\nadmin: {users: [], dsn: {value: x, valueFrom: null}}\n"
        #expect(try Self.findings("", over: nulled) == [])
        let map =
            "objectStore: {bucket: b}\nadmin: {users: [], dsn: {valueFrom: {configMapKeyRef: {name: a, key: b}}}}\n"
        #expect(
            try Self.findings("", over: map).map { $0.prefix(43) } == ["error admin.dsn.valueFrom.configMapKeyRef: "]
        )
        let signing = try Self.findings("admin: {internalSigningKey: {}}")
        #expect(signing.map { $0.prefix(34) } == ["warning admin.internalSigningKey: "])
    }

    @Test func `egress and its switch go together`() throws {
        let reference = "egress: {customCertificates: {valueFrom: {configMapKeyRef: {name: a, key: b}}}}\n"
        let unused = "warning egress.customCertificates: Invalid value: has no effect unless useCustomEgress is true"
        #expect(try Self.findings(reference) == [unused])
        #expect(try Self.findings(reference + "useCustomEgress: true\n") == [])
        #expect(try Self.findings("useCustomEgress: true\n").map { $0.prefix(24) } == ["warning useCustomEgress:"])
    }

    @Test(arguments: [
        ("namespaceOverride: \"123\"", "error namespaceOverride: Invalid value: "),
        ("nameOverride: \"no\"", "error nameOverride: Invalid value: "),
        ("objectStore: {bucket: \"1e3\"}", "error objectStore.bucket: Invalid value: "),
        ("catalog: {dsn: {SecretKey: \"~\"}}", "error catalog.dsn.SecretKey: Invalid value: "),
        ("images: {registryOverride: \"a: b\"}", "error images.registryOverride: Invalid value: "),
        ("image: {tag: 20260421}", "error image.tag: Invalid value: Helm writes this number as 2.0260421e+07"),
        ("nameOverride: 1234567", "error nameOverride: Invalid value: Helm writes this number as 1.234567e+06"),
    ])
    func `what changes when it is written without quotes is told`(text: String, expected: String) throws {
        let found = try Self.findings(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(expected) == true, "\(found)")
    }

    @Test(arguments: [
        "namespaceOverride: '\"123\"'", "nameOverride: db", "image: {tag: \"20260421\"}", "image: {tag: 123456}",
        "objectStore: {bucket: 12}", "nameOverride: \"\"",
    ])
    func `what stays what it is, is not told`(text: String) throws {
        #expect(try Self.findings(text) == [])
    }

    @Test func `a name that may be an address is not shown`() throws {
        #expect(try Self.findings("a@example.com: 1").allSatisfy { !$0.contains("@") })
    }
}
