// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What is particular about single kinds: what the server puts in, keeps and refuses (the strategies of
/// `pkg/registry` and of `apiextensions-apiserver`).
struct KindRules: Sendable {
    private enum Special {
        case namespace, definition, configMap, secret, access, webhooks, other
    }

    private let special: Special
    private let type: ResourceType
    private let isBuiltIn: Bool
    private let catalog: ResourceRegistry.Catalog

    /// Finds the rules of a definition.
    init(_ definition: ResourceDefinition, roles: StorageState.Roles, catalog: ResourceRegistry.Catalog) {
        self.catalog = catalog
        type = definition.type
        isBuiltIn = definition.origin == .builtIn
        special =
            switch (definition.storageKey, definition.type.group, definition.type.plural) {
            case (roles.namespaces, _, _): .namespace
            case (roles.definitions, _, _): .definition
            case (_, "", "configmaps"): .configMap
            case (_, "", "secrets"): .secret
            case (_, "rbac.authorization.k8s.io", _) where isBuiltIn: .access
            case (_, BuiltInResources.admissionGroup, "validatingwebhookconfigurations") where isBuiltIn: .webhooks
            default: .other
            }
    }

    // MARK: - What holds for kinds as a whole

    private static let generationKinds: Set<String> = [
        "apps/deployments", "apps/replicasets", "apps/statefulsets", "apps/daemonsets", "batch/jobs", "batch/cronjobs",
        "networking.k8s.io/ingresses", "networking.k8s.io/networkpolicies", "policy/poddisruptionbudgets",
        "apiextensions.k8s.io/customresourcedefinitions", "admissionregistration.k8s.io/validatingadmissionpolicies",
        "admissionregistration.k8s.io/validatingwebhookconfigurations",
        "admissionregistration.k8s.io/mutatingwebhookconfigurations", "/pods", "/replicationcontrollers",
    ]

    /// Whether objects count changes of their content in `metadata.generation`.
    static func countsGenerations(_ definition: ResourceDefinition) -> Bool {
        definition.origin != .builtIn || generationKinds.contains(qualifiedPlural(definition))
    }

    /// Whether an update without a resource version is done (`AllowUnconditionalUpdate`).
    static func allowsUnconditionalUpdate(_ definition: ResourceDefinition) -> Bool {
        guard definition.origin == .builtIn else { return false }
        return qualifiedPlural(definition) != "coordination.k8s.io/leases"
            && definition.type.group != "apiextensions.k8s.io"
    }

    /// Whether an update creates what is not there (`AllowCreateOnUpdate`).
    static func createsOnUpdate(_ definition: ResourceDefinition) -> Bool {
        guard definition.origin == .builtIn else { return false }
        return definition.type.group == "rbac.authorization.k8s.io" || definition.type.kind == "Event"
            || ["coordination.k8s.io/leases", "/endpoints", "/limitranges"].contains(qualifiedPlural(definition))
    }

    /// What `metadata.generation` counts changes of.
    static func content(_ object: JSONValue, _ definition: ResourceDefinition) -> JSONObject {
        var content = object.object ?? [:]
        content["metadata"] = nil
        if definition.hasStatus { content["status"] = nil }
        return content
    }

    /// The finalizers outside of metadata: those of namespaces.
    static func specFinalizers(_ object: JSONValue, roles: StorageState.Roles, key: ObjectKey) -> [JSONValue] {
        guard key.storageKey == roles.namespaces else { return [] }
        return object["spec"]?["finalizers"]?.array ?? []
    }

    /// Whether nothing holds an object any more.
    static func isReleased(_ object: JSONValue, roles: StorageState.Roles, key: ObjectKey) -> Bool {
        (object["metadata"]?["finalizers"]?.array ?? []).isEmpty
            && specFinalizers(object, roles: roles, key: key).isEmpty
    }

    private static func qualifiedPlural(_ definition: ResourceDefinition) -> String {
        "\(definition.type.group)/\(definition.type.plural)"
    }

    // MARK: - One object

    /// Puts in what the server decides about a new object.
    func prepareForCreate(_ object: inout JSONValue, now: String) {
        switch special {
        case .namespace:
            object["spec", default: [:]]["finalizers"] = [.string(Finalizer.namespace)]
            object["status"] = ["phase": "Active"]
        case .definition:
            CustomResourceStatus.complete(&object, old: nil, others: catalog, now: now)
        case .secret: if object["type"] == nil || object["type"] == "" { object["type"] = "Opaque" }
        case .access: RoleRules.complete(&object, of: type)
        case .configMap, .webhooks, .other: break
        }
        if isBuiltIn { BuiltInResources.prepare(&object, of: type) }
    }

    /// Puts in what the server decides about a changed object.
    func prepareForUpdate(_ object: inout JSONValue, old: JSONValue, isStatus: Bool, now: String) {
        switch special {
        case .namespace:
            if !isStatus { object["spec"] = old["spec"] }
        case .definition:
            if !isStatus { CustomResourceStatus.complete(&object, old: old, others: catalog, now: now) }
        case .secret:
            if object["type"] == nil { object["type"] = old["type"] }
        case .access: RoleRules.complete(&object, of: type)
        case .configMap, .webhooks, .other: break
        }
        if isBuiltIn { BuiltInResources.prepare(&object, of: type) }
    }

    /// The problems of an object beside those of its metadata and schema.
    func problems(_ object: JSONValue, old: JSONValue?) -> [FieldError] {
        switch special {
        case .definition: CustomResourceReader.problems(object, old: old)
        case .configMap, .secret: dataProblems(object)
        case .access: RoleRules.problems(object, of: type)
        case .webhooks: WebhookRules.problems(object)
        case .namespace, .other: []
        }
    }

    /// What must not change.
    func updateProblems(_ object: JSONValue, old: JSONValue) -> [FieldError] {
        switch special {
        case .configMap, .secret:
            var errors: [FieldError] = []
            if special == .secret, object["type"] != old["type"] {
                errors.append(
                    FieldError(
                        .invalid,
                        FieldPath(keys: "type"),
                        badValue: object["type"],
                        detail: "field is immutable"
                    )
                )
            }
            guard old["immutable"] == true else { return errors }
            if object["immutable"] != true {
                errors.append(Self.immutable("immutable"))
            }
            for member in ["data", "binaryData"] where object[member] != old[member] {
                errors.append(Self.immutable(member))
            }
            return errors
        case .namespace, .definition, .access, .webhooks, .other: return []
        }
    }

    private static func immutable(_ member: String) -> FieldError {
        FieldError(.forbidden, FieldPath(keys: member), detail: "field is immutable when `immutable` is set")
    }

    private func dataProblems(_ object: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        var size = 0
        for member in ["data", "binaryData"] {
            for (key, value) in object[member]?.object ?? [:] {
                size += value.string?.utf8.count ?? 0
                let isValid =
                    !key.isEmpty && key.utf8.count <= 253 && key != "." && key != ".."
                    && key.utf8.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                            UInt8(ascii: "."):
                            true
                        default: false
                        }
                    }
                if isValid { continue }
                errors.append(
                    FieldError(
                        .invalid,
                        FieldPath(keys: member, key),
                        badValue: .string(key),
                        detail: "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
                            + "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
                            + "'[-._a-zA-Z0-9]+')"
                    )
                )
            }
        }
        if size > 1_048_576 {
            let path = special == .secret ? FieldPath(keys: "data") : FieldPath()
            errors.append(FieldError(.tooLong, path, detail: "may not be more than 1048576 bytes"))
        }
        return errors
    }
}

extension JSONValue {
    /// The member of that name, made when it is missing; changed in place.
    subscript(_ name: String, default fallback: @autoclosure () -> JSONValue) -> JSONValue {
        get { self[name] ?? fallback() }
        set { self[name] = newValue }
        _modify {
            // Taken out for the time of the change, so that its storage is unique and nothing is copied.
            var object = self.object ?? [:]
            self = .null
            defer { self = .object(object) }
            yield &object[name, default: fallback()]
        }
    }
}
