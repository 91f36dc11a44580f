// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import YAMLSource

/// Reads the bodies of requests.
enum BodyDecoder {
    /// A body and the paths of members that occurred more than once.
    struct Document: Sendable {
        /// The value; of duplicate members the last.
        var value: JSONValue
        /// Duplicate members, in the order met.
        var duplicates: [FieldPath]
    }

    /// Reads a body of any shape.
    ///
    /// - Throws: `Status` 400 when it is neither JSON nor, where allowed, YAML.
    static func document(_ request: APIRequest) throws(Status) -> Document {
        do throws(JSONError) {
            let parser = JSONParser(duplicateMembers: .takeLast)
            let (value, duplicates) = try parser.parseReportingDuplicates(request.body)
            return Document(value: value, duplicates: duplicates)
        } catch {
            // JSON is YAML, so only what is no JSON needs the slower reader.
            guard request.isYAML else { throw .badRequest("error decoding the body: \(error)") }
            return Document(value: try yaml(request.body), duplicates: [])
        }
    }

    /// Reads a body as an object of a kind: type and place checked, unknown fields dealt with.
    ///
    /// - Throws: `Status` 400 when it is no such object, or strict validation finds something.
    static func object(
        _ request: APIRequest,
        as definition: ResourceDefinition,
        validation: WriteOptions.FieldValidation,
        warnings: inout [String]
    ) throws(Status) -> JSONValue {
        let document: Document
        do throws(Status) {
            document = try self.document(request)
        } catch {
            throw .badRequest("\(unrecognized(definition)): couldn't get version/kind; \(error.message)")
        }
        var value = document.value
        try checkType(&value, definition)
        let problems = normalize(&value, definition, duplicates: document.duplicates)
        try deal(with: problems, validation: validation, warnings: &warnings) { problems throws(Status) in
            throw .badRequest("\(cannotBeHandled(definition)): strict decoding error: \(problems)")
        }
        return value
    }

    /// Brings an object into its shape: unknown members removed, defaults put in.
    ///
    /// - Returns: What strict validation has to say.
    static func normalize(
        _ value: inout JSONValue,
        _ definition: ResourceDefinition,
        duplicates: [FieldPath] = []
    ) -> [String] {
        var problems = duplicates.map { "duplicate field \"\($0)\"" }
        if let schema = definition.schema {
            problems += schema.prune(&value).map { "unknown field \"\($0)\"" }
            schema.applyDefaults(to: &value)
        }
        return problems
    }

    /// Warns of problems or refuses them, as asked.
    static func deal(
        with problems: [String],
        validation: WriteOptions.FieldValidation,
        warnings: inout [String],
        refuse: (String) throws(Status) -> Void
    ) throws(Status) {
        if problems.isEmpty { return }
        switch validation {
        case .ignore: return
        case .warn: warnings += problems
        case .strict: try refuse(problems.joined(separator: ", "))
        }
    }

    /// Checks `apiVersion` and `kind` of an object; a built-in object that has none gets them.
    ///
    /// - Throws: `Status` 400 when the object is of another version or kind, or misses them.
    static func checkType(_ value: inout JSONValue, _ definition: ResourceDefinition) throws(Status) {
        guard value.object != nil else {
            throw .badRequest("\(unrecognized(definition)): couldn't get version/kind; the body is no object")
        }
        let type = definition.type
        let kind = value["kind"]?.string ?? ""
        let apiVersion = value["apiVersion"]?.string ?? ""
        if kind.isEmpty, definition.origin != .builtIn {
            throw .badRequest("Object 'Kind' is missing in '\(value.jsonText.prefix(256))'")
        }
        if apiVersion.isEmpty, definition.origin != .builtIn {
            throw .badRequest("Object 'apiVersion' is missing in '\(value.jsonText.prefix(256))'")
        }
        if kind.isEmpty { value["kind"] = .string(type.kind) }
        if apiVersion.isEmpty { value["apiVersion"] = .string(type.apiVersion) }
        if !apiVersion.isEmpty, !UTF8Order.equal(apiVersion, type.apiVersion) {
            throw .badRequest(
                "the API version in the data (\(apiVersion)) does not match the expected API version "
                    + "(\(type.apiVersion))"
            )
        }
        if !kind.isEmpty, !UTF8Order.equal(kind, type.kind) {
            let error = FieldError(
                .invalid,
                FieldPath(keys: "kind"),
                badValue: .string(kind),
                detail: "must be \(type.kind)"
            )
            if definition.origin != .builtIn { throw .invalid(type, value["metadata"]?["name"]?.string ?? "", [error]) }
            throw .badRequest(
                "\(kind) in version \"\(type.version)\" cannot be handled as a \(type.kind): converting "
                    + "(\(type.version).\(kind)) to (\(type.version).\(type.kind)): unknown conversion"
            )
        }
        if definition.origin == .builtIn, let problem = definition.schema?.decodingProblem(of: value, kind: type.kind) {
            throw .badRequest("\(cannotBeHandled(definition)): \(problem)")
        }
    }

    private static func unrecognized(_ definition: ResourceDefinition) -> String {
        "the object provided is unrecognized (must be of type \(definition.type.kind))"
    }

    private static func cannotBeHandled(_ definition: ResourceDefinition) -> String {
        let type = definition.type
        return "\(type.kind) in version \"\(type.version)\" cannot be handled as a \(type.kind)"
    }

    private static func yaml(_ bytes: [UInt8]) throws(Status) -> JSONValue {
        do throws(YAMLError) {
            return try YAMLSource.value(in: bytes)
        } catch {
            throw .badRequest("error decoding YAML: \(error)")
        }
    }
}
