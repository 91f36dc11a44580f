// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import HTTPTypes
import Hummingbird
import KubeCore
import NIOCore
import ServiceLifecycle

/// What a request brings besides itself: its connection, so that a fault can close it.
struct ConnectionContext: InitializableFromSource {
    /// The connection.
    let channel: any Channel

    /// Takes the connection of a request.
    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}

/// Answers the requests of all realms.
struct ProviderResponder: HTTPResponder {
    private struct Document: Sendable {
        let realm: Realm
        let endpoint: RealmEndpoint
    }

    private struct DevicePath: Sendable {
        let realm: Realm
        let place: DeviceEndpoint.Place
    }

    private let documents: [String: Document]
    private let devicePaths: [String: DevicePath]
    private let device = DeviceEndpoint()
    private let control: ControlEndpoint
    private let clock: any Clock<Duration>

    /// Creates a responder for a fixed set of realms.
    init(realms: [Realm], clock: any Clock<Duration>) {
        var documents: [String: Document] = [:]
        for realm in realms {
            documents[realm.shape.keysPath(realm.name)] = Document(realm: realm, endpoint: .keys)
            documents[realm.shape.discoveryPath(realm.name)] = Document(realm: realm, endpoint: .discovery)
        }
        var devicePaths: [String: DevicePath] = [:]
        for realm in realms {
            devicePaths[realm.shape.devicePath(realm.name)] = DevicePath(realm: realm, place: .authorize)
            devicePaths[realm.shape.tokenPath(realm.name)] = DevicePath(realm: realm, place: .token)
            devicePaths[realm.shape.verificationPath(realm.name)] = DevicePath(realm: realm, place: .verification)
        }
        self.devicePaths = devicePaths
        self.documents = documents
        self.clock = clock
        control = ControlEndpoint(realms: realms)
    }

    /// Answers one request.
    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        if let document = documents[request.uri.path] {
            guard request.method == .get || request.method == .head else {
                return Response(status: .methodNotAllowed, headers: [.allow: "GET, HEAD"])
            }
            return try await answer(request, document, context)
        }
        if let path = devicePaths[request.uri.path] {
            if let faulty = try await deviceFault(request, path, context) { return faulty }
            return try await device.respond(to: request, at: path.place, of: path.realm)
        }
        if request.uri.path.hasPrefix("/dev/") {
            return try await control.respond(to: request)
        }
        return Response(status: .notFound)
    }

    private func answer(
        _ request: Request,
        _ document: Document,
        _ context: ConnectionContext
    ) async throws -> Response {
        let planned = document.realm.admit(document.endpoint)
        var fault = planned
        if let asked = request.uri.queryParameters["fault"] {
            guard let read = Fault(String(asked)) else {
                return .text(status: .badRequest, "this fault is not known\n")
            }
            fault = read
        }
        if case .slow(let delay) = fault {
            try await wait(delay)
            fault = nil
        }
        if case .dropConnection = fault {
            try? await context.channel.close()
            return Response(status: .internalServerError)
        }
        if case .discoveryDocument = fault {
            return try await .json(document.realm.document(.discovery))
        }
        let right = JSONWriter.bytes(try await document.realm.document(document.endpoint), layout: .indented)
        if let faulty = fault?.response(to: request, inPlaceOf: right) { return faulty }
        return healthy(right, request, document)
    }

    /// The faulty answer of an endpoint of the device grant, if one is planned; slow ones are waited for.
    private func deviceFault(
        _ request: Request,
        _ path: DevicePath,
        _ context: ConnectionContext
    ) async throws -> Response? {
        let endpoint: RealmEndpoint
        switch path.place {
        case .authorize: endpoint = .device
        case .token: endpoint = .token
        case .verification: return nil
        }
        switch path.realm.admit(endpoint) {
        case nil: return nil
        case .slow(let delay)?:
            try await wait(delay)
            return nil
        case .dropConnection?, .dropMidway?:
            try? await context.channel.close()
            return Response(status: .internalServerError)
        case let fault?: return fault.response(to: request, inPlaceOf: [])
        }
    }

    /// Waits on the provider's clock, but not beyond shutdown, so that a slow answer never holds up the end.
    private func wait(_ delay: Duration) async throws {
        try await cancelWhenGracefulShutdown {
            try await clock.sleep(for: delay)
        }
    }

    private func healthy(_ body: [UInt8], _ request: Request, _ document: Document) -> Response {
        let (cacheControl, usesETag) = document.realm.caching
        var headers: HTTPFields = [.contentType: "application/json"]
        if document.endpoint == .keys, let cacheControl { headers[.cacheControl] = cacheControl }
        if usesETag {
            let tag = "\"\(Base64URL.encode(SHA256.hash(data: body).prefix(16)))\""
            headers[.eTag] = tag
            if let known = request.headers[.ifNoneMatch], Self.matches(tag, known) {
                document.realm.noteNotModified()
                return Response(status: .notModified, headers: headers)
            }
        }
        let response = Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// Whether a tag is in the list of `If-None-Match` (RFC 9110 section 13.1.2, weak comparison).
    private static func matches(_ tag: String, _ list: String) -> Bool {
        list.split(separator: ",").contains { entry in
            let entry = entry.drop { $0 == " " }.prefix { $0 != " " }
            return entry == "*" || entry == tag || entry == "W/" + tag
        }
    }
}

extension Response {
    /// A JSON answer.
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        let bytes = JSONWriter.bytes(value, layout: .indented) + [UInt8(ascii: "\n")]
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    /// A plain answer for a person.
    static func text(
        status: HTTPResponse.Status,
        _ text: String,
        type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status,
            headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
