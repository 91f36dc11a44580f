// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The names that the chart, and the package behind it, know at each level of values.yaml.
struct ChartKeys {
    /// Where in values.yaml.
    let path: [String]
    /// The names known there.
    let names: [String]
    /// Whether others may stand there too, so that only a name that is nearly one of them is suspicious.
    let isOpen: Bool

    private init(_ path: String, _ names: [String], isOpen: Bool = false) {
        self.path = path.split(separator: ".").map(String.init)
        self.names = names
        self.isOpen = isOpen
    }

    /// The levels, outer ones first; `admin` has its own rules.
    static let all: [ChartKeys] = [
        ChartKeys("", ChartDefaults.values.names + ["global"]),
        ChartKeys("image", ["tag"]),
        ChartKeys("catalog", ["dsn"]),
        ChartKeys("catalog.dsn", ["SecretName", "SecretKey"]),
        ChartKeys("images", ["overrides", "registryOverride"]),
        ChartKeys("objectStore", ["bucket"] + ChartRow.objectStores),
        ChartKeys("hostingEnvironment", ChartRow.hostingEnvironments),
        ChartKeys("egress", ["customCertificates"]),
        ChartKeys("observability", ["serviceMonitor"]),
        ChartKeys("observability.serviceMonitor", ["interval", "scrapeTimeout"]),
        ChartKeys("ingesterStorage", ["storage", "storageClassName"], isOpen: true),
        ChartKeys("monitoringStorage", ["storage", "storageClassName"], isOpen: true),
        ChartKeys("ingress", ["hosts", "tlsSecretName", "http", "grpc", "template"], isOpen: true),
        ChartKeys("components", ["router", "ingester", "querier", "compactor", "common"], isOpen: true),
        ChartKeys("resources", ["ingester", "compactor", "querier", "router", "catalog"], isOpen: true),
        ChartKeys("kubit", ["apply_step_image", "render_step_image", "kubecfg_image"], isOpen: true),
    ]
}
