// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeClient
public import KubeCore

/// A collection of an API server as the source of a watcher.
///
/// Each object is reduced to what `decode` takes from it before the next one is read, so that a page or an event is the
/// most that is ever held as JSON.
public struct KubeListWatch<Object: Sendable>: ListWatchSource {
    private let client: KubeClient
    private let type: ResourceType
    private let namespace: String?
    private let labelSelector: String
    private let fieldSelector: String
    private let metadataOnly: Bool
    private let isWanted: (@Sendable (NamespacedName) -> Bool)?
    private let decode: @Sendable (JSONValue) throws -> Object

    /// Creates a source.
    ///
    /// - Parameters:
    ///   - client: How to reach the API server.
    ///   - type: The kind of object.
    ///   - namespace: The namespace to look at; `nil` for all.
    ///   - labelSelector: Labels that objects must carry; empty means any.
    ///   - fieldSelector: Fields that objects must have; empty means any.
    ///   - metadataOnly: Whether the API server sends nothing but metadata.
    ///   - isWanted: Which objects are kept of those that the API server sends; all when it is `nil`.
    ///   - decode: Takes what is needed from an object.
    public init(
        client: KubeClient,
        type: ResourceType,
        namespace: String? = nil,
        labelSelector: String = "",
        fieldSelector: String = "",
        metadataOnly: Bool = false,
        isWanted: (@Sendable (NamespacedName) -> Bool)? = nil,
        decode: @escaping @Sendable (JSONValue) throws -> Object
    ) {
        self.client = client
        self.type = type
        self.namespace = namespace
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.metadataOnly = metadataOnly
        self.isWanted = isWanted
        self.decode = decode
    }

    /// Reads the collection, or a page of it.
    ///
    /// - Throws: `KubeError` or `CancellationError`.
    public func list(_ options: ListOptions) async throws -> SourcePage<Object> {
        var options = options
        options.labelSelector = labelSelector
        options.fieldSelector = fieldSelector
        options.metadataOnly = metadataOnly
        let list = try await client.list(type, namespace: namespace, options: options)
        return SourcePage(
            items: list.items.compactMap { item in
                if let isWanted, let key = NamespacedName(metadataOf: item), !isWanted(key) { return nil }
                return Observed(json: item, decode: decode)
            },
            resourceVersion: list.resourceVersion,
            continueToken: list.continueToken
        )
    }

    /// Watches the collection.
    public func watch(_ options: WatchOptions) -> AsyncMapSequence<WatchStream, SourceEvent<Object>> {
        var options = options
        options.labelSelector = labelSelector
        options.fieldSelector = fieldSelector
        options.metadataOnly = metadataOnly
        let (decode, isWanted) = (decode, isWanted)
        return client.watch(type, namespace: namespace, options: options).map { event in
            if let isWanted, event.kind != .bookmark, let key = NamespacedName(metadataOf: event.object), !isWanted(key)
            {
                // The watch goes on from there, as if nothing had happened.
                let version = event.object["metadata"]?["resourceVersion"]?.string ?? ""
                return .bookmark(resourceVersion: version, endsInitialEvents: false)
            }
            return SourceEvent(event, decode: decode)
        }
    }
}

extension KubeListWatch where Object: JSONReadable {
    /// Creates a source of objects that know how to read themselves.
    public init(
        client: KubeClient,
        type: ResourceType,
        namespace: String? = nil,
        labelSelector: String = "",
        fieldSelector: String = "",
        metadataOnly: Bool = false,
        isWanted: (@Sendable (NamespacedName) -> Bool)? = nil
    ) {
        self.init(
            client: client,
            type: type,
            namespace: namespace,
            labelSelector: labelSelector,
            fieldSelector: fieldSelector,
            metadataOnly: metadataOnly,
            isWanted: isWanted,
            decode: { try Object(json: $0) }
        )
    }
}

extension NamespacedName {
    /// Namespace and name of an object that an API server sent; `nil` when it has no name.
    fileprivate init?(metadataOf object: JSONValue) {
        guard let metadata = object["metadata"], let name = metadata["name"]?.string, !name.isEmpty else { return nil }
        self.init(namespace: metadata["namespace"]?.string, name: name)
    }
}

extension SourceEvent {
    /// The annotation of the bookmark that ends the initial events of a streaming list (`InitialEventsAnnotationKey`
    /// of `meta/v1`).
    private static var initialEventsEnd: String { "k8s.io/initial-events-end" }

    /// Takes a line of a watch.
    ///
    /// - Parameters:
    ///   - event: The line.
    ///   - decode: Takes what is needed from an object.
    public init(_ event: WatchEvent<JSONValue>, decode: (JSONValue) throws -> Object) {
        let metadata = event.object["metadata"]
        switch event.kind {
        case .added, .modified:
            self = Observed(json: event.object, decode: decode).map(SourceEvent.applied) ?? .ignored
        case .deleted:
            guard let name = metadata?["name"]?.string, !name.isEmpty else {
                self = .ignored
                return
            }
            self = .deleted(
                NamespacedName(namespace: metadata?["namespace"]?.string, name: name),
                resourceVersion: metadata?["resourceVersion"]?.string ?? ""
            )
        case .bookmark:
            let mark = metadata?["annotations"]?[Self.initialEventsEnd]?.string
            self = .bookmark(
                resourceVersion: metadata?["resourceVersion"]?.string ?? "",
                endsInitialEvents: mark == "true"
            )
        case .error:
            self = .ignored
        }
    }
}
