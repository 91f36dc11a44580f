// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore
import NIOHTTP1

extension KubeClient {
    /// Reads a path as it stands, for discovery; `nil` when nobody serves it.
    ///
    /// - Parameters:
    ///   - path: The path with its query.
    ///   - accept: The form that is asked for, as in `application/json;as=Table;g=meta.k8s.io;v=v1`.
    /// - Returns: The answer.
    /// - Throws: `KubeError` or `CancellationError`; `InvalidResponse` when the answer is not JSON.
    public func getRaw(_ path: String, accept: String = "application/json") async throws -> JSONValue? {
        do {
            return try await send(Call(path: path), Transport.Message(method: .GET, accept: accept))
        } catch let error as KubeError where error.code == .notFound || error.code == .resourceTypeUnknown {
            return nil
        }
    }

    /// Whether the server serves a resource type, under that very name and scope.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    public func serves(_ type: ResourceType) async throws -> Bool {
        let path = type.group.isEmpty ? "/api/\(type.version)" : "/apis/\(type.group)/\(type.version)"
        guard let answer = try await getRaw(path) else { return false }
        return (answer["resources"]?.array ?? []).contains { resource in
            resource["name"]?.string == type.plural && resource["namespaced"]?.bool == type.isNamespaced
        }
    }

    /// The server's version.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    public func serverVersion() async throws -> ServerVersion {
        guard let answer = try await getRaw("/version"), let version = answer["gitVersion"]?.string else {
            throw KubeError(.invalidResponse, "cannot read the version of \(transport.server): it is no API server")
        }
        return ServerVersion(
            major: answer["major"]?.string ?? "",
            minor: answer["minor"]?.string ?? "",
            gitVersion: version
        )
    }
}
