// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DevAPIServer

struct ResponseFormTests {
    @Test(arguments: [
        nil, "*/*", "application/json", "text/html, application/json;q=0.9", "application/json;stream=watch",
    ])
    func `plain clients get JSON`(accept: String?) {
        #expect(ResponseForm(accept: accept) == .json)
    }

    @Test func `kubectl get gets a table`() {
        let accept =
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"
        #expect(ResponseForm(accept: accept) == .table(version: "v1"))
    }

    @Test func `metadata clients get metadata`() {
        let accept =
            "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
        #expect(ResponseForm(accept: accept) == .metadata(version: "v1"))
    }

    @Test func `a form of an unknown version is passed over`() {
        #expect(ResponseForm(accept: "application/json;as=Table;v=v9;g=meta.k8s.io, application/yaml") == .yaml)
    }

    @Test(arguments: ["application/vnd.kubernetes.protobuf", "text/html", "application/json;q=0", "application/cbor"])
    func `what cannot be written is refused`(accept: String) {
        #expect(ResponseForm(accept: accept) == nil)
    }
}
