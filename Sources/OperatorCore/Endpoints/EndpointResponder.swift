// Grantor
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore

/// What a request brings besides itself: nothing.
struct EndpointContext: InitializableFromSource {
    init(source: ApplicationRequestContextSource) {}
}

/// Answers for metrics and probes.
///
/// | path | answer |
/// |---|---|
/// | `/metrics` | all figures, in the format that `Accept` prefers |
/// | `/livez`, `/readyz`, `/healthz` | 200 `ok`, or 500 and what does not hold; `?verbose` tells each check, `?exclude=NAME` leaves one out |
/// | `/livez/NAME`, ... | one check alone |
struct EndpointResponder: HTTPResponder {
    /// Where figures come from; `nil` where they are not served.
    var registry: MetricsRegistry?
    /// The checks of each probe, by the name of its path.
    var probes: [String: [HealthCheck]] = [:]

    /// Answers one request.
    func respond(to request: Request, context: EndpointContext) async throws -> Response {
        guard request.method == .get || request.method == .head else {
            return Response(status: .methodNotAllowed, headers: [.allow: "GET, HEAD"])
        }
        let segments = request.uri.path.split(separator: "/").map(String.init)
        if segments == ["metrics"], let registry {
            let format = ExpositionFormat(accept: request.headers[.accept] ?? "")
            return Self.answer(.ok, registry.exposition(format), format.contentType)
        }
        guard let name = segments.first, segments.count <= 2, let checks = probes[name] else {
            return Self.answer(.notFound, Array("there is nothing here\n".utf8))
        }
        let chosen = segments.count == 1 ? checks : checks.filter { $0.name == segments[1] }
        if chosen.isEmpty { return Self.answer(.notFound, Array("there is no such check\n".utf8)) }
        let query = request.uri.queryParameters
        let report = HealthReport(
            chosen,
            name: name,
            excluding: Set(query[values: "exclude"].map(String.init)),
            isVerbose: query["verbose"] != nil
        )
        return Self.answer(report.isHealthy ? .ok : .internalServerError, Array(report.text.utf8))
    }

    private static func answer(
        _ status: HTTPResponse.Status,
        _ bytes: [UInt8],
        _ contentType: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status,
            headers: [.contentType: contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
