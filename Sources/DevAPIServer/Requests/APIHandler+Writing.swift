// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension APIHandler {
    /// What a write needs to know beside the object.
    struct WriteContext {
        /// What is written to.
        let target: ResourceTarget
        /// The parameters.
        let options: WriteOptions
        /// What to tell the client.
        var warnings: [String]
        /// Who writes.
        var user = UserInfo.admin
    }

    // MARK: - Create

    /// Creates an object from the body.
    func create(_ request: APIRequest, _ target: ResourceTarget) async throws(Status) -> APIResponse {
        try requireLivingDefinition(target)
        let options = try WriteOptions(request, kind: "CreateOptions")
        var context = WriteContext(target: target, options: options, warnings: target.deprecationWarnings)
        context.user = request.user
        let body = try BodyDecoder.object(
            request,
            as: target.definition,
            validation: options.fieldValidation,
            warnings: &context.warnings
        )
        let metadata = body["metadata"]?.object ?? [:]
        let prefix = metadata["generateName"]?.string ?? ""
        let name = metadata["name"]?.string ?? ""
        if !name.isEmpty || prefix.isEmpty { return try await create(body, named: name, context, isApply: false) }
        // As the real server: a generated name that is taken is made again, a few times.
        for _ in 0..<7 {
            do throws(Status) {
                let generated = ObjectNames.generated(prefix: prefix, random: timing.random())
                return try await create(body, named: generated, context, isApply: false)
            } catch {
                guard error.reason == "AlreadyExists" else { throw error }
            }
        }
        let generated = ObjectNames.generated(prefix: prefix, random: timing.random())
        return try await create(body, named: generated, context, isApply: false)
    }

    /// Creates an object that is decoded, pruned and defaulted.
    func create(
        _ body: JSONValue,
        named name: String,
        _ context: WriteContext,
        isApply: Bool
    ) async throws(Status)
        -> APIResponse
    {
        let target = context.target
        let type = target.type
        var object = body
        var metadata = object["metadata"]?.object ?? [:]
        MetadataRules.normalize(&metadata)
        try checkPlace(metadata, target)
        if let version = metadata["resourceVersion"]?.string, !version.isEmpty, version != "0" {
            throw .unexplained("resourceVersion should not be set on objects to be created")
        }
        if name.isEmpty {
            let path = FieldPath(keys: "metadata", "name")
            let error = FieldError(.required, path, detail: "name or generateName is required")
            throw .invalid(type, "", [error])
        }
        metadata["name"] = .string(name)
        metadata["namespace"] = target.namespace.map(JSONValue.string)
        metadata["uid"] = .string(newUID())
        metadata["creationTimestamp"] = .string(timestamp())
        for field in ["deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion", "selfLink", "generation"] {
            metadata[field] = nil
        }
        if KindRules.countsGenerations(target.definition) { metadata["generation"] = 1 }
        object["metadata"] = .object(metadata)
        if target.definition.hasStatus { object["status"] = nil }
        let rules = KindRules(target.definition, roles: roles, catalog: registry.catalog)
        rules.prepareForCreate(&object, now: timestamp())
        if !isApply {
            object = ManagedFields.recordUpdate(
                live: nil,
                updated: object,
                by: target.writer(context.options.manager),
                schema: target.definition.schema,
                now: timestamp()
            )
        }
        try escalation.check(object, old: nil, target, name, by: context.user)
        try validate(object, name, target, rules, old: nil)
        return try await storeNew(object, name, context)
    }

    private func storeNew(
        _ object: JSONValue,
        _ name: String,
        _ context: WriteContext
    ) async throws(Status) -> APIResponse {
        let target = context.target
        var context = context
        try await admit(.create, name, object, old: nil, &context)
        let type = target.type
        let key = target.key(name)
        if context.options.isDryRun {
            if storage.object(key) != nil { throw .alreadyExists(type, name) }
            try requireNamespace(target, name)
            return respond(201, object, context)
        }
        let write = StorageState.Write(
            key: key,
            value: VersionConversion.stored(object, of: target.definition, as: target.stored),
            expectation: .absent,
            needsNamespace: type.isNamespaced
        )
        switch storage.commit(write) {
        case .done(let stored, _, _, _):
            afterWrite(of: key)
            return respond(201, target.shown(stored), context)
        case .noNamespace: throw .notFound(.namespaces, target.namespace ?? "")
        case .namespaceTerminating: throw terminating(target, name)
        case .exists, .missing, .changed: throw .alreadyExists(type, name)
        }
    }

    // MARK: - Update

    /// Replaces an object by the body.
    func update(_ request: APIRequest, _ target: ResourceTarget) async throws(Status) -> APIResponse {
        let options = try WriteOptions(request, kind: "UpdateOptions")
        var context = WriteContext(target: target, options: options, warnings: target.deprecationWarnings)
        context.user = request.user
        let body = try BodyDecoder.object(
            request,
            as: target.definition,
            validation: options.fieldValidation,
            warnings: &context.warnings
        )
        let name = target.name ?? ""
        try checkName(body, target)
        let version = body["metadata"]?["resourceVersion"]?.string ?? ""
        let hasVersion = !version.isEmpty && version != "0"
        for _ in 0..<Self.attempts {
            guard let live = storage.object(target.key(name)) else {
                if KindRules.createsOnUpdate(target.definition), !hasVersion, !target.isStatus {
                    return try await create(body, named: name, context, isApply: false)
                }
                throw .notFound(target.type, name)
            }
            if !hasVersion, !KindRules.allowsUnconditionalUpdate(target.definition) {
                let path = FieldPath(keys: "metadata", "resourceVersion")
                let error = FieldError(.invalid, path, detail: "0x0: must be specified for an update")
                throw .invalid(target.type, name, [error])
            }
            try checkIdentity(body, live, target)
            if let response = try await replace(live, by: body, context, isApply: false) { return response }
            if hasVersion { throw .modified(target.type, name) }
        }
        throw .modified(target.type, name)
    }

    /// How often a write without a resource version is tried again before the client is told of the conflict.
    static let attempts = 5

    /// Brings a new state of an object to where it can be stored, and stores it.
    ///
    /// - Returns: The response; `nil` when somebody else was faster.
    func replace(
        _ live: StoredObject,
        by body: JSONValue,
        _ context: WriteContext,
        isApply: Bool
    ) async throws(Status)
        -> APIResponse?
    {
        let target = context.target
        let name = live.key.name
        let before = target.shown(live)
        try checkVersion(body, live, target)
        var object = body
        var metadata = object["metadata"]?.object ?? [:]
        MetadataRules.normalize(&metadata)
        let oldMetadata = before["metadata"]?.object ?? [:]
        let managedFields = metadata["managedFields"]
        if target.isStatus {
            // The status path reaches nothing else; who owns the fields is recorded all the same.
            let status = object["status"]
            object = before
            object["status"] = status
            metadata = oldMetadata
            if let managedFields { metadata["managedFields"] = managedFields }
        } else if target.definition.hasStatus {
            object["status"] = before["status"]
        }
        var errors = MetadataRules.keepServerFields(of: oldMetadata, in: &metadata)
        metadata["resourceVersion"] = oldMetadata["resourceVersion"]
        object["metadata"] = .object(metadata)
        let rules = KindRules(target.definition, roles: roles, catalog: registry.catalog)
        rules.prepareForUpdate(&object, old: before, isStatus: target.isStatus, now: timestamp())
        if !isApply {
            object = ManagedFields.recordUpdate(
                live: before,
                updated: object,
                by: target.writer(context.options.manager),
                schema: target.definition.schema,
                now: timestamp()
            )
        }
        if KindRules.countsGenerations(target.definition), !target.isStatus,
            KindRules.content(object, target.definition) != KindRules.content(before, target.definition)
        {
            let generation = oldMetadata["generation"]?.integer ?? 0
            object["metadata", default: [:]]["generation"] = .integer(generation + 1)
        }
        try escalation.check(object, old: before, target, name, by: context.user)
        do throws(Status) {
            try validate(object, name, target, rules, old: before)
        } catch {
            throw errors.isEmpty ? error : .invalid(target.type, name, errors)
        }
        errors += rules.updateProblems(object, old: before)
        if !errors.isEmpty { throw .invalid(target.type, name, errors) }
        return try await storeChanged(object, before: before, live, context)
    }

    private func storeChanged(
        _ object: JSONValue,
        before: JSONValue,
        _ live: StoredObject,
        _ context: WriteContext
    )
        async throws(Status) -> APIResponse?
    {
        let target = context.target
        var context = context
        try await admit(.update, live.key.name, object, old: before, &context)
        if object == before || context.options.isDryRun { return respond(200, object, context) }
        let isGone = live.isDeleting && KindRules.isReleased(object, roles: roles, key: live.key)
        let stored = VersionConversion.stored(object, of: target.definition, as: target.stored)
        let write = StorageState.Write(
            key: live.key,
            value: isGone ? nil : stored,
            expectation: .revision(live.revision)
        )
        switch storage.commit(write) {
        case .done(let stored, _, _, _):
            afterWrite(of: live.key)
            return respond(200, isGone ? object : target.shown(stored), context)
        case .missing: throw .notFound(target.type, live.key.name)
        case .exists, .changed, .noNamespace, .namespaceTerminating: return nil
        }
    }

    // MARK: - Checks

    private func checkPlace(_ metadata: JSONObject, _ target: ResourceTarget) throws(Status) {
        guard target.type.isNamespaced, let named = metadata["namespace"]?.string, !named.isEmpty else { return }
        if !UTF8Order.equal(named, target.namespace ?? "") {
            throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
    }

    /// Checks that a body speaks of the object of the path (`endpoints/handlers/rest.go`, `checkName`).
    func checkName(_ body: JSONValue, _ target: ResourceTarget) throws(Status) {
        let name = target.name ?? ""
        let named = body["metadata"]?["name"]?.string ?? ""
        if named.isEmpty {
            throw .badRequest(
                "the name of the object (\(name) based on URL) was undeterminable: name must be provided"
            )
        }
        if !UTF8Order.equal(named, name) {
            throw .badRequest("the name of the object (\(named)) does not match the name on the URL (\(name))")
        }
        let namespace = body["metadata"]?["namespace"]?.string ?? ""
        if let expected = target.namespace, !namespace.isEmpty, !UTF8Order.equal(namespace, expected) {
            throw .badRequest(
                "the namespace of the object (\(namespace)) does not match the namespace on the request (\(expected))"
            )
        }
    }

    /// Refuses an update of another object of that name; to a patch the identity is a field that cannot be changed.
    private func checkIdentity(_ body: JSONValue, _ live: StoredObject, _ target: ResourceTarget) throws(Status) {
        if let uid = body["metadata"]?["uid"]?.string, !uid.isEmpty, !UTF8Order.equal(uid, live.uid) {
            let place = [target.type.plural, live.key.namespace, live.key.name].filter { !$0.isEmpty }
            throw .conflict(
                target.type,
                live.key.name,
                "StorageError: invalid object, Code: 4, Key: /registry/\(place.joined(separator: "/")), "
                    + "ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: \(uid), "
                    + "UID in object meta: \(live.uid)"
            )
        }
    }

    private func checkVersion(_ body: JSONValue, _ live: StoredObject, _ target: ResourceTarget) throws(Status) {
        if let version = body["metadata"]?["resourceVersion"]?.string, !version.isEmpty, version != "0",
            version != String(live.revision)
        {
            throw .modified(target.type, live.key.name)
        }
    }

    private func validate(
        _ object: JSONValue,
        _ name: String,
        _ target: ResourceTarget,
        _ rules: KindRules,
        old: JSONValue?
    ) throws(Status) {
        guard let metadata = object["metadata"]?.object else {
            throw .badRequest("the metadata of the object is no object")
        }
        var errors = MetadataRules.problems(metadata, target.type, old: old?["metadata"]?.object)
        errors += rules.problems(object, old: old)
        errors += target.definition.schema?.validate(object, old: old) ?? []
        if !errors.isEmpty { throw .invalid(target.type, name, errors) }
    }

    private func requireNamespace(_ target: ResourceTarget, _ name: String) throws(Status) {
        guard target.type.isNamespaced, let namespace = target.namespace else { return }
        let key = ObjectKey(storageKey: roles.namespaces, namespace: "", name: namespace)
        guard let object = storage.object(key) else { throw .notFound(.namespaces, namespace) }
        if object.isDeleting { throw terminating(target, name) }
    }

    /// Refuses new objects of a kind that is being deleted (`apiextensions-apiserver`, `customresource_handler.go`).
    private func requireLivingDefinition(_ target: ResourceTarget) throws(Status) {
        guard case .custom(let name) = target.definition.origin else { return }
        let key = ObjectKey(storageKey: roles.definitions, namespace: "", name: name)
        guard storage.object(key)?.isDeleting == true else { return }
        var status = Status.methodNotAllowed(target.type)
        status.message = "create not allowed while custom resource definition is terminating"
        throw status
    }

    private func terminating(_ target: ResourceTarget, _ name: String) -> Status {
        let namespace = target.namespace ?? ""
        return .forbidden(
            target.type,
            name,
            "unable to create new content in namespace \(namespace) because it is being terminated",
            causes: [
                Status.Cause(
                    reason: "NamespaceTerminating",
                    message: "namespace \(namespace) is being terminated",
                    field: "metadata.namespace"
                )
            ]
        )
    }

    private func respond(_ code: Int, _ object: JSONValue, _ context: WriteContext) -> APIResponse {
        .object(code: code, object, definition: context.target.definition, warnings: context.warnings)
    }

    /// What keeps writers of roles from giving what they do not have.
    private var escalation: EscalationCheck { EscalationCheck(authorizer: access) }

    /// Brings up to date what is made of objects: the catalogue of definitions, the permissions of roles.
    func afterWrite(of key: ObjectKey) {
        if access.keys.contains(key.storageKey) {
            access.noteChange()
            if key.storageKey == access.keys.clusterRoles { storage.addWork([.aggregation]) }
        }
        guard key.storageKey == roles.definitions else { return }
        let snapshot = storage.snapshot(roles.definitions, namespace: nil)
        registry.replaceCustom(
            snapshot.objects.flatMap { CustomResourceReader.definitions($0.value) },
            revision: snapshot.revision
        )
    }
}
