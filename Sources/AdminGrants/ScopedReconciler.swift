// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeController
public import KubeCore

/// Hands each key to the reconciler of its namespace, or to the one for all.
public struct ScopedReconciler: Reconciler {
    private let everywhere: InstanceReconciler?
    private let byNamespace: [String: InstanceReconciler]

    /// Creates a reconciler.
    ///
    /// - Parameters:
    ///   - everywhere: The reconciler for namespaces that have none of their own.
    ///   - byNamespace: The reconcilers of single namespaces.
    public init(everywhere: InstanceReconciler?, byNamespace: [String: InstanceReconciler] = [:]) {
        self.everywhere = everywhere
        self.byNamespace = byNamespace
    }

    /// Looks at an AppInstance.
    ///
    /// - Throws: What the reconciler of the namespace throws.
    public func reconcile(_ key: NamespacedName) async throws -> ReconcileAction {
        guard let reconciler = key.namespace.flatMap({ byNamespace[$0] }) ?? everywhere else { return .done }
        return try await reconciler.reconcile(key)
    }
}
