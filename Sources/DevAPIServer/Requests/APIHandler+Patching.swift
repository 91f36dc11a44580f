// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension APIHandler {
    /// Changes an object by a patch.
    func patch(_ request: APIRequest, _ target: ResourceTarget) async throws(Status) -> APIResponse {
        guard let patchType = request.patchType,
            patchType != .strategicMerge || target.definition.origin == .builtIn
        else { throw .unsupportedMediaType(Self.acceptedPatches(target.definition)) }
        let options = try WriteOptions(request, kind: "PatchOptions")
        var context = WriteContext(target: target, options: options, warnings: target.deprecationWarnings)
        context.user = request.user
        if patchType == .apply { return try await apply(request, &context) }
        let document = try patchDocument(request, &context)
        let name = target.name ?? ""
        for _ in 0..<Self.attempts {
            guard let live = storage.object(target.key(name)) else { throw .notFound(target.type, name) }
            // Each attempt begins anew, so that nobody is warned twice.
            var attempt = context
            var object = try patched(target.shown(live), document, patchType, target.definition)
            try BodyDecoder.checkType(&object, target.definition)
            let problems = BodyDecoder.normalize(&object, target.definition)
            try BodyDecoder.deal(
                with: problems,
                validation: options.fieldValidation,
                warnings: &attempt.warnings
            ) { problems throws(Status) in
                let error = FieldError(
                    .invalid,
                    FieldPath(keys: "patch"),
                    badValue: .string(document.jsonText),
                    detail: "strict decoding error: \(problems)"
                )
                throw .invalid(kind: "", group: "", name: "", [error])
            }
            try checkName(object, target)
            // A resource version that the patch did not touch is the live one, so it is no precondition.
            if let response = try await replace(live, by: object, attempt, isApply: false) { return response }
        }
        throw .modified(target.type, name)
    }

    private static func acceptedPatches(_ definition: ResourceDefinition) -> [String] {
        var accepted: [APIRequest.PatchType] = [.json, .merge]
        if definition.origin == .builtIn { accepted.append(.strategicMerge) }
        return (accepted + [.apply]).map(\.rawValue)
    }

    private func patchDocument(_ request: APIRequest, _ context: inout WriteContext) throws(Status) -> JSONValue {
        let document = try BodyDecoder.document(request)
        let problems = document.duplicates.map { "duplicate field \"\($0)\"" }
        try BodyDecoder.deal(
            with: problems,
            validation: context.options.fieldValidation,
            warnings: &context.warnings
        ) { problems throws(Status) in
            throw .badRequest("strict decoding error: \(problems)")
        }
        return document.value
    }

    private func patched(
        _ object: JSONValue,
        _ document: JSONValue,
        _ patchType: APIRequest.PatchType,
        _ definition: ResourceDefinition
    ) throws(Status) -> JSONValue {
        switch patchType {
        case .merge:
            guard document.object != nil else { throw .badRequest("the merge patch must be an object") }
            return JSONMergePatch(document).applied(to: object)
        case .strategicMerge:
            guard document.object != nil else { throw .badRequest("the strategic merge patch must be an object") }
            do throws(StrategicMergePatch.Failure) {
                return try StrategicMergePatch(document: document).applied(to: object, schema: definition.schema)
            } catch {
                throw .badRequest(error.message)
            }
        case .json, .apply:
            let patch: JSONPatch
            do throws(JSONPatch.Failure) {
                patch = try JSONPatch(json: document)
            } catch {
                throw .badRequest("error decoding patch: \(error.description)")
            }
            if patch.operations.count > 10_000 {
                throw Status(
                    code: 413,
                    reason: "RequestEntityTooLarge",
                    message: "Request entity is too large: The allowed maximum operations in a JSON patch is 10000, "
                        + "got \(patch.operations.count)"
                )
            }
            do throws(JSONPatch.Failure) {
                return try patch.applied(to: object)
            } catch {
                throw Status(
                    code: 422,
                    reason: "Invalid",
                    message: "the server rejected our request due to an error in our request"
                )
            }
        }
    }

    // MARK: - Server-side apply

    private func apply(_ request: APIRequest, _ context: inout WriteContext) async throws(Status) -> APIResponse {
        let target = context.target
        let name = target.name ?? ""
        let document = try BodyDecoder.document(request)
        var applied = document.value
        try BodyDecoder.checkType(&applied, target.definition)
        let duplicates = document.duplicates.map { "duplicate field \"\($0)\"" }
        try BodyDecoder.deal(
            with: duplicates,
            validation: context.options.fieldValidation,
            warnings: &context.warnings
        ) { problems throws(Status) in
            throw .badRequest("error strict decoding YAML: \(problems)")
        }
        if applied["metadata"]?["managedFields"]?.array?.isEmpty == false {
            throw .badRequest("metadata.managedFields must be nil")
        }
        if applied["metadata"]?["name"] == nil { applied["metadata"]?["name"] = .string(name) }
        try checkName(applied, target)
        try refuseUndeclared(&applied, target)
        for _ in 0..<Self.attempts {
            guard let live = storage.object(target.key(name)) else {
                if let response = try await applyNew(applied, name, context) { return response }
                continue
            }
            let version = applied["metadata"]?["resourceVersion"]?.string
            if let version, !version.isEmpty, version != String(live.revision) { throw .modified(target.type, name) }
            var object = try merged(live: target.shown(live), applied, context)
            _ = BodyDecoder.normalize(&object, target.definition)
            if let response = try await replace(live, by: object, context, isApply: true) { return response }
        }
        throw .modified(target.type, name)
    }

    private func applyNew(
        _ applied: JSONValue,
        _ name: String,
        _ context: WriteContext
    ) async throws(Status) -> APIResponse? {
        let target = context.target
        if target.isStatus { throw .notFound(target.type, name) }
        if applied["metadata"]?["uid"]?.string?.isEmpty == false {
            throw .conflict(
                target.type,
                name,
                "uid mismatch: the provided object specified uid \(applied["metadata"]?["uid"]?.string ?? ""), and no "
                    + "existing object was found"
            )
        }
        var object = try merged(live: nil, applied, context)
        _ = BodyDecoder.normalize(&object, target.definition)
        do throws(Status) {
            return try await create(object, named: name, context, isApply: true)
        } catch {
            // Somebody else was faster: what is applied is merged with that.
            if error.reason == "AlreadyExists", !context.options.isDryRun { return nil }
            throw error
        }
    }

    private func merged(live: JSONValue?, _ applied: JSONValue, _ context: WriteContext) throws(Status) -> JSONValue {
        do throws(ApplyFailure) {
            return try ServerSideApply.apply(
                live: live,
                applied: applied,
                by: context.target.writer(context.options.manager),
                force: context.options.isForced,
                schema: context.target.definition.schema,
                now: timestamp()
            )
        } catch {
            throw error.status
        }
    }

    /// Refuses fields that the schema does not declare: apply cannot own what it does not know, so the real server
    /// fails whatever field validation says.
    private func refuseUndeclared(_ applied: inout JSONValue, _ target: ResourceTarget) throws(Status) {
        guard let unknown = target.definition.schema?.prune(&applied), !unknown.isEmpty else { return }
        let fields = unknown.map { ".\($0): field not declared in schema" }
        let list = fields.count == 1 ? fields[0] : "errors:\n  " + fields.joined(separator: "\n  ")
        throw .unexplained(
            "failed to create typed patch object (\(target.namespace ?? "")/\(target.name ?? ""); "
                + "\(target.type.apiVersion), Kind=\(target.type.kind)): \(list)"
        )
    }
}
