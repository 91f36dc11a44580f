// Grantor
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubeCore
import NIOCore
import Testing

@testable import DevAPIServer

struct DiscoveryTests {
    private static let aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

    static let definitions: [ResourceDefinition] = [
        definition(.configMaps, short: ["cm"]),
        definition(ResourceType(group: "example.com", version: "v1beta1", kind: "Thing", plural: "things")),
        definition(
            ResourceType(group: "example.com", version: "v1", kind: "Thing", plural: "things"),
            short: ["th"],
            hasStatus: true
        ),
    ]

    static let registry = ResourceRegistry(builtIn: definitions)

    static func definition(
        _ type: ResourceType,
        short: [String] = [],
        hasStatus: Bool = false
    ) -> ResourceDefinition {
        ResourceDefinition(
            type: type,
            singular: type.kind.lowercased(),
            shortNames: short,
            categories: short.isEmpty ? [] : ["all"],
            listKind: "\(type.kind)List",
            hasStatus: hasStatus,
            storageKey: type.qualifiedName
        )
    }

    private func documents() -> ServerDocuments {
        ServerDocuments(
            catalog: { Self.registry.catalog },
            address: { "127.0.0.1:1" }
        )
    }

    private func get(
        _ path: String,
        accept: String? = nil,
        ifNoneMatch: String? = nil,
        from documents: ServerDocuments? = nil
    ) throws -> (answer: HTTPAnswer, json: JSONValue) {
        let target = try #require(RequestTarget(path))
        var headers: HTTPFields = [:]
        headers[.accept] = accept
        headers[.ifNoneMatch] = ifNoneMatch
        let answer = (documents ?? self.documents()).answer(Route(target.segments), target: target, headers: headers)
        let json = try? JSONValue(parsing: answer.body.readableBytesView)
        return (answer, json ?? .null)
    }

    @Test func `the core group is told apart from the others`() throws {
        let core = try get("/api").json
        #expect(core["kind"] == "APIVersions")
        #expect(core["versions"] == ["v1"])
        let groups = try get("/apis").json["groups"]?.array ?? []
        #expect(
            groups.compactMap { $0["name"]?.string } == [
                "authentication.k8s.io", "authorization.k8s.io", "example.com",
            ]
        )
        let example = try #require(groups.last)
        #expect(example["preferredVersion"]?["groupVersion"] == "example.com/v1")
        #expect(example["versions"]?.array?.count == 2)
        #expect(try get("/apis/example.com").json["kind"] == "APIGroup")
    }

    @Test func `a resource list names subresources, verbs and short names`() throws {
        let list = try get("/apis/example.com/v1").json
        #expect(list["groupVersion"] == "example.com/v1")
        let thing = try #require(list["resources"]?[0])
        #expect(thing["name"] == "things")
        #expect(thing["singularName"] == "thing")
        #expect(thing["shortNames"] == ["th"])
        #expect(thing["categories"] == ["all"])
        #expect(thing["namespaced"] == true)
        #expect(thing["verbs"]?.array?.contains("watch") == true)
        #expect(list["resources"]?[1]?["name"] == "things/status")
        #expect(try get("/api/v1").json["resources"]?.array?.count == 1)
    }

    @Test func `what is not served is not found`() throws {
        for path in ["/apis/none", "/apis/example.com/v9", "/api/v2", "/openapi/v3/apis/none/v1", "/metrics"] {
            let (answer, json) = try get(path)
            #expect(answer.code == 404)
            #expect(json["reason"] == "NotFound")
        }
    }

    @Test func `aggregated discovery comes with a tag`() throws {
        let documents = documents()
        let (answer, json) = try get("/apis", accept: "\(Self.aggregated),application/json", from: documents)
        #expect(answer.contentType == Self.aggregated)
        #expect(json["kind"] == "APIGroupDiscoveryList")
        let example = try #require(json["items"]?.array?.last)
        #expect(example["metadata"]?["name"] == "example.com")
        let resource = try #require(example["versions"]?[0]?["resources"]?[0])
        #expect(resource["scope"] == "Namespaced")
        #expect(resource["subresources"]?[0]?["subresource"] == "status")
        let tag = try #require(answer.headers[.eTag])
        let again = try get("/apis", accept: Self.aggregated, ifNoneMatch: tag, from: documents)
        #expect(again.answer.code == 304)
        #expect(try get("/api", accept: Self.aggregated).json["items"]?.array?.count == 1)
    }

    @Test func `a client that takes neither form is refused`() throws {
        #expect(try get("/apis", accept: "text/html").answer.code == 406)
        #expect(try get("/openapi/v2", accept: "text/html").answer.code == 406)
    }

    @Test func `kubectl before 1.27 gets its old document in protobuf`() throws {
        let accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
        let answer = try get("/openapi/v2", accept: accept).answer
        #expect(answer.code == 200)
        #expect(answer.contentType == "application/octet-stream")
        #expect(answer.body.readableBytesView.starts(with: [0x0A, 3] + Array("2.0".utf8)))
    }

    @Test func `documents follow the served kinds`() throws {
        let registry = ResourceRegistry(builtIn: [])
        let documents = ServerDocuments(catalog: { registry.catalog }, address: { "" })
        let before = try get("/apis", accept: Self.aggregated, from: documents).json["items"]?.array?.count
        registry.replaceCustom(Self.definitions, revision: 1)
        let after = try get("/apis", accept: Self.aggregated, from: documents).json["items"]?.array?.count
        #expect(before == 2)
        #expect(after == 3)
    }

    @Test func `health is told in one word or in detail`() throws {
        #expect(String(buffer: try get("/readyz").answer.body) == "ok")
        #expect(String(buffer: try get("/livez?verbose").answer.body).hasSuffix("livez check passed\n"))
        #expect(try get("/readyz/nothing").answer.code == 404)
        #expect(try get("/version").json["gitVersion"] == "v1.34.0+grantor")
    }
}
