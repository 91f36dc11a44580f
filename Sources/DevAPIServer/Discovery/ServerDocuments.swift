// Grantor
// SPDX-License-Identifier: Apache-2.0

import Crypto
import HTTPTypes
import KubeCore
import Synchronization

/// What the server says about itself: discovery, OpenAPI, version and health.
///
/// Documents are made when first asked for and kept until the served kinds change.
final class ServerDocuments: Sendable {
    private struct Document: Sendable {
        let bytes: [UInt8]
        let contentType: String
        /// The digest of the bytes, in hexadecimal.
        let hash: String
    }

    private struct Cache: Sendable {
        var generation: Int?
        var documents: [String: Document] = [:]
    }

    private let catalog: @Sendable () -> ResourceRegistry.Catalog
    private let address: @Sendable () -> String
    private let tokenKeys: JSONValue?
    private let cache = Mutex(Cache())

    /// Creates the documents of a catalogue.
    ///
    /// - Parameters:
    ///   - catalog: The kinds served now.
    ///   - tokenKeys: The keys that tokens of service accounts are signed with; `nil` when there are none.
    ///   - address: Host and port that documents name.
    init(
        catalog: @escaping @Sendable () -> ResourceRegistry.Catalog,
        tokenKeys: JSONValue? = nil,
        address: @escaping @Sendable () -> String
    ) {
        self.catalog = catalog
        self.tokenKeys = tokenKeys
        self.address = address
    }

    /// Answers a path that is not a resource's.
    func answer(_ route: Route, target: RequestTarget, headers: HTTPFields) -> HTTPAnswer {
        let accept = headers[.accept]
        switch route {
        case .resource, .unknown: return HTTPAnswer(.pathNotFound)
        case .tokenIssuer: return tokenKeys == nil ? HTTPAnswer(.pathNotFound) : HTTPAnswer(json: issuer)
        case .tokenKeys: return tokenKeys.map { HTTPAnswer(json: $0) } ?? HTTPAnswer(.pathNotFound)
        case .version: return HTTPAnswer(json: ServerVersion.json)
        case .health(let name, let part):
            return HealthCheck.answer(name, part: part, isVerbose: target.query["verbose"] != nil)
        case .root: return HTTPAnswer(json: ["paths": .array(paths.map(JSONValue.string))])
        case .coreVersions:
            return discovery(accept: accept, key: "api", headers: headers) { groups in
                LegacyDiscovery.coreVersions(groups, address: self.address())
            }
        case .groups:
            return discovery(accept: accept, key: "apis", headers: headers, LegacyDiscovery.groupList)
        case .group(let name):
            guard let group = group(name) else { return HTTPAnswer(.pathNotFound) }
            return HTTPAnswer(json: LegacyDiscovery.group(group))
        case .resourceList(let name, let version):
            guard let group = group(name), let served = group.versions.first(where: { $0.name == version }) else {
                return HTTPAnswer(.pathNotFound)
            }
            return HTTPAnswer(json: LegacyDiscovery.resourceList(served, of: group))
        case .openAPIIndex: return conditional(openAPIIndex(), headers: headers)
        case .openAPI(let group, let version): return openAPI(group, version, target: target, headers: headers)
        case .openAPIv2: return OpenAPIv2.answer(accept: accept)
        }
    }

    // MARK: - Discovery

    private var groups: [ServedGroup] {
        ServedGroup.groups(of: catalog().definitions + AccessReview.definitions)
    }

    private func group(_ name: String) -> ServedGroup? {
        groups.first { $0.name == name }
    }

    private var paths: [String] {
        let served = groups.flatMap { group in
            group.name.isEmpty
                ? ["/api"] + group.versions.map { "/api/\($0.name)" }
                : ["/apis/\(group.name)"] + group.versions.map { "/apis/\(group.name)/\($0.name)" }
        }
        return (served + ["/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]).sorted()
    }

    /// The aggregated document when the client asks for it first, else the older one.
    private func discovery(
        accept: String?,
        key: String,
        headers: HTTPFields,
        _ legacy: ([ServedGroup]) -> JSONValue
    ) -> HTTPAnswer {
        for clause in MediaRange.clauses(of: accept ?? "*/*") where Self.isJSON(clause) {
            guard clause.parameters["as"] == "APIGroupDiscoveryList" else {
                if clause.parameters["as"] != nil { continue }
                var answer = HTTPAnswer(json: legacy(groups))
                answer.headers[.vary] = "Accept"
                return answer
            }
            guard let version = clause.parameters["v"], AggregatedDiscovery.versions.contains(version) else { continue }
            let isCore = key == "api"
            let contentType = AggregatedDiscovery.contentType(version: version)
            let document = document("\(key) \(version)", contentType: contentType) {
                let groups = ServedGroup.groups(of: $0 + AccessReview.definitions)
                return AggregatedDiscovery.list(groups.filter { $0.name.isEmpty == isCore }, version: version)
            }
            return conditional(document, headers: headers)
        }
        return HTTPAnswer(.notAcceptable)
    }

    private static func isJSON(_ clause: MediaRange) -> Bool {
        clause.type == "application/json" || clause.type == "*/*" || clause.type == "application/*"
    }

    /// The discovery document of the issuer of tokens (OpenID Connect Discovery 1.0).
    private var issuer: JSONValue {
        [
            "issuer": .string(ServiceAccountTokens.issuer),
            "jwks_uri": .string("https://\(address())/openid/v1/jwks"),
            "response_types_supported": ["id_token"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        ]
    }

    // MARK: - OpenAPI

    private func openAPIIndex() -> Document {
        let groups = ServedGroup.groups(of: catalog().definitions)
        var paths = JSONObject()
        for group in groups {
            for version in group.versions {
                let path = group.name.isEmpty ? "api/\(version.name)" : "apis/\(group.name)/\(version.name)"
                let document = openAPIDocument(group.name, version.name)
                paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(document.hash)")]
            }
        }
        return document("openapi index", contentType: "application/json") { _ in ["paths": .object(paths)] }
    }

    private func openAPIDocument(_ group: String, _ version: String) -> Document {
        document("openapi \(group)/\(version)", contentType: "application/json") { definitions in
            OpenAPIDocument.json(
                definitions.filter { $0.type.group == group && $0.type.version == version },
                version: ServerVersion.gitVersion
            )
        }
    }

    private func openAPI(_ group: String, _ version: String, target: RequestTarget, headers: HTTPFields) -> HTTPAnswer {
        guard catalog().definitions.contains(where: { $0.type.group == group && $0.type.version == version }) else {
            return HTTPAnswer(.pathNotFound)
        }
        let document = openAPIDocument(group, version)
        if let hash = target.query["hash"], hash != document.hash {
            // The document changed since the index was read: lead to where it is now.
            var answer = HTTPAnswer(code: 301, text: "")
            answer.headers[.location] = "\(target.path)?hash=\(document.hash)"
            return answer
        }
        return conditional(document, headers: headers)
    }

    // MARK: - Documents

    private func document(
        _ key: String,
        contentType: String,
        _ make: ([ResourceDefinition]) -> JSONValue
    ) -> Document {
        let catalog = catalog()
        let known = cache.withLock { cache in
            if cache.generation != catalog.generation { cache = Cache(generation: catalog.generation) }
            return cache.documents[key]
        }
        if let known { return known }
        let bytes = JSONWriter.bytes(make(catalog.definitions))
        let document = Document(
            bytes: bytes,
            contentType: contentType,
            hash: Hexadecimal.encode(SHA256.hash(data: bytes), uppercase: true)
        )
        cache.withLock { cache in
            if cache.generation == catalog.generation { cache.documents[key] = document }
        }
        return document
    }

    /// The document, or 304 when the client has it.
    private func conditional(_ document: Document, headers: HTTPFields) -> HTTPAnswer {
        let tag = "\"\(document.hash)\""
        let isKnown = headers[.ifNoneMatch]?.utf8.split(separator: UInt8(ascii: ",")).contains { candidate in
            Substring(candidate).drop { $0 == " " } == tag
        }
        var answer =
            isKnown == true
            ? HTTPAnswer(code: 304, contentType: document.contentType, bytes: [])
            : HTTPAnswer(contentType: document.contentType, bytes: document.bytes)
        answer.headers[.eTag] = tag
        answer.headers[.vary] = "Accept"
        answer.headers[.cacheControl] = "public"
        return answer
    }
}
