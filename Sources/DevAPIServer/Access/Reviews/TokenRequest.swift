// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// The request of a token for a service account (`serviceaccounts/NAME/token`).
struct TokenRequest: Sendable {
    /// The definition of what is sent and answered.
    static let definition = ResourceDefinition(
        type: ResourceType(
            group: "authentication.k8s.io",
            version: "v1",
            kind: "TokenRequest",
            plural: "tokenrequests",
            isNamespaced: true
        ),
        singular: "tokenrequest",
        listKind: "",
        storageKey: ""
    )

    /// Whether a request is one.
    static func isMeant(_ request: APIRequest) -> Bool {
        request.group.isEmpty && request.resource == "serviceaccounts" && request.subresource == "token"
    }

    /// Whom the token is for; none means this server.
    let audiences: [String]
    /// How long it is to be good, in seconds.
    let seconds: Int64
    /// The object that it is bound to: kind and reference.
    let bound: JSONValue?

    /// Reads a request.
    ///
    /// - Throws: `Status` 400 or 422 that says what is wrong.
    init(_ body: JSONValue, account name: String) throws(Status) {
        let spec = body["spec"]
        let asked = (spec?["audiences"]?.array ?? []).compactMap(\.string)
        audiences = asked.isEmpty ? [ServiceAccountTokens.issuer] : asked
        seconds = spec?["expirationSeconds"]?.integer ?? 3_600
        bound = spec?["boundObjectRef"].flatMap { $0.isNull ? nil : $0 }
        if let given = body["metadata"]?["name"]?.string, !given.isEmpty, !UTF8Order.equal(given, name) {
            let detail = "must match the service account name if specified"
            let path = FieldPath(keys: "metadata", "name")
            let error = FieldError(.invalid, path, badValue: .string(given), detail: detail)
            throw .invalid(kind: "TokenRequest", group: "authentication.k8s.io", name: name, [error])
        }
        var detail: String?
        if seconds < 600 { detail = "may not specify a duration less than 10 minutes" }
        if seconds > 1 << 32 { detail = "may not specify a duration larger than 2^32 seconds" }
        if let detail {
            let path = FieldPath(keys: "spec", "expirationSeconds")
            let error = FieldError(.invalid, path, badValue: .integer(seconds), detail: detail)
            throw .invalid(kind: "TokenRequest", group: "authentication.k8s.io", name: "", [error])
        }
    }
}

extension APIHandler {
    /// Answers a request of a token.
    func requestToken(_ request: APIRequest) throws(Status) -> APIResponse {
        guard request.verb == .create, let namespace = request.namespace, let name = request.name else {
            throw .methodNotAllowed
        }
        let options = try WriteOptions(request, kind: "CreateOptions")
        var warnings: [String] = []
        var body = JSONValue.object([:])
        if !request.body.isEmpty {
            body = try BodyDecoder.object(
                request,
                as: TokenRequest.definition,
                validation: options.fieldValidation,
                warnings: &warnings
            )
        }
        guard let account = reference(.serviceAccount, namespace: namespace, name: name) else {
            throw Self.absent("serviceaccounts", name)
        }
        if let given = body["metadata"]?["namespace"]?.string, !given.isEmpty, !UTF8Order.equal(given, namespace) {
            throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
        let wanted = try TokenRequest(body, account: name)
        let claims = ServiceAccountClaims(
            account: account,
            bound: try wanted.bound.map { reference throws(Status) in try bound(reference, namespace: namespace) },
            audiences: wanted.audiences,
            issued: Int64(timing.now().timeIntervalSince1970),
            expiry: Int64(timing.now().timeIntervalSince1970) + wanted.seconds,
            id: newUID()
        )
        guard let token = try? tokens.sign(claims) else { throw .unexplained("cannot sign a token") }
        let answer: JSONValue = [
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
            "metadata": [
                "name": .string(name), "namespace": .string(namespace), "uid": .string(account.uid),
                "creationTimestamp": .string(timestamp()),
            ],
            "spec": [
                "audiences": .array(wanted.audiences.map(JSONValue.string)),
                "expirationSeconds": .integer(wanted.seconds), "boundObjectRef": wanted.bound ?? .null,
            ],
            "status": [
                "token": .string(token),
                "expirationTimestamp": .string(
                    Timestamp.format(Date(timeIntervalSince1970: TimeInterval(claims.expiry)))
                ),
            ],
        ]
        return .object(code: 201, answer, definition: TokenRequest.definition, warnings: warnings)
    }

    /// The identity of an object that tokens speak of, as it is now.
    func reference(
        _ kind: ServiceAccountClaims.Reference.Kind,
        namespace: String,
        name: String
    ) -> ServiceAccountClaims.Reference? {
        let storageKey = Self.storageKey("", "\(kind.rawValue)s", in: configuration.definitions)
        guard let object = storage.object(ObjectKey(storageKey: storageKey, namespace: namespace, name: name)) else {
            return nil
        }
        return ServiceAccountClaims.Reference(kind: kind, namespace: namespace, name: name, uid: object.uid)
    }

    private func bound(_ reference: JSONValue, namespace: String) throws(Status) -> ServiceAccountClaims.Reference {
        let kind = reference["kind"]?.string ?? ""
        let version = reference["apiVersion"]?.string ?? ""
        let name = reference["name"]?.string ?? ""
        guard version == "v1", let known = ["Pod": ServiceAccountClaims.Reference.Kind.pod, "Secret": .secret][kind]
        else {
            throw .badRequest(
                "cannot bind token to object of type /\(version), Kind=\(kind)"
            )
        }
        guard let found = self.reference(known, namespace: namespace, name: name) else {
            throw Self.absent("\(known.rawValue)s", name)
        }
        if let uid = reference["uid"]?.string, !uid.isEmpty, !UTF8Order.equal(uid, found.uid) {
            var status = Self.absent("\(known.rawValue)s", name)
            status.code = 409
            status.reason = "Conflict"
            status.message =
                "Operation cannot be fulfilled on \(known.rawValue)s \"\(name)\": the UID in the bound object reference "
                + "(\(uid)) does not match the UID in record. The object might have been deleted and then recreated"
            throw status
        }
        return found
    }

    private static func absent(_ plural: String, _ name: String) -> Status {
        Status(
            code: 404,
            reason: "NotFound",
            message: "\(plural) \"\(name)\" not found",
            name: name,
            kind: plural
        )
    }
}
