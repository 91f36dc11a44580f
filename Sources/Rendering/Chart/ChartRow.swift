// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// One row of the chart's table: a field of the AppInstance, and the value that it comes from.
struct ChartRow {
    /// How the template treats the value.
    enum Kind {
        /// Written without quotes; a text may carry quotes of its own.
        case bare
        /// Written without quotes, and never with quotes of its own: the rules of `admin` judge the value itself.
        case bareAsItIs
        /// Written as it is.
        case verbatim
        /// Freed of null and empty values.
        case trimmed
    }

    /// Where the value stands in values.yaml.
    let values: [String]
    /// Where the field stands in the AppInstance.
    let instance: [String]
    /// How the template treats the value.
    let kind: Kind
    /// Whether the row belongs to the admin block or the egress that it needs.
    let isAdmin: Bool

    private init(_ values: String, _ instance: String, _ kind: Kind, isAdmin: Bool = false) {
        self.values = values.split(separator: ".").map(String.init)
        self.instance = instance.split(separator: ".").map(String.init)
        self.kind = kind
        self.isAdmin = isAdmin
    }

    /// The environments in the order in which the template looks for them; it takes the first alone.
    static let hostingEnvironments = ["aws", "openshift", "gke"]
    /// The object stores in the order in which the template looks for them; it takes the first alone.
    static let objectStores = ["s3", "azure", "google"]
    /// The path of `spec.package.spec`.
    static let package = ["spec", "package", "spec"]

    /// The rows with one value each; hosting environment, object store, image and egress have rules of their own.
    static let all: [ChartRow] = [
        ChartRow("nameOverride", "metadata.name", .bare),
        ChartRow("namespaceOverride", "metadata.namespace", .bare),
        ChartRow("pause", "spec.pause", .bare),
        ChartRow("imagePullSecrets", "spec.imagePullSecrets", .verbatim),
        ChartRow("catalog.dsn.SecretName", "spec.package.spec.catalog.dsn.valueFrom.secretKeyRef.name", .bare),
        ChartRow("catalog.dsn.SecretKey", "spec.package.spec.catalog.dsn.valueFrom.secretKeyRef.key", .bare),
        ChartRow("images.overrides", "spec.package.spec.images.overrides", .verbatim),
        ChartRow("images.registryOverride", "spec.package.spec.images.registryOverride", .bare),
        ChartRow("objectStore.bucket", "spec.package.spec.objectStore.bucket", .bare),
        ChartRow("ingesterStorage", "spec.package.spec.ingesterStorage", .trimmed),
        ChartRow("monitoringStorage", "spec.package.spec.monitoringStorage", .trimmed),
        ChartRow("ingress", "spec.package.spec.ingress", .trimmed),
        ChartRow("components", "spec.package.spec.components", .trimmed),
        ChartRow("resources", "spec.package.spec.resources", .trimmed),
        ChartRow("admin.users", "spec.package.spec.admin.users", .verbatim, isAdmin: true),
        ChartRow("admin.dsn", "spec.package.spec.admin.dsn", .verbatim, isAdmin: true),
        ChartRow("admin.identityProvider", "spec.package.spec.admin.identityProvider", .bareAsItIs, isAdmin: true),
        ChartRow("admin.jwksEndpoint", "spec.package.spec.admin.jwksEndpoint", .bareAsItIs, isAdmin: true),
        ChartRow("featureFlags", "spec.package.spec.featureFlags", .verbatim),
        ChartRow(
            "observability.serviceMonitor.interval",
            "spec.package.spec.observability.serviceMonitor.interval",
            .bare
        ),
        ChartRow(
            "observability.serviceMonitor.scrapeTimeout",
            "spec.package.spec.observability.serviceMonitor.scrapeTimeout",
            .bare
        ),
    ]

    /// The field of the AppInstance that a value becomes; the path itself when it has no place there.
    static func instancePath(ofValue path: FieldPath) -> FieldPath {
        let names = path.elements.prefix { if case .key = $0 { true } else { false } }.map { element in
            if case .key(let name) = element { name } else { "" }
        }
        for row in all where names.starts(with: row.values) {
            return FieldPath(row.instance.map(FieldPath.Element.key) + path.elements.dropFirst(row.values.count))
        }
        return FieldPath(package.map(FieldPath.Element.key) + path.elements)
    }
}
