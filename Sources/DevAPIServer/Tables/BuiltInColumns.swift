// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// The columns of the kinds that every cluster has (`pkg/printers/internalversion` of Kubernetes).
enum BuiltInColumns {
    /// The columns beside the name; `nil` for a kind without its own.
    static func columns(of type: ResourceType) -> [TableColumn]? {
        switch (type.group, type.kind) {
        case ("", "Namespace"): [text("Status", "status", "phase"), age]
        case ("", "ConfigMap"): [count("Data", "data", "binaryData"), age]
        case ("", "Secret"): [text("Type", "type"), count("Data", "data"), age]
        case ("", "ServiceAccount"): [count("Secrets", "secrets"), age]
        case ("", "Service"): service
        case ("", "Event"), ("events.k8s.io", "Event"): EventColumns.columns
        case ("apps", "Deployment"): deployment
        case ("coordination.k8s.io", "Lease"): [text("Holder", "spec", "holderIdentity"), age]
        case ("rbac.authorization.k8s.io", "RoleBinding"), ("rbac.authorization.k8s.io", "ClusterRoleBinding"):
            [
                role, age, subjects("Users", "User"), subjects("Groups", "Group"),
                subjects("ServiceAccounts", "ServiceAccount"),
            ]
        default: nil
        }
    }

    /// When the object was created, for kinds without columns of their own.
    static let createdAt = TableColumn("Created At", type: "date") { object, _ in
        .string(string(object, "metadata", "creationTimestamp"))
    }

    /// How long ago the object was created.
    static let age = TableColumn(
        "Age",
        description: "CreationTimestamp is a timestamp representing the server time when this object was created."
    ) { object, now in
        .string(HumanDuration.since(object["metadata"]?["creationTimestamp"]?.string, now: now))
    }

    /// The text at a path, or the empty one.
    static func string(_ object: JSONValue, _ path: String...) -> String {
        object[path: path]?.string ?? ""
    }

    private static func text(_ name: String, _ path: String...) -> TableColumn {
        TableColumn(name) { object, _ in .string(object[path: path]?.string ?? "") }
    }

    /// The number of members or elements of some parts, together.
    private static func count(_ name: String, _ parts: String...) -> TableColumn {
        TableColumn(name) { object, _ in
            let counts = parts.map { object[$0]?.object?.count ?? object[$0]?.array?.count ?? 0 }
            return .integer(Int64(counts.reduce(0, +)))
        }
    }

    private static let role = TableColumn("Role") { object, _ in
        .string("\(string(object, "roleRef", "kind"))/\(string(object, "roleRef", "name"))")
    }

    private static func subjects(_ name: String, _ kind: String) -> TableColumn {
        TableColumn(name, priority: 1) { object, _ in
            let subjects = (object["subjects"]?.array ?? []).filter { $0["kind"]?.string == kind }
            let names = subjects.map { subject in
                let namespace = subject["namespace"]?.string.map { "\($0)/" } ?? ""
                return namespace + string(subject, "name")
            }
            return .string(names.joined(separator: ", "))
        }
    }

    private static let deployment: [TableColumn] = [
        TableColumn("Ready") { object, _ in
            let ready = object[path: ["status", "readyReplicas"]]?.integer ?? 0
            return .string("\(ready)/\(object[path: ["spec", "replicas"]]?.integer ?? 1)")
        },
        replicas("Up-to-date", "updatedReplicas"),
        replicas("Available", "availableReplicas"),
        age,
        containers("Containers", "name"),
        containers("Images", "image"),
        TableColumn("Selector", priority: 1) { object, _ in
            .string(labels(object[path: ["spec", "selector", "matchLabels"]]))
        },
    ]

    private static let service: [TableColumn] = [
        text("Type", "spec", "type"),
        TableColumn("Cluster-IP") { object, _ in .string(object[path: ["spec", "clusterIP"]]?.string ?? "<none>") },
        TableColumn("External-IP") { object, _ in
            let addresses = (object[path: ["spec", "externalIPs"]]?.array ?? []).compactMap(\.string)
            return .string(addresses.isEmpty ? "<none>" : addresses.joined(separator: ","))
        },
        TableColumn("Port(s)") { object, _ in
            let ports = (object[path: ["spec", "ports"]]?.array ?? []).map { port in
                "\(port["port"]?.integer ?? 0)/\(port["protocol"]?.string ?? "TCP")"
            }
            return .string(ports.isEmpty ? "<none>" : ports.joined(separator: ","))
        },
        age,
        TableColumn("Selector", priority: 1) { object, _ in .string(labels(object[path: ["spec", "selector"]])) },
    ]

    private static func replicas(_ name: String, _ member: String) -> TableColumn {
        TableColumn(name) { object, _ in .integer(object["status"]?[member]?.integer ?? 0) }
    }

    private static func containers(_ name: String, _ member: String) -> TableColumn {
        TableColumn(name, priority: 1) { object, _ in
            let containers = object[path: ["spec", "template", "spec", "containers"]]?.array ?? []
            return .string(containers.map { string($0, member) }.joined(separator: ","))
        }
    }

    private static func labels(_ value: JSONValue?) -> String {
        let pairs = (value?.object ?? [:]).map { "\($0.name)=\($0.value.string ?? "")" }
        return pairs.isEmpty ? "<none>" : pairs.joined(separator: ",")
    }
}
