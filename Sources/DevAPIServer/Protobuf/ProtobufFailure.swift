// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Why a protobuf body is not read.
enum ProtobufFailure: Error, Hashable {
    /// The bytes are no protobuf message of the expected kind.
    case malformed
    /// A field says something that could not be kept; numbers are those of the message that it stands in.
    case notUnderstood(field: Int)
}
