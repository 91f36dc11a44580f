// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// What a Lease says of its holder: the part of `coordination.k8s.io/v1` that client-go's leader election reads and
/// writes.
public struct LeaseRecord: Sendable, Hashable {
    /// Who holds the lease; empty when it was released.
    public var holderIdentity: String
    /// How many seconds after its last change others may take it; `nil` when the object does not say.
    public var leaseDurationSeconds: Int64?
    /// When the present holder took it, by that holder's clock; as text, because no decision depends on it.
    public var acquireTime: String
    /// When it was last renewed, by the holder's clock; as text, because no decision depends on it.
    public var renewTime: String
    /// How often the holder changed.
    public var leaseTransitions: Int64

    /// Creates a record.
    public init(
        holderIdentity: String,
        leaseDurationSeconds: Int64?,
        acquireTime: String,
        renewTime: String,
        leaseTransitions: Int64
    ) {
        self.holderIdentity = holderIdentity
        self.leaseDurationSeconds = leaseDurationSeconds
        self.acquireTime = acquireTime
        self.renewTime = renewTime
        self.leaseTransitions = leaseTransitions
    }

    /// Whether somebody holds it, by what it says.
    public var isHeld: Bool { !holderIdentity.isEmpty }

    /// Whether a process of that identity holds it, compared byte by byte.
    public func isHeld(by identity: String) -> Bool { isHeld && UTF8Order.equal(holderIdentity, identity) }
}

extension LeaseRecord {
    /// Reads the `spec` of a Lease; members of a wrong type count as missing, as nobody holds what nobody can read.
    init(spec: JSONValue?) {
        self.init(
            holderIdentity: spec?["holderIdentity"]?.string ?? "",
            leaseDurationSeconds: spec?["leaseDurationSeconds"]?.integer,
            acquireTime: spec?["acquireTime"]?.string ?? "",
            renewTime: spec?["renewTime"]?.string ?? "",
            leaseTransitions: spec?["leaseTransitions"]?.integer ?? 0
        )
    }

    /// Writes the record into a `spec`, and leaves alone what else stands there (`preferredHolder`, `strategy`).
    func write(into spec: inout JSONObject) {
        spec["holderIdentity"] = .string(holderIdentity)
        spec["leaseDurationSeconds"] = leaseDurationSeconds.map { .integer($0) } ?? .null
        spec["acquireTime"] = .string(acquireTime)
        spec["renewTime"] = .string(renewTime)
        spec["leaseTransitions"] = .integer(leaseTransitions)
    }
}

/// A Lease as it was read: the record, and the object around it, which is written back as it was.
public struct Lease: Sendable {
    /// What it says.
    public let record: LeaseRecord
    /// Its version; opaque.
    public let resourceVersion: String
    private let object: JSONObject

    /// Reads a Lease.
    ///
    /// - Throws: `FieldError` when it is no object.
    public init(json: JSONValue) throws(FieldError) {
        guard let object = json.object else { throw FieldError(.typeInvalid, FieldPath(), detail: "must be an object") }
        self.object = object
        record = LeaseRecord(spec: json["spec"])
        resourceVersion = json["metadata"]?["resourceVersion"]?.string ?? ""
    }

    /// Creates the object of a lease that is not there yet.
    static func object(_ name: NamespacedName, _ record: LeaseRecord) -> JSONValue {
        var spec = JSONObject()
        record.write(into: &spec)
        return [
            "apiVersion": .string(ResourceType.leases.apiVersion),
            "kind": .string(ResourceType.leases.kind),
            "metadata": .members(["name": .string(name.name), "namespace": name.namespace.map { .string($0) }]),
            "spec": .object(spec),
        ]
    }

    /// The object with another record, at the version that was read, so that a change in between is a conflict.
    func object(with record: LeaseRecord) -> JSONValue {
        var object = object
        var spec = object["spec"]?.object ?? JSONObject()
        record.write(into: &spec)
        object["spec"] = .object(spec)
        return .object(object)
    }
}

extension Lease: JSONReadable {}
