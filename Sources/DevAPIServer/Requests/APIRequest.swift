// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A request to a resource after HTTP is taken off it: what is asked of which objects.
struct APIRequest: Sendable {
    /// What is asked (the verbs of Kubernetes authorization).
    enum Verb: String, Sendable {
        case get, list, watch, create, update, patch, delete, deletecollection
    }

    /// How the body of a patch is to be read.
    enum PatchType: String, Sendable {
        case json = "application/json-patch+json"
        case merge = "application/merge-patch+json"
        case strategicMerge = "application/strategic-merge-patch+json"
        case apply = "application/apply-patch+yaml"
    }

    /// What is asked.
    var verb: Verb
    /// The API group; empty for the core group.
    var group: String
    /// The version.
    var version: String
    /// The plural name of the resource.
    var resource: String
    /// The namespace of the path.
    var namespace: String?
    /// The name of the path.
    var name: String?
    /// The subresource of the path, as in `status`.
    var subresource: String?
    /// The query, percent-decoded; of a repeated parameter the first counts.
    var query: [String: String] = [:]
    /// The body as sent; JSON, or YAML when `isYAML`.
    var body: [UInt8] = []
    /// Whether the body is YAML (`application/yaml`, `application/apply-patch+yaml`).
    var isYAML: Bool = false
    /// How to read the body of a patch.
    var patchType: PatchType?
    /// Who asks.
    var user = UserInfo.admin
    /// The client's name for itself; its first word up to `/` is the default field manager.
    var userAgent: String = ""
}

/// The answer to a request before HTTP is put on it.
enum APIResponse: Sendable {
    /// An object or a list, with the HTTP code; `definition` tells how to show it as a table.
    case object(code: Int, JSONValue, definition: ResourceDefinition, warnings: [String])
    /// A stream of events that ends by itself at the time-out or when the history is gone.
    case watch(WatchSubscription, definition: ResourceDefinition)
    /// A bare status: deletions that return one, and every error.
    case status(Status, warnings: [String])
}
