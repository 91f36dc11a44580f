// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DevAPIServer

struct RouteTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let path: String
        let route: Route
        var testDescription: String { path }
    }

    static func address(
        _ group: String,
        _ version: String,
        _ resource: String,
        namespace: String? = nil,
        name: String? = nil,
        subresource: String? = nil
    ) -> Route {
        let parts = (namespace.map { ["namespaces", $0] } ?? []) + [resource]
        let rest = parts + [name, subresource].compactMap(\.self)
        guard var address = ResourceAddress(group: group, version: version, rest: rest[...]) else { return .unknown }
        address.namespace = namespace
        address.resource = resource
        address.name = name
        address.subresource = subresource
        return .resource(address)
    }

    @Test(arguments: [
        Case(path: "/", route: .root),
        Case(path: "/api", route: .coreVersions),
        Case(path: "/api/v1", route: .resourceList(group: "", version: "v1")),
        Case(path: "/api/v1/nodes", route: address("", "v1", "nodes")),
        Case(path: "/api/v1/nodes/n1/status", route: address("", "v1", "nodes", name: "n1", subresource: "status")),
        Case(path: "/api/v1/namespaces", route: address("", "v1", "namespaces")),
        Case(path: "/api/v1/namespaces/default", route: address("", "v1", "namespaces", name: "default")),
        Case(
            path: "/api/v1/namespaces/default/finalize",
            route: address("", "v1", "namespaces", name: "default", subresource: "finalize")
        ),
        Case(
            path: "/api/v1/namespaces/default/configmaps",
            route: address("", "v1", "configmaps", namespace: "default")
        ),
        Case(
            path: "/api/v1/namespaces/default/configmaps/c",
            route: address("", "v1", "configmaps", namespace: "default", name: "c")
        ),
        Case(path: "/apis", route: .groups),
        Case(path: "/apis/apps", route: .group("apps")),
        Case(path: "/apis/apps/v1", route: .resourceList(group: "apps", version: "v1")),
        Case(
            path: "/apis/grantor.dev/v1alpha1/namespaces/a/adminaccesses/b/status",
            route: address(
                "grantor.dev",
                "v1alpha1",
                "adminaccesses",
                namespace: "a",
                name: "b",
                subresource: "status"
            )
        ),
        Case(
            path: "/apis/example.com/v1/namespaces/a/status",
            route: address("example.com", "v1", "status", namespace: "a")
        ),
        Case(path: "/version", route: .version),
        Case(path: "/readyz", route: .health("readyz", part: nil)),
        Case(path: "/livez/ping", route: .health("livez", part: "ping")),
        Case(path: "/openapi/v2", route: .openAPIv2),
        Case(path: "/openapi/v3", route: .openAPIIndex),
        Case(path: "/openapi/v3/api/v1", route: .openAPI(group: "", version: "v1")),
        Case(path: "/openapi/v3/apis/apps/v1", route: .openAPI(group: "apps", version: "v1")),
        Case(path: "/openapi/v3/apis/apps", route: .unknown),
        Case(path: "/metrics", route: .unknown),
        Case(path: "/version/x", route: .unknown),
    ])
    func `a path leads to who answers it`(example: Case) throws {
        #expect(Route(try #require(RequestTarget(example.path)).segments) == example.route)
    }
}
