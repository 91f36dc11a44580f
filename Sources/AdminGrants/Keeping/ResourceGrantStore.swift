// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeController
import KubeCore

/// AdminAccesses and AdminGrants as objects of their own, one for each admin.
struct ResourceGrantStore: GrantStore {
    let client: KubeClient
    let stores: OperatorStores

    func access(of key: NamespacedName) -> AccessRecord? {
        stores.accesses[key]
    }

    func hasAccess(of key: NamespacedName) -> Bool {
        stores.accesses[key] != nil
    }

    func grants(of key: NamespacedName) -> [GrantRecord] {
        stores.grants(of: key)
    }

    func plan(
        _ admin: AdminConfiguration,
        of owner: InstanceIdentity,
        existing: [GrantRecord]
    ) -> GrantPlan {
        GrantPlanner.plan(
            admins: admin.admins,
            provider: admin.identityProvider,
            owner: owner,
            existing: existing
        )
    }

    func write(_ plan: GrantPlan, of owner: InstanceIdentity) async throws -> GrantWriter.Result {
        try await GrantWriter(client: client, stores: stores, owner: owner).write(plan)
    }

    // MARK: - AdminAccess

    func createAccess(of owner: InstanceIdentity) async throws -> AccessRecord {
        let metadata = ObjectMeta(
            name: owner.name,
            namespace: owner.namespace,
            labels: GrantLabels.labels(appInstance: owner.name),
            ownerReferences: [owner.reference]
        )
        do {
            return try observe(access: try await client.create(.adminAccesses, AdminAccess(metadata: metadata).json))
        } catch let error as KubeError where error.code == .alreadyExists {
            throw ReconcileError.madeMeanwhile(error)
        }
    }

    func publish(
        _ status: AdminAccessStatus,
        replacing access: AccessRecord,
        of owner: InstanceIdentity
    ) async throws -> AccessRecord {
        let json = status.json
        if json.jsonBytes == access.statusBytes { return access }
        let patch: JSONValue = [
            "apiVersion": .string(ResourceType.adminAccesses.apiVersion),
            "kind": .string(ResourceType.adminAccesses.kind),
            "metadata": ["name": .string(owner.name), "namespace": .string(owner.namespace)],
            "status": json,
        ]
        let written = try await client.patch(
            .adminAccesses,
            owner.key,
            .apply(patch, force: true),
            subresource: "status"
        )
        return try observe(access: written)
    }

    private func observe(access object: JSONValue) throws -> AccessRecord {
        guard let written = Observed(json: object, decode: { try AccessRecord(json: $0) }) else {
            throw KubeError(.invalidResponse, "cannot use the answer to a write: it is no AdminAccess")
        }
        stores.accesses.observeWrite(written)
        return try written.content.get()
    }

    // MARK: - The end

    func remains(of key: NamespacedName) -> GrantRemains {
        let grants = stores.grants(of: key).filter { grant in
            guard !grant.isDeleting, grant.isManaged || grant.ownerUID != nil else { return false }
            return UTF8Order.equal(grant.name, GrantContent.name(of: grant.userID, appInstance: key.name))
        }
        let access = stores.accesses[key].flatMap { access in
            // One that a user made stays; it only loses what it said of the AppInstance.
            access.isDeleting || (access.ownerUID == nil && access.statusBytes.isEmpty) ? nil : access
        }
        return GrantRemains(grants: grants, access: access)
    }

    func remove(_ remains: GrantRemains, of owner: InstanceIdentity) async throws -> GrantWriter.Result {
        var plan = GrantPlan()
        plan.deletions = remains.grants.map { .init(name: $0.name, uid: $0.uid, userID: $0.userID) }
        return try await write(plan, of: owner)
    }

    func removeAccess(_ access: AccessRecord, of key: NamespacedName) async throws {
        if access.ownerUID != nil {
            try await client.deleteIfSame(.adminAccesses, key, uid: access.uid)
        } else if !access.statusBytes.isEmpty {
            do {
                _ = try await client.patch(.adminAccesses, key, .merge(["status": .null]), subresource: "status")
            } catch let error as KubeError where error.code == .notFound {
                // It is gone, and what it said with it.
            }
        }
    }
}

extension ReconcileError {
    /// The watch is behind; what a user set in the AdminAccess must be read before anything is said.
    static func madeMeanwhile(_ error: KubeError) -> ReconcileError {
        .waiting(
            error.code.rawValue,
            "cannot report yet: the AdminAccess was made a moment ago",
            retryAfter: .milliseconds(50)
        )
    }
}

extension KubeClient {
    /// Deletes an object unless another one has taken its place, of which the watch tells.
    ///
    /// - Returns: Whether there was one to delete.
    /// - Throws: `KubeError` or `CancellationError`.
    @discardableResult
    func deleteIfSame(_ type: ResourceType, _ name: NamespacedName, uid: String) async throws -> Bool {
        do {
            return try await delete(type, name, options: DeleteOptions(uid: uid))
        } catch let error as KubeError where error.code == .conflict {
            return false
        }
    }
}
