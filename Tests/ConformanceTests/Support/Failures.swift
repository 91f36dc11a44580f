// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Testing

/// The failure of a request, which must fail with a code.
///
/// - Returns: The status that the server sent along.
@discardableResult
func refused(
    _ code: KubeError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async throws -> Status {
    let error = try await #require(throws: KubeError.self, sourceLocation: sourceLocation) { try await body() }
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    return try #require(error.status, "\(error)", sourceLocation: sourceLocation)
}

extension Status {
    /// The causes in short: `FieldValueInvalid spec.size`.
    ///
    /// Without the one, of no field, by which kube-apiserver adds that it checked no further.
    var faults: Set<String> { Set(causes.filter { $0.field != "<nil>" }.map { "\($0.reason) \($0.field)" }) }
}
