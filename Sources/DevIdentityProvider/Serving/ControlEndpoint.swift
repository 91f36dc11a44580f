// Grantor
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import KubeCore
import NIOCore

/// The requests that drive the provider itself, below `/dev/`: for demonstrations, and for tests in other languages.
///
/// Only JSON bodies are taken, which a web page of another origin cannot send without asking first.
struct ControlEndpoint: Sendable {
    private struct Refusal: Error {
        let status: HTTPResponse.Status
        let reason: String
    }

    private static let maximumBody = 65_536

    private let realms: [Realm]

    /// Creates the endpoint for a fixed set of realms.
    init(realms: [Realm]) {
        self.realms = realms
    }

    /// Answers one request.
    func respond(to request: Request) async throws -> Response {
        do {
            return try await route(request)
        } catch let refusal as Refusal {
            return .json(["error": .string(refusal.reason)], status: refusal.status)
        } catch let error as ProviderError {
            return .json(["error": .string(error.message)], status: .unprocessableContent)
        }
    }

    private func route(_ request: Request) async throws -> Response {
        let path = request.uri.path.split(separator: "/").map(String.init)
        if path == ["dev", "realms"], request.method == .get {
            return .json(["realms": .array(try await descriptions())])
        }
        guard path.count == 4, path[1] == "realms", let realm = realms.first(where: { $0.name == path[2] }) else {
            throw Refusal(status: .notFound, reason: "there is no such path")
        }
        guard request.method == .post else {
            throw Refusal(status: .methodNotAllowed, reason: "only POST is understood here")
        }
        let body = try await body(of: request)
        switch path[3] {
        case "tokens": return try await mint(body, in: realm)
        case "rotate": return try rotate(body, in: realm)
        case "fault": return try plan(body, in: realm)
        case "device": return try settle(body, in: realm)
        default: throw Refusal(status: .notFound, reason: "there is no such path")
        }
    }

    private func descriptions() async throws -> [JSONValue] {
        var result: [JSONValue] = []
        for realm in realms {
            let counts = realm.counts
            result.append([
                "name": .string(realm.name),
                "shape": .string(realm.shape.rawValue),
                "issuer": .string(try await realm.issuer),
                "jwksEndpoint": .string(try await realm.keysURL),
                "keys": .array(try realm.publishedKeyIDs().map { .string($0) }),
                "requests": [
                    "keys": .integer(Int64(counts.keys)),
                    "discovery": .integer(Int64(counts.discovery)),
                    "device": .integer(Int64(counts.device)),
                    "token": .integer(Int64(counts.token)),
                    "notModified": .integer(Int64(counts.notModified)),
                ],
            ])
        }
        return result
    }

    private func body(of request: Request) async throws -> JSONObject {
        let type = request.headers[.contentType]?.prefix { $0 != ";" }
        guard type == "application/json" else {
            throw Refusal(status: .unsupportedMediaType, reason: "the body must be application/json")
        }
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: Self.maximumBody)
        } catch {
            throw Refusal(status: .contentTooLarge, reason: "the body must be at most \(Self.maximumBody) bytes")
        }
        if buffer.readableBytes == 0 { return [:] }
        guard let object = try? JSONValue(parsing: buffer.readableBytesView).object else {
            throw Refusal(status: .badRequest, reason: "the body must be one JSON object")
        }
        return object
    }

    private func mint(_ body: JSONObject, in realm: Realm) async throws -> Response {
        guard let userID = body["userID"]?.string else {
            throw Refusal(status: .badRequest, reason: "userID must be a string")
        }
        var template = TokenTemplate(userID: userID)
        if let audience = body["audience"]?.string { template.audiences = [audience] }
        if let audiences = body["audience"]?.array { template.audiences = audiences.compactMap(\.string) }
        if let seconds = body["lifetimeSeconds"]?.integer { template.lifetime = .seconds(seconds) }
        if let claims = body["claims"]?.object { template.claims = claims }
        if let header = body["header"]?.object { template.header = header }
        template.keyID = body["kid"]?.string
        template.algorithm = body["alg"]?.string.flatMap(SigningAlgorithm.init(rawValue:))
        return .json([
            "access_token": .string(try await realm.mint(template)),
            "token_type": "Bearer",
            "expires_in": .integer(template.lifetime.components.seconds),
        ])
    }

    private func rotate(_ body: JSONObject, in realm: Realm) throws -> Response {
        let withdrawing = body["withdrawing"]?.bool ?? false
        for algorithm in realm.algorithms {
            try realm.rotate(algorithm, withdrawing: withdrawing)
        }
        return .json(["keys": .array(try realm.publishedKeyIDs().map { .string($0) })])
    }

    private func settle(_ body: JSONObject, in realm: Realm) throws -> Response {
        guard let code = body["userCode"]?.string ?? realm.waitingUserCodes.last else {
            throw Refusal(status: .notFound, reason: "no login waits")
        }
        switch body["action"]?.string {
        case "approve"?:
            guard let userID = body["userID"]?.string else {
                throw Refusal(status: .badRequest, reason: "userID must be a string")
            }
            let approval = DeviceApproval(
                userID: userID,
                claims: body["claims"]?.object ?? [:],
                isOpaque: body["opaque"]?.bool ?? false,
                algorithm: body["alg"]?.string.flatMap(SigningAlgorithm.init(rawValue:))
            )
            try realm.approveDevice(userCode: code, as: approval)
        case "deny"?: try realm.denyDevice(userCode: code)
        case "expire"?: try realm.expireDevice(userCode: code)
        case "slowDown"?: try realm.slowDownDevice(userCode: code)
        default: throw Refusal(status: .badRequest, reason: "action must be approve, deny, expire or slowDown")
        }
        return .json(["userCode": .string(code)])
    }

    private func plan(_ body: JSONObject, in realm: Realm) throws -> Response {
        guard let endpoint = RealmEndpoint(rawValue: body["endpoint"]?.string ?? RealmEndpoint.keys.rawValue) else {
            throw Refusal(status: .badRequest, reason: "endpoint must be keys, discovery, device or token")
        }
        switch body["fault"] {
        case .null, nil:
            realm.misbehave(nil, on: endpoint)
        case .string(let name):
            guard let fault = Fault(name) else {
                throw Refusal(status: .badRequest, reason: "this fault is not known")
            }
            realm.misbehave(fault, on: endpoint, times: body["times"]?.integer.map { Int(clamping: $0) })
        default:
            throw Refusal(status: .badRequest, reason: "fault must be a string or null")
        }
        return .json(["endpoint": .string(endpoint.rawValue), "fault": body["fault"] ?? .null])
    }
}
