// Grantor
// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials

/// What every object carries in `metadata` and Grantor reads (`ObjectMeta` of `meta/v1`, without `managedFields`).
public struct ObjectMeta: Sendable, Hashable {
    /// The name, unique among the objects of its kind in its namespace.
    public var name: String
    /// The namespace; `nil` for objects of the whole cluster.
    public var namespace: String?
    /// The identity of this incarnation, given by the API server; empty before.
    public var uid: String
    /// The version of the object, an opaque string; empty before the object is stored.
    public var resourceVersion: String
    /// Counts changes of `spec`, from 1; 0 when the API server does not say.
    public var generation: Int64
    /// When the object was created, to the second.
    public var creationTimestamp: Date?
    /// When deletion was asked for; set while finalizers hold the object.
    public var deletionTimestamp: Date?
    /// Labels.
    public var labels: [String: String]
    /// Annotations.
    public var annotations: [String: String]
    /// The objects whose deletion takes this one along.
    public var ownerReferences: [OwnerReference]
    /// What must be done before the object goes.
    public var finalizers: [String]

    /// Creates metadata.
    public init(
        name: String,
        namespace: String? = nil,
        uid: String = "",
        resourceVersion: String = "",
        generation: Int64 = 0,
        creationTimestamp: Date? = nil,
        deletionTimestamp: Date? = nil,
        labels: [String: String] = [:],
        annotations: [String: String] = [:],
        ownerReferences: [OwnerReference] = [],
        finalizers: [String] = []
    ) {
        self.name = name
        self.namespace = namespace
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.generation = generation
        self.creationTimestamp = creationTimestamp
        self.deletionTimestamp = deletionTimestamp
        self.labels = labels
        self.annotations = annotations
        self.ownerReferences = ownerReferences
        self.finalizers = finalizers
    }

    /// The name together with the namespace.
    public var namespacedName: NamespacedName {
        NamespacedName(namespace: namespace, name: name)
    }

    /// Whether deletion was asked for.
    public var isDeleting: Bool {
        deletionTimestamp != nil
    }
}

extension ObjectMeta: JSONReadable, JSONWritable {
    /// Reads metadata.
    ///
    /// - Throws: `FieldError` when the name is missing or a member is of the wrong type.
    public init(json: JSONValue) throws(FieldError) {
        let path = FieldPath(keys: "metadata")
        guard let object = json.object else { throw FieldError(.required, path) }
        var owners: [OwnerReference] = []
        for owner in object["ownerReferences"]?.array ?? [] {
            owners.append(try OwnerReference(json: owner))
        }
        self.init(
            name: try object.requiredString("name", at: path),
            namespace: try object.optionalString("namespace", at: path),
            uid: try object.optionalString("uid", at: path) ?? "",
            resourceVersion: try object.optionalString("resourceVersion", at: path) ?? "",
            generation: object["generation"]?.integer ?? 0,
            creationTimestamp: object["creationTimestamp"]?.string.flatMap(Timestamp.parse),
            deletionTimestamp: object["deletionTimestamp"]?.string.flatMap(Timestamp.parse),
            labels: try object.optionalObject("labels", at: path)?.stringMembers ?? [:],
            annotations: try object.optionalObject("annotations", at: path)?.stringMembers ?? [:],
            ownerReferences: owners,
            finalizers: (object["finalizers"]?.array ?? []).compactMap(\.string)
        )
    }

    /// What a client may say of an object; members at their default are left out.
    public var json: JSONValue {
        .members([
            "name": .string(name),
            "namespace": namespace.map(JSONValue.string),
            "uid": uid.isEmpty ? nil : .string(uid),
            "resourceVersion": resourceVersion.isEmpty ? nil : .string(resourceVersion),
            "generation": generation == 0 ? nil : .integer(generation),
            "creationTimestamp": creationTimestamp.map { .string(Timestamp.format($0)) },
            "deletionTimestamp": deletionTimestamp.map { .string(Timestamp.format($0)) },
            "labels": labels.isEmpty ? nil : JSONValue(labels),
            "annotations": annotations.isEmpty ? nil : JSONValue(annotations),
            "ownerReferences": ownerReferences.isEmpty ? nil : .array(ownerReferences.map(\.json)),
            "finalizers": finalizers.isEmpty ? nil : .array(finalizers.map(JSONValue.string)),
        ])
    }
}
