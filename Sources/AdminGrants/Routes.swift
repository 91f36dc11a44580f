// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
public import KubeController
public import KubeCore

/// Which AppInstances have to be looked at when something changes.
extension OperatorStores {
    /// Every AppInstance that is known, and every one that something here speaks of, present or not.
    public var everyInstance: Set<NamespacedName> {
        var keys = Set(instances.snapshot.keys).union(accesses.snapshot.keys)
        grants.snapshot.forEach { key, grant in
            keys.insert(NamespacedName(namespace: key.namespace, name: grant.appInstance))
        }
        func insert(_ configMaps: [NamespacedName], _ appInstance: (String) -> String?) {
            for key in configMaps {
                guard let name = appInstance(key.name) else { continue }
                keys.insert(NamespacedName(namespace: key.namespace, name: name))
            }
        }
        insert(keysConfigMaps.snapshot.keys) { KeysConfigMap.appInstance(ofConfigMap: $0) }
        insert(accessDocuments.snapshot.keys) { AccessDocument.appInstance(of: $0) }
        insert(grantDocuments.snapshot.keys) { GrantDocument.appInstance(of: $0) }
        return keys
    }

    /// A changed AppInstance; one that is gone or lists fewer users is urgent, because access may have to end.
    public func instanceRoute(to queue: WorkQueue<NamespacedName>) -> ChangeRoute<InstanceRecord> {
        .to(queue) { change in
            if let old = change.old, let new = change.new, old == new, change.failure == nil { return [] }
            guard let new = change.new else { return [(change.key, .revocation)] }
            if let old = change.old, new.revokesSomebody(of: old) { return [(change.key, .revocation)] }
            return [(change.key, change.origin == .list && change.old == nil ? .resync : .change)]
        }
    }

    /// A changed AdminAccess: its spec, or a report that somebody wrote over.
    public func accessRoute(to queue: WorkQueue<NamespacedName>) -> ChangeRoute<AccessRecord> {
        .to(queue) { change in
            if change.old == change.new { return [] }
            return [(change.key, change.origin == .list ? .resync : .change)]
        }
    }

    /// A changed grant: somebody wrote or deleted it.
    public func grantRoute(to queue: WorkQueue<NamespacedName>) -> ChangeRoute<GrantRecord> {
        .to(queue) { change in
            if change.old == change.new { return [] }
            let names = Set([change.old?.appInstance, change.new?.appInstance].compactMap { $0 })
            let priority: WorkPriority = change.origin == .list ? .resync : .change
            return names.map { (NamespacedName(namespace: change.key.namespace, name: $0), priority) }
        }
    }

    /// A changed ConfigMap with keys.
    public func keysRoute(to queue: WorkQueue<NamespacedName>) -> ChangeRoute<KeysConfigMapRecord> {
        Self.childRoute(to: queue) { KeysConfigMap.appInstance(ofConfigMap: $0) }
    }

    /// A changed ConfigMap that stands for an AdminAccess.
    public func accessDocumentRoute(to queue: WorkQueue<NamespacedName>) -> ChangeRoute<AccessDocument> {
        Self.childRoute(to: queue) { AccessDocument.appInstance(of: $0) }
    }

    /// A changed ConfigMap with grants.
    public func grantDocumentRoute(to queue: WorkQueue<NamespacedName>) -> ChangeRoute<GrantDocument> {
        Self.childRoute(to: queue) { GrantDocument.appInstance(of: $0) }
    }

    /// A changed ConfigMap of those made for an AppInstance, whose name is a part of theirs.
    private static func childRoute<Record: Hashable>(
        to queue: WorkQueue<NamespacedName>,
        _ appInstance: @escaping @Sendable (String) -> String?
    ) -> ChangeRoute<Record> {
        .to(queue) { change in
            guard change.old != change.new, let name = appInstance(change.key.name) else { return [] }
            let key = NamespacedName(namespace: change.key.namespace, name: name)
            return [(key, change.origin == .list ? .resync : .change)]
        }
    }

    /// A changed ConfigMap of any kind: it may hold a CA bundle, or stand in the way of one of ours.
    public func bundleRoute(to queue: WorkQueue<NamespacedName>) -> ChangeRoute<ConfigMapVersion> {
        .to(queue) { change in
            if change.old == change.new { return [] }
            var keys = instances(usingCABundle: change.key)
            if let key = instance(ofStranger: change.key) { keys.append(key) }
            return keys.map { ($0, change.origin == .list ? .resync : .change) }
        }
    }

    /// The AppInstance where one of whose ConfigMaps should be there is, or was, one without our labels.
    private func instance(ofStranger key: NamespacedName) -> NamespacedName? {
        guard store == .configMaps, accessDocuments[key] == nil, grantDocuments[key] == nil,
            let name = AccessDocument.appInstance(of: key.name) ?? GrantDocument.appInstance(of: key.name)
        else { return nil }
        return NamespacedName(namespace: key.namespace, name: name)
    }
}
