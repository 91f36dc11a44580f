// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The finalizers that the API server itself sets and removes.
enum Finalizer {
    /// Holds an owner until its blocking dependents are gone.
    static let foregroundDeletion = "foregroundDeletion"
    /// Holds an owner until its dependents are released.
    static let orphan = "orphan"
    /// Holds a namespace (in `spec.finalizers`) until it is empty.
    static let namespace = "kubernetes"
    /// Holds a definition until its objects are gone.
    static let customResourceCleanup = "customresourcecleanup.apiextensions.k8s.io"
}
