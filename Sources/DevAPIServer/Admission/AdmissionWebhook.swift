// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// One webhook of a ValidatingWebhookConfiguration, as far as this server obeys it: all but `matchConditions`.
struct AdmissionWebhook: Sendable {
    /// What a webhook wants to be asked about.
    struct Rule: Sendable, Hashable {
        /// API groups, or `*`.
        var groups: [String]
        /// Versions, or `*`.
        var versions: [String]
        /// `CREATE`, `UPDATE`, `DELETE`, `CONNECT`, or `*`.
        var operations: [String]
        /// Resources: `pods`, `pods/status`, `pods/*`, `*/status`, `*`, `*/*`.
        var resources: [String]
        /// `Cluster`, `Namespaced` or `*`.
        var scope: String
    }

    /// Where a webhook is asked.
    enum Address: Sendable, Hashable {
        /// At a URL.
        case url(String)
        /// At a Service, which only a cluster can find.
        case service(namespace: String, name: String, path: String, port: Int64)
    }

    /// Its name, as in `appinstance.grantor.dev`.
    let name: String
    /// Where it is asked.
    let address: Address
    /// The authorities that its certificate must come from, in PEM; `nil` stands for those of the system.
    let authorities: [UInt8]?
    /// What it wants to be asked about.
    let rules: [Rule]
    /// Whether other versions of the same resource are meant, too.
    let matchesEquivalents: Bool
    /// Labels of the namespace.
    let namespaceSelector: LabelSelector
    /// Labels of the object.
    let objectSelector: LabelSelector
    /// Whether a failure of the webhook is a failure of the request.
    let isRequired: Bool
    /// How long it may take, in seconds.
    let timeoutSeconds: Int64

    /// Reads an entry of `webhooks`, as it was defaulted and checked when it was stored.
    init(json: JSONValue) {
        name = json["name"]?.string ?? ""
        let client = json["clientConfig"]
        if let service = client?["service"], service.object != nil {
            address = .service(
                namespace: service["namespace"]?.string ?? "",
                name: service["name"]?.string ?? "",
                path: service["path"]?.string ?? "",
                port: service["port"]?.integer ?? 443
            )
        } else {
            address = .url(client?["url"]?.string ?? "")
        }
        authorities = client?["caBundle"]?.string.flatMap { $0.isEmpty ? nil : StandardBase64.decode($0) }
        func texts(_ value: JSONValue?) -> [String] { value?.array?.compactMap(\.string) ?? [] }
        rules = (json["rules"]?.array ?? []).map { rule in
            Rule(
                groups: texts(rule["apiGroups"]),
                versions: texts(rule["apiVersions"]),
                operations: texts(rule["operations"]),
                resources: texts(rule["resources"]),
                scope: rule["scope"]?.string ?? "*"
            )
        }
        matchesEquivalents = json["matchPolicy"]?.string != "Exact"
        namespaceSelector = LabelSelector(object: json["namespaceSelector"])
        objectSelector = LabelSelector(object: json["objectSelector"])
        isRequired = json["failurePolicy"]?.string != "Ignore"
        timeoutSeconds = json["timeoutSeconds"]?.integer ?? 10
    }

    /// Whether a rule speaks of an operation on a resource (`admission/plugin/webhook/predicates/rules`).
    func matches(_ operation: String, _ type: ResourceType, subresource: String) -> Bool {
        rules.contains { rule in
            guard rule.operations.contains("*") || rule.operations.contains(operation),
                rule.groups.contains("*") || rule.groups.contains(type.group),
                rule.versions.contains("*") || rule.versions.contains(type.version)
            else { return false }
            switch rule.scope {
            case "Namespaced" where !type.isNamespaced: return false
            // A namespace counts as an object of the cluster.
            case "Cluster" where type.isNamespaced: return false
            default: break
            }
            return rule.resources.contains { Self.matches($0, type.plural, subresource) }
        }
    }

    private static func matches(_ pattern: String, _ resource: String, _ subresource: String) -> Bool {
        let parts = pattern.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, first == "*" || first == resource else { return false }
        let second = parts.count == 2 ? parts[1] : ""
        return second == "*" || second == subresource
    }

    /// The URL at which it is asked, as the real server names it in its messages.
    var url: String {
        let timeout = "timeout=\(timeoutSeconds)s"
        switch address {
        case .url(let url): return "\(url)?\(timeout)"
        case .service(let namespace, let name, let path, let port):
            let slash = path.hasPrefix("/") ? "" : "/"
            return "https://\(name).\(namespace).svc:\(port)\(slash)\(path)?\(timeout)"
        }
    }
}
