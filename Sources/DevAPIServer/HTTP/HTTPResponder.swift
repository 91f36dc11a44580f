// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import KubeCore
import NIOCore

/// Takes HTTP off requests and puts it on answers.
///
/// One function for all paths: a path is taken apart by hand, because a resource is known only when it is asked for and
/// a router would be slower than everything else together.
struct HTTPResponder: Sendable {
    /// What becomes of a request.
    enum Outcome: Sendable {
        /// A whole answer.
        case whole(HTTPAnswer)
        /// A stream of events.
        case stream(WatchStream)
    }

    /// The longest body that is read, in bytes; that of the real server.
    static let bodyLimit = 3 * 1_024 * 1_024

    private let backend: Backend
    private let token: BearerToken?
    private let watches: WatchGate
    private let now: @Sendable () -> Date
    private let documents: ServerDocuments

    /// Creates a responder.
    ///
    /// - Parameters:
    ///   - backend: What answers requests to resources.
    ///   - token: The bearer token to ask for; `nil` lets everybody in.
    ///   - watches: Whether watches may begin.
    ///   - now: The wall clock, for ages in tables.
    ///   - address: Host and port that discovery names.
    init(
        backend: Backend,
        token: String?,
        watches: WatchGate = WatchGate(),
        now: @escaping @Sendable () -> Date,
        address: @escaping @Sendable () -> String
    ) {
        self.backend = backend
        self.token = token.map(BearerToken.init)
        self.watches = watches
        self.now = now
        documents = ServerDocuments(catalog: backend.catalog, address: address)
    }

    /// Answers one request.
    @concurrent func respond(to request: Request, with writer: consuming ResponseWriter) async throws {
        switch try await outcome(of: request) {
        case .whole(let answer):
            try await writer.write(response: answer.head, body: ResponseBody(byteBuffer: answer.body))
        case .stream(let stream):
            try await writer.write(response: stream.head, body: stream.body(for: request))
        }
    }

    private func outcome(of request: Request) async throws -> Outcome {
        guard let target = RequestTarget(request.head.path ?? "/") else { return .whole(HTTPAnswer(.malformedTarget)) }
        let route = Route(target.segments)
        if let token, !route.isPublic, !token.accepts(header: request.headers[.authorization]) {
            return .whole(HTTPAnswer(.unauthorized))
        }
        guard case .resource(let address) = route else {
            guard request.method == .get else { return .whole(HTTPAnswer(.methodNotAllowed)) }
            return .whole(documents.answer(route, target: target, headers: request.headers))
        }
        guard let form = ResponseForm(accept: request.headers[.accept]) else {
            return .whole(HTTPAnswer(.notAcceptable))
        }
        do {
            let query = try await ResourceQuery(request: request, target: target, address: address)
            if let review = AccessReview.answer(query.request) { return render(review, to: query.request, in: form) }
            return render(await backend.handle(query.request), to: query.request, in: form)
        } catch let status as Status {
            return .whole(HTTPAnswer(status))
        }
    }

    private func render(_ response: APIResponse, to request: APIRequest, in form: ResponseForm) -> Outcome {
        switch response {
        case .status(let status, let warnings):
            var answer = HTTPAnswer(status)
            answer.add(warnings: warnings)
            return .whole(answer)
        case .watch(_, _) where watches.isClosed: return .whole(HTTPAnswer(.shuttingDown))
        case .watch(let subscription, let definition):
            let presentation = Presentation(form: form, definition: definition, query: request.query, now: now())
            return .stream(WatchStream(subscription: subscription, presentation: presentation, now: now))
        case .object(let code, let value, let definition, let warnings):
            let presentation = Presentation(form: form, definition: definition, query: request.query, now: now())
            var answer = HTTPAnswer(
                code: code,
                contentType: form.contentType,
                bytes: presentation.bytes(of: value, isList: request.verb == .list)
            )
            answer.add(warnings: warnings)
            return .whole(answer)
        }
    }
}
