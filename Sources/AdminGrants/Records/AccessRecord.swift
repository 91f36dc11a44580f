// Grantor
// SPDX-License-Identifier: Apache-2.0

public import AdminAPI
public import KubeCore

/// An AdminAccess as the operator keeps it; the status as its bytes, which is what it is compared by.
public struct AccessRecord: Sendable, Hashable {
    /// The identity of this incarnation.
    public let uid: String
    /// Counts changes of `spec`.
    public let generation: Int64
    /// Whether deletion was asked for.
    public let isDeleting: Bool
    /// The identity of the AppInstance that owns it; `nil` when a user made it.
    public let ownerUID: String?
    /// What a user set; `nil` when it cannot be used.
    public let spec: AdminAccess.Spec?
    /// Why `spec` cannot be used.
    public let specError: FieldError?
    /// The status as compact JSON; empty when there is none.
    public let statusBytes: [UInt8]

    /// The same, as if a user had made it.
    var disowned: AccessRecord {
        AccessRecord(
            uid: uid,
            generation: generation,
            isDeleting: isDeleting,
            ownerUID: nil,
            spec: spec,
            specError: specError,
            statusBytes: statusBytes
        )
    }

    /// Whether a user asks the same of both.
    func asksTheSame(as other: AccessRecord) -> Bool {
        spec == other.spec && specError == other.specError
    }

    /// The status; `nil` before the operator's first visit.
    public var status: AdminAccessStatus? {
        guard !statusBytes.isEmpty, let json = try? JSONValue(parsing: statusBytes) else { return nil }
        return try? AdminAccessStatus(json: json)
    }
}

extension AccessRecord: JSONReadable {
    /// Reads an AdminAccess.
    ///
    /// - Throws: `FieldError` when there is no metadata.
    public init(json: JSONValue) throws(FieldError) {
        let metadata = try ObjectMeta(json: json["metadata"] ?? .null)
        uid = metadata.uid
        generation = metadata.generation
        isDeleting = metadata.isDeleting
        ownerUID = GrantContent.ownerReference(of: json)?["uid"]?.string
        do throws(FieldError) {
            spec = try AdminAccess.Spec(json: json["spec"] ?? .null)
            specError = nil
        } catch {
            spec = nil
            specError = error
        }
        let status = json["status"] ?? .null
        statusBytes = status.isNull ? [] : status.jsonBytes
    }

    /// The AdminAccess of which nothing is known yet.
    init() {
        uid = ""
        generation = 0
        isDeleting = false
        ownerUID = nil
        spec = AdminAccess.Spec()
        specError = nil
        statusBytes = []
    }

    /// The same with what a user set and what was reported, where they are texts of a ConfigMap.
    init(
        metadata: ObjectMeta,
        ownerUID: String?,
        spec: Result<AdminAccess.Spec, FieldError>,
        statusBytes: [UInt8]
    ) {
        uid = metadata.uid
        generation = 0
        isDeleting = metadata.isDeleting
        self.ownerUID = ownerUID
        switch spec {
        case .success(let spec): (self.spec, specError) = (spec, nil)
        case .failure(let error): (self.spec, specError) = (nil, error)
        }
        self.statusBytes = statusBytes
    }
}
