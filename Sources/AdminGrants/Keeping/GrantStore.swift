// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeController
import KubeCore

/// Where the outcome is kept: AdminAccesses and AdminGrants, as objects of their own or in ConfigMaps.
///
/// ```
/// access, grants  ->  plan (reads, writes nothing)  ->  write  ->  publish (one status, none when it says the same)
/// remains         ->  remove                                       when the AppInstance is gone or has no `admin`
/// ```
/// Guarantees of each conformer: what is there as it should be is not written; nothing of somebody else is changed; a
/// write of this process shows in the next reading.
protocol GrantStore: Sendable {
    /// The AdminAccess of an AppInstance; `nil` when there is none.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    func access(of key: NamespacedName) async throws -> AccessRecord?

    /// Whether the AdminAccess of an AppInstance is known to be there.
    func hasAccess(of key: NamespacedName) -> Bool

    /// Every grant that speaks of an AppInstance.
    func grants(of key: NamespacedName) -> [GrantRecord]

    /// What has to be written so that the grants are those of the block.
    ///
    /// - Parameters:
    ///   - admin: The `admin` block.
    ///   - owner: The AppInstance.
    ///   - existing: What `grants(of:)` returned.
    /// - Returns: The plan.
    /// - Throws: `KubeError` or `CancellationError`.
    func plan(
        _ admin: AdminConfiguration,
        of owner: InstanceIdentity,
        existing: [GrantRecord]
    ) async throws -> GrantPlan

    /// Carries a plan out; failures are in the result.
    ///
    /// - Throws: `CancellationError`.
    func write(_ plan: GrantPlan, of owner: InstanceIdentity) async throws -> GrantWriter.Result

    /// Makes the AdminAccess of an AppInstance that has none, as far as that comes before its status.
    ///
    /// - Throws: `KubeError`, `ReconcileError` when it is there after all, or `CancellationError`.
    func createAccess(of owner: InstanceIdentity) async throws -> AccessRecord

    /// Writes a status unless the AdminAccess says the same already.
    ///
    /// - Returns: The AdminAccess as it is then; a user may have changed what it asks for in the meantime.
    /// - Throws: `KubeError`, `ReconcileError` when somebody else made the AdminAccess meanwhile, or
    ///   `CancellationError`.
    func publish(
        _ status: AdminAccessStatus,
        replacing access: AccessRecord,
        of owner: InstanceIdentity
    ) async throws -> AccessRecord

    /// What is there that was made for an AppInstance.
    func remains(of key: NamespacedName) -> GrantRemains

    /// Takes what remains away.
    ///
    /// - Parameters:
    ///   - remains: What `remains(of:)` returned, or a part of it.
    ///   - owner: The AppInstance, or what is known of one that is gone.
    /// - Returns: What was revoked; failures are in it.
    /// - Throws: `KubeError` or `CancellationError`.
    func remove(_ remains: GrantRemains, of owner: InstanceIdentity) async throws -> GrantWriter.Result

    /// Takes the AdminAccess away, or what it says when a user made it.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    func removeAccess(_ access: AccessRecord, of key: NamespacedName) async throws
}

/// What is there that was made for an AppInstance, keys aside.
struct GrantRemains: Sendable {
    /// The grants.
    var grants: [GrantRecord] = []
    /// The ConfigMaps that hold them, by name and identity; none where they are objects of their own.
    var documents: [GrantPlan.Holder] = []
    /// The AdminAccess.
    var access: AccessRecord?

    /// Whether there is nothing.
    var isEmpty: Bool { grants.isEmpty && documents.isEmpty && access == nil }
}
