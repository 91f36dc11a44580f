// Grantor
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubeCore
import NIOCore
import Testing

@testable import DevAPIServer

struct OpenAPIDocumentTests {
    private let documents = ServerDocuments(
        catalog: { DiscoveryTests.registry.catalog },
        address: { "" }
    )

    private func get(_ path: String) throws -> (answer: HTTPAnswer, json: JSONValue) {
        let target = try #require(RequestTarget(path))
        let answer = documents.answer(Route(target.segments), target: target, headers: [:])
        return (answer, (try? JSONValue(parsing: answer.body.readableBytesView)) ?? .null)
    }

    @Test func `the index leads to each document by its hash`() throws {
        let index = try get("/openapi/v3").json
        #expect(index["paths"]?.object?.names == ["api/v1", "apis/example.com/v1", "apis/example.com/v1beta1"])
        let path = try #require(index["paths"]?["apis/example.com/v1"]?["serverRelativeURL"]?.string)
        let (answer, json) = try get(path)
        #expect(answer.code == 200)
        #expect(json["openapi"] == "3.0.0")
    }

    @Test func `an old hash leads to the new one`() throws {
        let (answer, _) = try get("/openapi/v3/api/v1?hash=OLD")
        #expect(answer.code == 301)
        #expect(try get(try #require(answer.headers[.location])).answer.code == 200)
    }

    @Test func `clients find the kind of a path and the schema of a kind`() throws {
        let json = try get("/openapi/v3/apis/example.com/v1").json
        let item = try #require(json["paths"]?["/apis/example.com/v1/namespaces/{namespace}/things/{name}"])
        let kind: JSONValue = ["group": "example.com", "version": "v1", "kind": "Thing"]
        #expect(item["get"]?["x-kubernetes-group-version-kind"] == kind)
        let schemas = try #require(json[path: ["components", "schemas"]]?.object)
        #expect(schemas.filter { $0.value["x-kubernetes-group-version-kind"] == [kind] }.count == 1)
        #expect(schemas[StructuralSchema.objectMetaName] != nil)
    }

    @Test func `patches say that they take field validation and dry run`() throws {
        let json = try get("/openapi/v3/apis/example.com/v1").json
        let item = json["paths"]?["/apis/example.com/v1/namespaces/{namespace}/things/{name}"]
        let names = (item?["patch"]?["parameters"]?.array ?? []).compactMap { $0["name"]?.string }
        #expect(names == ["dryRun", "fieldManager", "fieldValidation", "force"])
    }
}
