// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import KubeClient
import KubeCore
import OperatorCore

/// Reads the AppInstances that are looked after, and what belongs to them.
struct InstanceGatherer: Sendable {
    /// How many objects are asked for at a time.
    private static let page = 500

    private struct Bundle: Hashable {
        let namespace: String
        let entry: ConfigMapEntry
    }

    let client: KubeClient
    let scope: DoctorScope

    /// Reads everything.
    ///
    /// - Returns: The AppInstances; `nil` when there may be some that could not be read, and none that could.
    /// - Throws: `CancellationError`; what cannot be read is told.
    func gather(_ log: DiagnosisLog) async throws -> [InstanceSight]? {
        var instances: [AppInstance] = []
        var accesses: [NamespacedName: AdminAccess] = [:]
        var isComplete = true
        for namespace in scope.namespaces {
            let place = namespace.map { "in namespace \($0)" } ?? "in all namespaces"
            do {
                instances += try await self.instances(in: namespace, log).filter { instance in
                    instance.admin != nil && scope.contains(namespace: instance.metadata.namespace)
                }
                for access in try await self.accesses(in: namespace) {
                    accesses[Self.name(of: access.metadata)] = access
                }
            } catch let error as KubeError {
                isComplete = false
                log.add([
                    .init(
                        area: .appInstances,
                        check: "appinstances",
                        verdict: .skipped,
                        message: "\(place): \(error.message)"
                    )
                ])
            }
        }
        if instances.isEmpty, !isComplete { return nil }
        let bundles = try await bundles(of: instances, log)
        let rules = AdminRules(
            allowsInsecureEndpoint: scope.configuration.allowsInsecureEndpoints,
            clusterDomain: scope.configuration.clusterDomain
        )
        return instances.map { instance in
            let name = Self.name(of: instance.metadata)
            let bundle = Self.key(of: instance).flatMap { bundles[$0] } ?? .none
            return InstanceSight(
                name: name.description,
                instance: instance,
                access: accesses[name],
                bundle: bundle,
                rules: rules
            )
        }
    }

    private func instances(in namespace: String?, _ log: DiagnosisLog) async throws -> [AppInstance] {
        let selector = scope.configuration.selector
        guard scope.configuration.source == .configMaps else {
            return try await list(.appInstances, namespace, selector: selector).compactMap {
                try? AppInstance(json: $0)
            }
        }
        let name = NamespacedName(namespace: namespace, name: InstanceConfigMap.name)
        guard let object = try await client.get(.configMaps, name) else { return [] }
        do throws(FieldError) {
            return try InstanceConfigMap.instance(in: object).map { [$0] } ?? []
        } catch {
            log.add([
                .init(
                    area: .appInstances,
                    check: "appinstances",
                    object: "\(name)",
                    verdict: .error,
                    message: "\(error)",
                    advice:
                        "the ConfigMap must hold one AppInstance as YAML or JSON; nobody is granted or revoked before"
                )
            ])
            return []
        }
    }

    private func accesses(in namespace: String?) async throws -> [AdminAccess] {
        guard scope.configuration.store == .configMaps else {
            return try await list(.adminAccesses, namespace).compactMap { try? AdminAccess(json: $0) }
        }
        let selector = "\(GrantLabels.component)=\(GrantLabels.Component.access.rawValue)"
        return try await list(.configMaps, namespace, selector: selector).compactMap { AccessDocument.access(in: $0) }
    }

    private static func name(of metadata: ObjectMeta) -> NamespacedName {
        NamespacedName(namespace: metadata.namespace, name: metadata.name)
    }

    private static func key(of instance: AppInstance) -> Bundle? {
        instance.caBundle.map { Bundle(namespace: instance.metadata.namespace ?? "", entry: $0) }
    }

    private func list(_ type: ResourceType, _ namespace: String?, selector: String = "") async throws -> [JSONValue] {
        var items: [JSONValue] = []
        var token = ""
        repeat {
            let options = ListOptions(labelSelector: selector, limit: Self.page, continueToken: token)
            let list = try await client.list(type, namespace: namespace, options: options)
            items += list.items
            token = list.continueToken
        } while !token.isEmpty
        return items
    }

    /// Reads each bundle that is named once; of one that cannot be read nothing is known.
    private func bundles(of instances: [AppInstance], _ log: DiagnosisLog) async throws -> [Bundle: NamedCABundle] {
        let names = Set(instances.compactMap(Self.key)).map(\.self)
        let read = try await boundedMap(names, atMost: 8) { bundle -> NamedCABundle? in
            let name = NamespacedName(namespace: bundle.namespace, name: bundle.entry.name)
            do {
                return NamedCABundle(try await client.get(.configMaps, name), bundle.entry)
            } catch let error as KubeError {
                log.add([
                    .init(
                        area: .appInstances,
                        check: "ca-bundle",
                        object: "\(name)",
                        verdict: .skipped,
                        message: error.message
                    )
                ])
                return nil
            }
        }
        return Dictionary(zip(names, read).compactMap { name, bundle in bundle.map { (name, $0) } }) { first, _ in first
        }
    }
}
