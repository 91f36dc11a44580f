// Grantor
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import HummingbirdCore
import KubeCore
import NIOCore

/// A request to a resource, read from HTTP.
struct ResourceQuery: Sendable {
    /// The request without HTTP.
    var request: APIRequest

    /// Reads a request and its body.
    ///
    /// - Throws: `Status` when the method, the media type or the length of the body is not allowed, or the error of the
    ///   connection.
    init(request http: Request, target: RequestTarget, address: ResourceAddress) async throws {
        guard let verb = Self.verb(method: http.method, address: address, query: target.query) else {
            throw Status.methodNotAllowed
        }
        var request = APIRequest(
            verb: verb,
            group: address.group,
            version: address.version,
            resource: address.resource,
            namespace: address.namespace,
            name: address.name,
            subresource: address.subresource,
            query: target.query,
            userAgent: http.headers[.userAgent] ?? ""
        )
        if verb == .watch, let name = address.name { Self.narrow(&request, to: name) }
        if http.method != .get {
            let isProtobuf = verb != .patch && http.headers[.contentType] == ProtobufObject.mediaType
            if !isProtobuf { try Self.read(contentType: http.headers[.contentType], into: &request) }
            request.body = try await Self.body(of: http)
            if isProtobuf, !request.body.isEmpty { request.body = try Self.json(protobuf: request.body) }
        }
        self.request = request
    }

    private static func verb(
        method: HTTPRequest.Method,
        address: ResourceAddress,
        query: [String: String]
    ) -> APIRequest.Verb? {
        let hasName = address.name != nil
        switch method {
        case .get:
            if address.subresource == nil, let watch = query["watch"], isTrue(watch) { return .watch }
            return hasName ? .get : .list
        case .post: return !hasName || address.subresource != nil ? .create : nil
        case .put: return hasName ? .update : nil
        case .patch: return hasName ? .patch : nil
        case .delete: return hasName ? .delete : .deletecollection
        default: return nil
        }
    }

    /// How query parameters say yes (`Convert_Slice_string_To_bool` of `k8s.io/apimachinery`).
    static func isTrue(_ text: String) -> Bool {
        text != "0" && text.lowercased() != "false"
    }

    /// A watch of one object is a watch of its collection that leaves out the others.
    private static func narrow(_ request: inout APIRequest, to name: String) {
        let given = request.query["fieldSelector"].map { "\($0)," } ?? ""
        request.query["fieldSelector"] = "\(given)metadata.name=\(name)"
        request.name = nil
    }

    private static func read(contentType header: String?, into request: inout APIRequest) throws(Status) {
        let type = header.map { MediaRange(Substring($0)).type } ?? ""
        if request.verb == .patch {
            guard let patchType = APIRequest.PatchType(rawValue: type) else {
                throw .unsupportedMediaType(
                    accepted: "application/json-patch+json, application/merge-patch+json, "
                        + "application/strategic-merge-patch+json, application/apply-patch+yaml"
                )
            }
            request.patchType = patchType
            request.isYAML = patchType == .apply
            return
        }
        switch type {
        case "", "*/*", "application/json": break
        case "application/yaml": request.isYAML = true
        default:
            // A deletion without options needs no body, so its type does not matter.
            if request.verb == .delete || request.verb == .deletecollection, type == "text/plain" { return }
            throw .unsupportedMediaType(accepted: "application/json, application/yaml")
        }
    }

    private static func json(protobuf body: [UInt8]) throws(Status) -> [UInt8] {
        var detail = ""
        do throws(ProtobufFailure) {
            if let object = try ProtobufObject.json(body) { return JSONWriter.bytes(object) }
        } catch {
            switch error {
            case .malformed: throw .badRequest("the body of the request is no protobuf object")
            case .notUnderstood(let field): detail = " (field \(field) of a message cannot be read from protobuf)"
            }
        }
        throw .unsupportedMediaType(accepted: "application/json, application/yaml\(detail)")
    }

    private static func body(of request: Request) async throws -> [UInt8] {
        let limit = HTTPResponder.bodyLimit
        if let length = request.headers[.contentLength].flatMap({ Int($0) }) {
            if length == 0 { return [] }
            guard length <= limit else { throw Status.bodyTooLarge(limit: limit) }
        }
        do {
            let buffer = try await request.body.collect(upTo: limit)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Status.bodyTooLarge(limit: limit)
        }
    }
}
