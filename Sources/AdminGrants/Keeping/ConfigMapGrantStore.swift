// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeController
import KubeCore
import ServiceLifecycle

/// AdminAccess and AdminGrants in ConfigMaps, for clusters where nobody may install CRDs.
struct ConfigMapGrantStore: GrantStore {
    let client: KubeClient
    let stores: OperatorStores
    var limits = GrantPages.Limits()

    func grants(of key: NamespacedName) -> [GrantRecord] {
        let documents = stores.grantDocuments(of: key)
        return documents.count == 1 ? documents[0].document.grants : documents.flatMap(\.document.grants)
    }

    // MARK: - Planning

    func plan(
        _ admin: AdminConfiguration,
        of owner: InstanceIdentity,
        existing: [GrantRecord]
    ) async throws -> GrantPlan {
        let pages = GrantPages(
            admin.admins,
            provider: admin.identityProvider,
            appInstance: owner.name,
            limits: limits
        )
        let known = Dictionary(
            stores.grantDocuments(of: owner.key).map { ($0.document.index, $0.document) },
            uniquingKeysWith: { first, _ in first }
        )
        var planner = GrantDocumentPlanner(owner: owner, pages: pages, documents: known)
        for index in pages.entries.indices where known[index] == nil {
            let name = NamespacedName(namespace: owner.namespace, name: GrantDocument.name(index, of: owner.name))
            // One that lacks our labels is told by the watch of all ConfigMaps, which brings no content.
            guard stores.configMaps[name] != nil, let object = try await client.get(.configMaps, name) else { continue }
            planner.add(try GrantDocument(json: object), named: name.name)
        }
        return planner.plan()
    }

    // MARK: - Writing

    func write(_ plan: GrantPlan, of owner: InstanceIdentity) async throws -> GrantWriter.Result {
        var result = GrantWriter.Result()
        for write in plan.documents {
            // A replica that stands by waits for this one.
            if Task.isShuttingDownGracefully {
                result.isInterrupted = true
                break
            }
            do {
                if try await carryOut(write, of: owner) {
                    result.granted += write.granted
                    result.revoked += write.revoked
                    result.updated += write.updated
                } else {
                    result.foreign.append(write.holder.name)
                }
            } catch let error as KubeError {
                result.failures.append(error)
                if !GrantWriter.concernsOneObject(error.code) { break }
            }
        }
        return result
    }

    /// Writes one ConfigMap; returns whether it is ours.
    private func carryOut(_ write: GrantPlan.DocumentWrite, of owner: InstanceIdentity) async throws -> Bool {
        let name = NamespacedName(namespace: owner.namespace, name: write.holder.name)
        guard let object = write.object else {
            try await client.deleteIfSame(.configMaps, name, uid: write.holder.uid)
            return true
        }
        let restoration = Restoration(client: client, type: .configMaps) { GrantDocument.fingerprint(of: $0) }
        if !write.holder.uid.isEmpty {
            observe(try await restoration.restore(name, to: object, write.fingerprint))
            return true
        }
        do {
            observe(try await client.create(.configMaps, object))
        } catch let error as KubeError where error.code == .alreadyExists {
            // The watch is behind, or somebody else was faster.
            guard let live = try await client.get(.configMaps, name) else { throw error }
            guard try GrantDocument(json: live).isOurs(owner) else { return false }
            observe(try await restoration.restore(name, to: object, write.fingerprint))
        }
        return true
    }

    private func observe(_ object: JSONValue) {
        if let written = Observed(json: object, decode: { try GrantDocument(json: $0) }) {
            stores.grantDocuments.observeWrite(written)
        }
    }

    // MARK: - The end

    func remains(of key: NamespacedName) -> GrantRemains {
        let documents = stores.grantDocuments(of: key)
        let access = stores.accessDocuments[AccessDocument.name(of: key)]?.record
        return GrantRemains(
            grants: documents.flatMap(\.document.grants),
            documents: documents.map { .init(name: $0.key.name, uid: $0.document.uid) },
            access: access.flatMap { access in
                access.isDeleting || (access.ownerUID == nil && access.statusBytes.isEmpty) ? nil : access
            }
        )
    }

    func remove(_ remains: GrantRemains, of owner: InstanceIdentity) async throws -> GrantWriter.Result {
        var plan = GrantPlan()
        plan.documents = remains.documents.map { GrantPlan.DocumentWrite(deleting: $0) }
        var result = try await write(plan, of: owner)
        if result.failures.isEmpty, !result.isInterrupted { result.revoked = remains.grants.map(\.userID) }
        return result
    }
}
