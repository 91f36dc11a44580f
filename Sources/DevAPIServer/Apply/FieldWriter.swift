// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Who writes fields, and through which door: the identity of an entry of `metadata.managedFields`.
struct FieldWriter: Sendable, Hashable {
    /// Which part of an object a request can reach; what is out of reach is never owned.
    enum Reach: Sendable, Hashable {
        /// Everything: the kind has no status subresource.
        case everything
        /// Everything but `status`: the main path of a kind with a status subresource.
        case allButStatus
        /// Only `status`: the status path.
        case statusOnly
    }

    /// The field manager, as in `kubectl-client-side-apply`.
    var manager: String
    /// The group and version of the request, as in `apps/v1`.
    var apiVersion: String
    /// The subresource of the request; `nil` for the main path.
    var subresource: String?
    /// What the request can reach.
    var reach: Reach

    /// Creates a writer; the reach follows from the subresource and from whether the kind has a status subresource.
    init(manager: String, apiVersion: String, subresource: String? = nil, hasStatus: Bool = false) {
        self.manager = manager
        self.apiVersion = apiVersion
        self.subresource = subresource
        reach = subresource == "status" ? .statusOnly : hasStatus ? .allButStatus : .everything
    }
}
