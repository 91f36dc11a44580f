// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
public import KubeCore

/// The ConfigMap with an AppInstance's keys as the operator keeps it.
public struct KeysConfigMapRecord: Sendable, Hashable {
    /// The identity of the AppInstance that owns it; `nil` when none does.
    public let ownerUID: String?
    /// Stands for the content.
    public let fingerprint: Fingerprint
}

extension KeysConfigMapRecord: JSONReadable {
    /// Reads a ConfigMap.
    ///
    /// - Throws: Nothing; the signature is that of the protocol.
    public init(json: JSONValue) throws(FieldError) {
        ownerUID = GrantContent.ownerReference(of: json)?["uid"]?.string
        fingerprint = KeysConfigMap.fingerprint(of: json)
    }
}
