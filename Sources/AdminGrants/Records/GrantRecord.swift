// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
public import KubeCore

/// An AdminGrant as the operator keeps it: who is granted, whose it is, and a fingerprint of the rest.
public struct GrantRecord: Sendable, Hashable {
    /// The name; the same for the same user of the same AppInstance.
    public let name: String
    /// The identity of this incarnation.
    public let uid: String
    /// Whether deletion was asked for.
    public let isDeleting: Bool
    /// The AppInstance that the grant speaks of.
    public let appInstance: String
    /// The identity of the AppInstance that owns the grant; `nil` when none does.
    public let ownerUID: String?
    /// Whether it carries the label of what Grantor manages.
    public let isManaged: Bool
    /// The user who is granted.
    public let userID: String
    /// Stands for everything that Grantor sets.
    public let fingerprint: Fingerprint
}

extension GrantRecord: JSONReadable {
    /// Reads a grant; one that was written by hand may lack anything but a name.
    ///
    /// - Throws: `FieldError` when there is no name.
    public init(json: JSONValue) throws(FieldError) {
        let metadata = json["metadata"] ?? [:]
        guard let name = metadata["name"]?.string else {
            throw FieldError(.required, FieldPath(keys: "metadata", "name"))
        }
        let labels = metadata["labels"]
        let owner = GrantContent.ownerReference(of: json)
        self.name = name
        uid = metadata["uid"]?.string ?? ""
        isDeleting = metadata["deletionTimestamp"]?.string != nil
        appInstance =
            json["spec"]?["appInstance"]?["name"]?.string ?? labels?[GrantLabels.appInstance]?.string ?? owner?["name"]?
            .string
            ?? ""
        ownerUID = owner?["uid"]?.string
        isManaged = labels?[GrantLabels.managedBy]?.string == GrantLabels.manager
        userID = json["spec"]?["userID"]?.string ?? ""
        fingerprint = GrantContent.fingerprint(of: json)
    }
}
