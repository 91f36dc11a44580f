// Grantor
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import KubeCore
import NIOCore

/// The HTTP side of the device authorization grant: forms in, JSON out, and a page for the person.
struct DeviceEndpoint: Sendable {
    /// The paths of a realm that belong to the grant.
    enum Place: Sendable {
        /// The device authorization endpoint.
        case authorize
        /// The token endpoint.
        case token
        /// Where the person enters the code.
        case verification
    }

    private static let maximumBody = 65_536

    /// Answers one request.
    func respond(to request: Request, at place: Place, of realm: Realm) async throws -> Response {
        switch (place, request.method) {
        case (.verification, .get):
            let code = request.uri.queryParameters["user_code"].map(String.init) ?? ""
            return Self.page(VerificationPage.form(action: request.uri.path, userCode: code))
        case (.verification, .post): return try await decide(request, realm)
        case (.authorize, .post): return try await oauth(request) { try await realm.authorizeDevice($0) }
        case (.token, .post): return try await oauth(request) { try await realm.exchangeDeviceCode($0) }
        default:
            return Response(status: .methodNotAllowed, headers: [.allow: place == .verification ? "GET, POST" : "POST"])
        }
    }

    private func oauth(
        _ request: Request,
        _ body: ([String: String]) async throws -> JSONValue
    ) async throws -> Response {
        do {
            var response = Response.json(try await body(try await form(of: request)))
            // RFC 6749, 5.1.
            response.headers[.cacheControl] = "no-store"
            return response
        } catch let error as OAuthError {
            return .json(
                ["error": .string(error.rawValue)],
                status: error == .invalidClient ? .unauthorized : .badRequest
            )
        }
    }

    /// Takes the person's decision; only from the page itself, since whoever may send it may approve any login.
    private func decide(_ request: Request, _ realm: Realm) async throws -> Response {
        if let origin = request.headers[.origin], !(try await realm.verificationURL.hasPrefix(origin + "/")) {
            return Self.page(VerificationPage.message("This request does not come from here."), status: .forbidden)
        }
        let fields: [String: String]
        do {
            fields = try await form(of: request)
        } catch is OAuthError {
            return Self.page(VerificationPage.message("The form cannot be read."), status: .badRequest)
        }
        let code = fields["user_code"] ?? ""
        do {
            if fields["decision"] == "deny" {
                try realm.denyDevice(userCode: code)
                return Self.page(VerificationPage.message("The login was denied."))
            }
            guard let userID = fields["user_id"], !userID.isEmpty else {
                return Self.page(VerificationPage.message("A user id is needed."), status: .badRequest)
            }
            try realm.approveDevice(userCode: code, as: DeviceApproval(userID: userID))
            return Self.page(VerificationPage.message("Logged in. You can close this page."))
        } catch {
            return Self.page(VerificationPage.message("No such code waits."), status: .notFound)
        }
    }

    private func form(of request: Request) async throws -> [String: String] {
        guard request.headers[.contentType]?.prefix(while: { $0 != ";" }) == "application/x-www-form-urlencoded",
            let buffer = try? await request.body.collect(upTo: Self.maximumBody),
            let fields = FormFields.parse(String(buffer: buffer))
        else { throw OAuthError.invalidRequest }
        return fields
    }

    private static func page(_ html: String, status: HTTPResponse.Status = .ok) -> Response {
        .text(status: status, html, type: "text/html; charset=utf-8")
    }
}
