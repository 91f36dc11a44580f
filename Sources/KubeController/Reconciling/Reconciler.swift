// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// What a queue's key must tell for log lines.
public protocol ReconcileKey: Hashable, Sendable {
    /// The object that the key is about.
    var object: NamespacedName { get }
}

extension NamespacedName: ReconcileKey {
    /// The name itself.
    public var object: NamespacedName { self }
}

/// Brings one part of the world in line with what is wanted.
///
/// Assumptions: it reads the world and does not ask why it is called; running it twice in a row writes nothing the
/// second time. Guarantees: never two calls for one key at a time; `Logger.current` names the controller, the object
/// and the run. Cancellation: the task is cancelled when the deadline of a reconcile is passed, or when a shutdown
/// cannot wait any longer; the reconciler then ends soon, by throwing.
public protocol Reconciler<Key>: Sendable {
    /// What the queue carries.
    associatedtype Key: ReconcileKey

    /// Looks at a key.
    ///
    /// - Throws: `ReconcileError` to say what is to be done about a failure; anything else is classified by it.
    func reconcile(_ key: Key) async throws -> ReconcileAction
}

/// What is to be done after a reconcile that went well.
public enum ReconcileAction: Sendable, Hashable {
    /// Nothing, until something changes.
    case done
    /// Look again after a time, if nothing changes before.
    case after(Duration)
}
