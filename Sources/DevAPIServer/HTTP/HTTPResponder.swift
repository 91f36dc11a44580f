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
    private let gate: AccessGate
    private let watches: WatchGate
    private let now: @Sendable () -> Date
    private let documents: ServerDocuments
    private let audit: (@Sendable (JSONValue) -> Void)?

    /// Creates a responder.
    ///
    /// - Parameters:
    ///   - backend: What answers requests to resources.
    ///   - gate: Who is let in, as whom, and to what.
    ///   - watches: Whether watches may begin.
    ///   - audit: Who is told of every request; `nil` when nobody is.
    ///   - now: The wall clock, for ages in tables.
    ///   - address: Host and port that discovery names.
    init(
        backend: Backend,
        gate: AccessGate,
        watches: WatchGate = WatchGate(),
        audit: (@Sendable (JSONValue) -> Void)? = nil,
        now: @escaping @Sendable () -> Date,
        address: @escaping @Sendable () -> String
    ) {
        self.backend = backend
        self.gate = gate
        self.watches = watches
        self.audit = audit
        self.now = now
        documents = ServerDocuments(catalog: backend.catalog, tokenKeys: gate.tokenKeys, address: address)
    }

    /// Answers one request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - source: The address of the client, for the audit log; empty when it is unknown.
    ///   - writer: Where the answer goes.
    /// - Throws: The error of the connection.
    @concurrent func respond(
        to request: Request,
        from source: String = "",
        with writer: consuming ResponseWriter
    ) async throws {
        guard let arrival = Arrival(request, gate: gate) else {
            let answer = HTTPAnswer(.malformedTarget)
            return try await writer.write(response: answer.head, body: ResponseBody(byteBuffer: answer.body))
        }
        let record = audit == nil ? nil : record(of: request, arrival, from: source)
        switch try await outcome(of: request, arrival) {
        case .whole(var answer):
            // Told before the answer is sent: who has the answer finds the event.
            if let record {
                answer.headers[Self.auditID] = record.id
                audit?(record.event(.responseComplete, answer, at: now()))
            }
            try await writer.write(response: answer.head, body: ResponseBody(byteBuffer: answer.body))
        case .stream(let stream):
            if let record { audit?(record.event(.responseStarted, nil, at: now())) }
            defer { if let record { audit?(record.event(.responseComplete, nil, at: now())) } }
            try await writer.write(response: stream.head, body: stream.body(for: request))
        }
    }

    /// What is known of a request before anything is done about it.
    private struct Arrival: Sendable {
        let target: RequestTarget
        let route: Route
        let attributes: AccessAttributes
        let passage: AccessGate.Passage

        /// Reads the head of a request and judges it; `nil` when its target cannot be read.
        init?(_ request: Request, gate: AccessGate) {
            guard let target = RequestTarget(request.head.path ?? "/") else { return nil }
            self.target = target
            route = Route(target.segments)
            attributes = AccessAttributes(route, target: target, method: request.method)
            passage = gate.judge(request.headers, attributes, isPublic: route.isPublic)
        }
    }

    private func outcome(of request: Request, _ arrival: Arrival) async throws -> Outcome {
        if let refusal = arrival.passage.refusal { return .whole(HTTPAnswer(refusal)) }
        guard case .resource(let address) = arrival.route else {
            guard request.method == .get else { return .whole(HTTPAnswer(.methodNotAllowed)) }
            return .whole(documents.answer(arrival.route, target: arrival.target, headers: request.headers))
        }
        guard let form = ResponseForm(accept: request.headers[.accept]) else {
            return .whole(HTTPAnswer(.notAcceptable))
        }
        do {
            var query = try await ResourceQuery(request: request, target: arrival.target, address: address)
            query.request.user = arrival.passage.user
            return render(await backend.handle(query.request), to: query.request, in: form)
        } catch let status as Status {
            return .whole(HTTPAnswer(status))
        }
    }

    private func record(of request: Request, _ arrival: Arrival, from source: String) -> AuditRecord {
        AuditRecord(
            id: UUID().uuidString.lowercased(),
            received: now(),
            attributes: arrival.attributes,
            passage: arrival.passage,
            uri: request.head.path ?? "/",
            source: source,
            userAgent: request.headers[.userAgent] ?? ""
        )
    }

    private static let auditID = HTTPField.Name("Audit-Id") ?? .eTag

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
            if audit != nil, request.verb == .create, value["metadata"]?["generateName"] == nil {
                answer.createdName = value["metadata"]?["name"]?.string
            }
            return .whole(answer)
        }
    }
}
