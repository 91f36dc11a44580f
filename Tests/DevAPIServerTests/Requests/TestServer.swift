// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Synchronization
import TestKit

@testable import DevAPIServer

/// A server without HTTP, whose time stands still and whose identities count up.
struct TestServer {
    let handler: APIHandler
    let clock = ManualClock()

    /// Kinds without schemas, so that these tests speak of storage and requests alone.
    static let definitions: [ResourceDefinition] = [
        definition("", "v1", "Namespace", "namespaces", isNamespaced: false, hasStatus: true),
        definition("", "v1", "ConfigMap", "configmaps"),
        definition("", "v1", "Secret", "secrets", selectable: ["type"]),
        definition("", "v1", "Service", "services"),
        definition("", "v1", "Event", "events", selectable: ["involvedObject.name", "involvedObject.uid", "reason"]),
        definition("events.k8s.io", "v1", "Event", "events", selectable: ["regarding.name", "reason"]),
        definition("apps", "v1", "Deployment", "deployments", hasStatus: true),
        definition("coordination.k8s.io", "v1", "Lease", "leases"),
        definition("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", isNamespaced: false),
        definition(
            "apiextensions.k8s.io",
            "v1",
            "CustomResourceDefinition",
            "customresourcedefinitions",
            isNamespaced: false,
            hasStatus: true
        ),
    ]

    init(_ configure: (inout APIHandler.Configuration) -> Void = { _ in }) {
        var configuration = APIHandler.Configuration(definitions: Self.definitions)
        configure(&configuration)
        let counter = Counter()
        handler = APIHandler(
            configuration: configuration,
            timing: Timing(
                clock: clock,
                now: { Date(timeIntervalSince1970: 1_800_000_000) },
                random: { counter.next() }
            )
        )
    }

    private final class Counter: Sendable {
        private let value = Mutex<UInt64>(0)

        func next() -> UInt64 {
            value.withLock { value in
                value &+= 0x9E37_79B9_7F4A_7C15
                return value ^ (value >> 29)
            }
        }
    }

    private static func definition(
        _ group: String,
        _ version: String,
        _ kind: String,
        _ plural: String,
        isNamespaced: Bool = true,
        hasStatus: Bool = false,
        selectable: [String] = []
    ) -> ResourceDefinition {
        var definition = ResourceDefinition(
            type: ResourceType(
                group: group,
                version: version,
                kind: kind,
                plural: plural,
                isNamespaced: isNamespaced
            ),
            singular: kind.lowercased(),
            listKind: "\(kind)List",
            storageKey: plural == "events" ? "events" : group.isEmpty ? plural : "\(group)/\(plural)"
        )
        definition.hasStatus = hasStatus
        definition.selectableFields = selectable
        return definition
    }

    // MARK: - Requests

    /// A request to a resource by its plural name; `widgets` are the custom ones.
    func request(
        _ verb: APIRequest.Verb,
        _ resource: String,
        _ name: String? = nil,
        namespace: String? = "default",
        query: [String: String] = [:],
        body: JSONValue? = nil
    ) -> APIRequest {
        let definition = handler.registry.catalog.definitions.first { $0.type.plural == resource }
        var request = APIRequest(
            verb: verb,
            group: definition?.type.group ?? "",
            version: definition?.type.version ?? "v1",
            resource: resource,
            namespace: definition?.type.isNamespaced ?? true ? namespace : nil,
            name: name
        )
        request.query = query
        request.body = body?.jsonBytes ?? []
        request.userAgent = "tests/1.0"
        return request
    }

    /// What a request is answered with, errors thrown.
    @discardableResult
    func send(_ request: APIRequest) async throws -> JSONValue {
        switch await handler.handle(request) {
        case .object(_, let value, _, _): return value
        case .status(let status, _):
            if status.code >= 400 { throw status }
            return status.json
        case .watch: throw Status(code: 0, reason: "", message: "a watch where an object was expected")
        }
    }

    /// The error that a request is answered with.
    func refusal(_ request: APIRequest) async -> Status? {
        if case .status(let status, _) = await handler.handle(request), status.code >= 400 { status } else { nil }
    }

    /// Creates an object of `apiVersion` v1 with members beside name and type.
    @discardableResult
    func create(
        _ resource: String,
        _ name: String,
        namespace: String? = "default",
        _ members: JSONObject = [:],
        metadata: JSONObject = [:]
    ) async throws -> JSONValue {
        let body = object(resource, name, members, metadata: metadata)
        return try await send(request(.create, resource, namespace: namespace, body: body))
    }

    /// An object as a client writes it.
    func object(
        _ resource: String,
        _ name: String,
        _ members: JSONObject = [:],
        metadata: JSONObject = [:]
    )
        -> JSONValue
    {
        let type = handler.registry.catalog.definitions.first { $0.type.plural == resource }?.type
        var object = members
        var meta = metadata
        meta["name"] = .string(name)
        object["apiVersion"] = .string(type?.apiVersion ?? "v1")
        object["kind"] = .string(type?.kind ?? "")
        object["metadata"] = .object(meta)
        return .object(object)
    }

    /// Gets an object; `nil` when it is not there.
    func get(_ resource: String, _ name: String, namespace: String? = "default") async throws -> JSONValue? {
        do {
            return try await send(request(.get, resource, name, namespace: namespace))
        } catch let status as Status where status.code == 404 {
            return nil
        }
    }

    /// A patch request.
    func patch(
        _ type: APIRequest.PatchType,
        _ resource: String,
        _ name: String,
        _ body: JSONValue,
        query: [String: String] = [:],
        subresource: String? = nil
    ) -> APIRequest {
        var request = request(.patch, resource, name, query: query, body: body)
        request.patchType = type
        request.subresource = subresource
        return request
    }

    /// Begins a watch.
    func watch(
        _ resource: String,
        namespace: String? = nil,
        _ query: [String: String] = [:]
    ) async throws -> WatchReader {
        switch await handler.handle(request(.watch, resource, namespace: namespace, query: query)) {
        case .watch(let subscription, _): return WatchReader(subscription)
        case .status(let status, _): throw status
        case .object: throw Status(code: 0, reason: "", message: "an object where a watch was expected")
        }
    }

    /// Does the waiting work of the background until there is none.
    func settle() {
        while true {
            let work = handler.storage.takeWork()
            if work.isEmpty { return }
            for item in work { handler.process(item) }
        }
    }

    /// Defines the kind `Widget` of `example.com`.
    func defineWidgets(_ change: (inout JSONValue) -> Void = { _ in }) async throws {
        var body = Self.widgets
        change(&body)
        try await send(request(.create, "customresourcedefinitions", body: body))
    }

    /// The definition of the kind `Widget`.
    static let widgets: JSONValue = [
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": ["name": "widgets.example.com"],
        "spec": [
            "group": "example.com",
            "scope": "Namespaced",
            "names": ["plural": "widgets", "kind": "Widget"],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true,
                    "schema": [
                        "openAPIV3Schema": [
                            "type": "object",
                            "properties": [
                                "spec": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                                "status": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                            ],
                        ]
                    ],
                    "subresources": ["status": [:]],
                ]
            ],
        ],
    ]
}

extension JSONValue {
    /// The resource version.
    var resourceVersion: String { self["metadata"]?["resourceVersion"]?.string ?? "" }
    /// The identity.
    var uid: String { self["metadata"]?["uid"]?.string ?? "" }
    /// The name.
    var name: String { self["metadata"]?["name"]?.string ?? "" }
    /// The names of the items of a list.
    var itemNames: [String] { (self["items"]?.array ?? []).map(\.name) }
}
