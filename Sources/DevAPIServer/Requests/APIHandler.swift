// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// Answers requests to resources: the API server without HTTP, discovery and tables.
///
/// Guarantees: each write is atomic and gets its own resource version; reads see all writes answered before.
/// Garbage collection, deletion of namespaces and definitions, bookmarks and time-outs of watches happen while `run()`
/// runs; everything else works without.
///
/// Differences from the real server: objects are not defaulted again when they are read in another version, conversion
/// webhooks do not exist, `matchConditions` of admission webhooks are not evaluated, and continue tokens live as long as the history of their resource does.
final class APIHandler: Sendable {
    /// What can be set.
    struct Configuration: Sendable {
        /// The kinds that this server defines itself.
        var definitions: [ResourceDefinition]
        /// How many changes of each resource are kept for watchers.
        var historyCapacity = 8_192
        /// How long a watch is quiet before a bookmark is sent to who asked for them.
        var bookmarkInterval: Duration = .seconds(60)
        /// The resource version to begin with; above those of an earlier run, watchers of which must list again.
        var firstResourceVersion: Int64 = 1
        /// Whether roles and bindings are obeyed; then those that every cluster has are there.
        var enforcesRoles = false
        /// The token of `system:admin`, for reviews of tokens; `nil` when there is none.
        var adminToken: BearerToken?
        /// Whether a watch from a forgotten resource version is refused with HTTP 410 instead of begun and ended by an
        /// `ERROR` event, as the real server does; clients must bear both.
        var refusesExpiredWatches = false
        /// How webhooks are reached.
        var webhookCaller: any WebhookCaller = HTTPWebhookCaller()

        /// Creates a configuration with the defaults.
        init(definitions: [ResourceDefinition]) {
            self.definitions = definitions
        }
    }

    /// The kinds that are served now: built in, and defined by custom resource definitions.
    let registry: ResourceRegistry
    /// The objects.
    let storage: ObjectStorage
    /// Time and randomness.
    let timing: Timing
    /// What was set.
    let configuration: Configuration
    /// Where namespaces and definitions are stored.
    let roles: StorageState.Roles
    /// Who may do what.
    let access: AccessAuthorizer
    /// The tokens of service accounts.
    let tokens: ServiceAccountTokens

    /// Creates a server with the namespaces that every cluster has.
    init(configuration: Configuration, timing: Timing = Timing()) {
        func storageKey(_ group: String, _ plural: String) -> String {
            Self.storageKey(group, plural, in: configuration.definitions)
        }
        let roles = StorageState.Roles(
            namespaces: storageKey("", "namespaces"),
            definitions: storageKey("apiextensions.k8s.io", "customresourcedefinitions")
        )
        self.configuration = configuration
        self.timing = timing
        self.roles = roles
        registry = ResourceRegistry(builtIn: configuration.definitions)
        let storage = ObjectStorage(
            roles: roles,
            historyCapacity: configuration.historyCapacity,
            revision: configuration.firstResourceVersion,
            timing: timing
        )
        self.storage = storage
        let group = "rbac.authorization.k8s.io"
        access = AccessAuthorizer(
            isEnforcing: configuration.enforcesRoles,
            keys: AccessAuthorizer.StorageKeys(
                roles: storageKey(group, "roles"),
                clusterRoles: storageKey(group, "clusterroles"),
                roleBindings: storageKey(group, "rolebindings"),
                clusterRoleBindings: storageKey(group, "clusterrolebindings")
            ),
            storage: storage
        )
        let definitions = configuration.definitions
        tokens = ServiceAccountTokens(now: timing.now) { reference in
            let place = Self.storageKey("", "\(reference.kind.rawValue)s", in: definitions)
            return storage.object(
                ObjectKey(storageKey: place, namespace: reference.namespace, name: reference.name)
            )?.uid
        }
        createSystemNamespaces()
        if configuration.enforcesRoles { createDefaultRoles() }
    }

    /// Where objects of a kind are stored.
    static func storageKey(_ group: String, _ plural: String, in definitions: [ResourceDefinition]) -> String {
        definitions.first { $0.type.group == group && $0.type.plural == plural }?.storageKey ?? plural
    }

    /// Answers one request; never throws, every failure is a `Status`.
    func handle(_ request: APIRequest) async -> APIResponse {
        do throws(Status) {
            if let definition = AccessReview.definition(of: request) {
                let review = AccessReview(
                    authorizer: access,
                    tokens: tokens,
                    adminToken: configuration.adminToken,
                    timestamp: timestamp()
                )
                return try review.answer(request, definition)
            }
            if TokenRequest.isMeant(request) { return try requestToken(request) }
            let target = try ResourceTarget(request, catalog: registry.catalog)
            switch request.verb {
            case .get: return try get(request, target)
            case .list: return try list(request, target)
            case .watch: return try watch(request, target)
            case .create: return try await create(request, target)
            case .update: return try await update(request, target)
            case .patch: return try await patch(request, target)
            case .delete: return try await delete(request, target)
            case .deletecollection: return try await deleteCollection(request, target)
            }
        } catch {
            return .status(error, warnings: [])
        }
    }

    /// Forgets the history of changes: every older resource version is expired from now on (a fault for tests).
    func forgetHistory() {
        storage.forgetHistory()
    }

    /// Ends every watch that runs now, as a restarting server does (a fault for tests).
    func closeWatches() {
        storage.endWatches(forGood: false)
    }

    /// A new identity: a random UUID (RFC 9562, version 4).
    func newUID() -> String {
        let high = timing.random() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = timing.random() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append(UInt8(ascii: "-")) }
            let word = index < 16 ? high : low
            text.append(digits[Int(word >> UInt64(60 - 4 * (index % 16)) & 0xF)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The time of day as objects carry it.
    func timestamp() -> String {
        Timestamp.format(timing.now())
    }

    private func createDefaultRoles() {
        for var object in DefaultRoles.objects {
            object["metadata"]?["uid"] = .string(newUID())
            object["metadata"]?["creationTimestamp"] = .string(timestamp())
            let isRole = object["kind"] == "ClusterRole"
            let place = isRole ? access.keys.clusterRoles : access.keys.clusterRoleBindings
            let key = ObjectKey(storageKey: place, namespace: "", name: object["metadata"]?["name"]?.string ?? "")
            _ = storage.commit(StorageState.Write(key: key, value: object, expectation: .absent))
        }
        RoleAggregation(handler: self).run()
    }

    private func createSystemNamespaces() {
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            let value: JSONValue = [
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": [
                    "name": .string(name),
                    "uid": .string(newUID()),
                    "creationTimestamp": .string(timestamp()),
                    "labels": ["kubernetes.io/metadata.name": .string(name)],
                ],
                "spec": ["finalizers": [.string(Finalizer.namespace)]],
                "status": ["phase": "Active"],
            ]
            let key = ObjectKey(storageKey: roles.namespaces, namespace: "", name: name)
            _ = storage.commit(StorageState.Write(key: key, value: value, expectation: .absent))
        }
    }
}
