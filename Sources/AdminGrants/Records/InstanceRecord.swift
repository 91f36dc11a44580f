// Grantor
// SPDX-License-Identifier: Apache-2.0

public import AdminAPI
public import KubeCore

/// An AppInstance as the operator keeps it.
///
/// The `admin` block is kept as its bytes: a tree of ten thousand users would be ten times as large, and is needed only
/// while the instance is reconciled.
public struct InstanceRecord: Sendable, Hashable {
    /// The identity of this incarnation.
    public let uid: String
    /// Counts changes of `spec`.
    public let generation: Int64
    /// Whether deletion was asked for.
    public let isDeleting: Bool
    /// Stands for the text, where the AppInstance stands as text in a ConfigMap: its SHA-256 in hexadecimal.
    ///
    /// A ConfigMap has no generation; `nil` for an object of its own, which has.
    public let contentHash: String?
    /// Why the text in a ConfigMap is no AppInstance; nobody is granted or revoked while it is none.
    public let problem: String?
    /// The ConfigMap entry with the CA bundle; `nil` when the spec names none.
    public let caBundle: ConfigMapEntry?
    private let adminBytes: [UInt8]?
    private let customCertificatesBytes: [UInt8]?

    /// Whether the AppInstance has an `admin` block, and so concerns the operator.
    public var isOurs: Bool { adminBytes != nil || problem != nil }

    /// The `admin` block as it was written.
    public var admin: JSONValue? { adminBytes.flatMap { try? JSONValue(parsing: $0) } }

    /// Whether a user who was an admin by an earlier record is none by this one.
    func revokesSomebody(of earlier: InstanceRecord) -> Bool {
        if earlier.adminBytes == adminBytes || problem != nil { return false }
        return !earlier.adminIDs.isSubset(of: adminIDs)
    }

    /// The ids of the users in group `Admin`, as bytes; of a block that is not valid, those that can be told.
    private var adminIDs: Set<[UInt8]> {
        var ids: Set<[UInt8]> = []
        for user in admin?["users"]?.array ?? [] {
            guard let id = user["id"]?.string else { continue }
            let groups = user["userGroups"]?.array
            if groups?.contains(.string(AdminUser.Group.admin.rawValue)) ?? true { ids.insert(Array(id.utf8)) }
        }
        return ids
    }

    /// Whether another record speaks of the same spec of the same incarnation.
    func speaksOfTheSame(as other: InstanceRecord) -> Bool {
        uid == other.uid && generation == other.generation && contentHash == other.contentHash
    }

    /// `egress.customCertificates` as it was written.
    public var customCertificates: JSONValue? { customCertificatesBytes.flatMap { try? JSONValue(parsing: $0) } }
}

extension InstanceRecord: JSONReadable {
    /// Reads an AppInstance.
    ///
    /// - Throws: `FieldError` when the metadata cannot be read.
    public init(json: JSONValue) throws(FieldError) {
        let instance = try AppInstance(json: json)
        self.init(metadata: instance.metadata, instance: instance)
    }

    /// Creates a record.
    ///
    /// - Parameters:
    ///   - metadata: The metadata of the object that holds the AppInstance: its own, or that of a ConfigMap.
    ///   - instance: The AppInstance; `nil` when there is none that can be read.
    ///   - contentHash: Stands for the text in a ConfigMap.
    ///   - problem: Why that text is no AppInstance.
    init(metadata: ObjectMeta, instance: AppInstance?, contentHash: String? = nil, problem: String? = nil) {
        uid = metadata.uid
        generation = metadata.generation
        isDeleting = metadata.isDeleting
        self.contentHash = contentHash
        self.problem = problem
        caBundle = instance?.caBundle
        adminBytes = instance?.admin?.jsonBytes
        customCertificatesBytes = instance?.customCertificates?.jsonBytes
    }
}
