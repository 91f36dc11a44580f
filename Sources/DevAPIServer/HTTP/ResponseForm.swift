// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The form in which a client wants objects.
enum ResponseForm: Sendable, Equatable {
    /// As they are.
    case json
    /// As they are, in YAML.
    case yaml
    /// As a table for people (`Table` of `meta.k8s.io`, in that version).
    case table(version: String)
    /// Metadata alone (`PartialObjectMetadata` of `meta.k8s.io`, in that version).
    case metadata(version: String)

    /// Picks the first form of an `Accept` header that this server speaks; `nil` when there is none.
    init?(accept header: String?) {
        // What clients send for everything but `kubectl get`.
        if header == nil || header == "application/json" || header == "*/*" {
            self = .json
            return
        }
        guard let form = MediaRange.clauses(of: header ?? "").lazy.compactMap(Self.form).first else { return nil }
        self = form
    }

    /// The value of `Content-Type`.
    var contentType: String {
        switch self {
        case .yaml: "application/yaml"
        case .json, .table, .metadata: "application/json"
        }
    }

    private static func form(of clause: MediaRange) -> ResponseForm? {
        switch clause.type {
        case "application/json", "*/*", "application/*": break
        case "application/yaml": return .yaml
        default: return nil
        }
        guard let kind = clause.parameters["as"] else { return .json }
        let version = clause.parameters["v"] ?? "v1"
        guard clause.parameters["g"] == "meta.k8s.io", version == "v1" || version == "v1beta1" else { return nil }
        switch kind {
        case "Table": return .table(version: version)
        case "PartialObjectMetadata", "PartialObjectMetadataList": return .metadata(version: version)
        default: return nil
        }
    }
}
