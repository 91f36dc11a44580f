// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
public import KubeClient
public import KubeController
public import KubeCore
import Synchronization

/// kubit's ConfigMap of one namespace as a collection of AppInstances, with one at most.
///
/// The AppInstance goes by its own name, which is part of the text. When the text changes to another name, that is told
/// as one AppInstance gone and another one there. While the text cannot be read the name is the last one that could:
/// remembered by this process, or else found on what was made for the AppInstance before.
public final class ConfigMapInstances: ListWatchSource {
    private let source: KubeListWatch<InstanceConfigMap>
    private let client: KubeClient
    private let namespace: String
    private let name = Mutex<String?>(nil)

    /// Creates a source.
    ///
    /// - Parameters:
    ///   - client: How to reach the API server.
    ///   - namespace: The namespace of the ConfigMap.
    ///   - labelSelector: Labels that the ConfigMap must carry; empty means any.
    ///   - isWanted: Whether the namespace is looked after, by the key of the ConfigMap; it is when this is `nil`.
    public init(
        client: KubeClient,
        namespace: String,
        labelSelector: String = "",
        isWanted: (@Sendable (NamespacedName) -> Bool)? = nil
    ) {
        self.client = client
        self.namespace = namespace
        source = KubeListWatch(
            client: client,
            type: .configMaps,
            namespace: namespace,
            labelSelector: labelSelector,
            fieldSelector: "metadata.name=\(InstanceConfigMap.name)",
            isWanted: isWanted
        )
    }

    /// Reads the collection.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    public func list(_ options: ListOptions) async throws -> SourcePage<InstanceRecord> {
        let page = try await source.list(options)
        var items: [Observed<InstanceRecord>] = []
        if page.items.isEmpty { name.withLock { $0 = nil } }
        for item in page.items {
            // Under which name it was known before does not matter: what is not listed now is gone.
            for case .applied(let observed) in try await events(for: .applied(item)) { items.append(observed) }
        }
        return SourcePage(items: items, resourceVersion: page.resourceVersion, continueToken: page.continueToken)
    }

    /// Watches the collection.
    public func watch(_ options: WatchOptions) -> Events {
        Events(base: source.watch(options), instances: self)
    }

    /// What an event of the ConfigMap says of AppInstances.
    private func events(
        for event: SourceEvent<InstanceConfigMap>
    ) async throws -> [SourceEvent<InstanceRecord>] {
        switch event {
        case .bookmark(let version, let endsInitialEvents):
            return [.bookmark(resourceVersion: version, endsInitialEvents: endsInitialEvents)]
        case .ignored:
            return [.ignored]
        case .deleted(_, let version):
            let last = name.withLock { $0.take() }
            return [.deleted(key(last ?? InstanceConfigMap.name), resourceVersion: version)]
        case .applied(let observed):
            let version = observed.resourceVersion
            guard case .success(let configMap) = observed.content else { return [.ignored] }
            let last = name.withLock { $0 }
            var current = configMap.instanceName ?? last
            if current == nil { current = try await nameOfChildren() }
            if current == nil, configMap.isBlank {
                // Somebody else's ConfigMap of that name.
                return [.bookmark(resourceVersion: version, endsInitialEvents: false)]
            }
            let known = current ?? InstanceConfigMap.name
            name.withLock { $0 = known }
            let applied = Observed(key: key(known), resourceVersion: version, configMap.record)
            if let last, !UTF8Order.equal(last, known) {
                return [.deleted(key(last), resourceVersion: version), .applied(applied)]
            }
            return [.applied(applied)]
        }
    }

    private func key(_ name: String) -> NamespacedName {
        NamespacedName(namespace: namespace, name: name)
    }

    /// The name of the AppInstance that something was made for before this process began.
    private func nameOfChildren() async throws -> String? {
        let options = ListOptions(labelSelector: "\(GrantLabels.managedBy)=\(GrantLabels.manager)")
        let children = try await client.list(.configMaps, namespace: namespace, options: options).items
        for child in children {
            let owner = GrantContent.ownerReference(of: child)
            guard owner?["kind"]?.string == ResourceType.configMaps.kind else { continue }
            let name = child["metadata"]?["name"]?.string ?? ""
            if let instance = KeysConfigMap.appInstance(ofConfigMap: name) ?? AccessDocument.appInstance(of: name)
                ?? GrantDocument.appInstance(of: name)
            {
                return instance
            }
        }
        return nil
    }
}

extension ConfigMapInstances {
    /// The events of one watch; one of the ConfigMap may be two of AppInstances.
    public struct Events: AsyncSequence, Sendable {
        /// One event.
        public typealias Element = SourceEvent<InstanceRecord>
        /// What a watch fails with.
        public typealias Failure = any Error

        fileprivate let base: AsyncMapSequence<WatchStream, SourceEvent<InstanceConfigMap>>
        fileprivate let instances: ConfigMapInstances

        /// Begins.
        public func makeAsyncIterator() -> Iterator {
            Iterator(base: base.makeAsyncIterator(), instances: instances)
        }

        /// Goes from event to event.
        public struct Iterator: AsyncIteratorProtocol {
            fileprivate var base: AsyncMapSequence<WatchStream, SourceEvent<InstanceConfigMap>>.AsyncIterator
            fileprivate let instances: ConfigMapInstances
            private var waiting: [Element] = []

            fileprivate init(
                base: AsyncMapSequence<WatchStream, SourceEvent<InstanceConfigMap>>.AsyncIterator,
                instances: ConfigMapInstances
            ) {
                self.base = base
                self.instances = instances
            }

            /// The next event; `nil` at the end.
            ///
            /// - Throws: `KubeError` or `CancellationError`.
            public mutating func next() async throws -> Element? {
                try await next(isolation: #isolation)
            }

            /// The next event, without leaving the actor of who asks; `nil` at the end.
            ///
            /// - Throws: `KubeError` or `CancellationError`.
            public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Element? {
                while waiting.isEmpty {
                    guard let event = try await base.next(isolation: actor) else { return nil }
                    waiting = try await instances.events(for: event)
                }
                return waiting.removeFirst()
            }
        }
    }
}
