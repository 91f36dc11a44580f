// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Something that has to be looked at after a change: a key, not an instruction, so that waiting twice does no harm.
enum LifecycleWork: Sendable, Hashable {
    /// An object whose owners have to be looked up, by key: it goes when none is left.
    case dependent(ObjectKey)
    /// An object in deletion whose dependents have to go or be released first.
    case deleting(ObjectKey)
    /// A namespace in deletion.
    case namespace(String)
    /// A custom resource definition in deletion.
    case definition(String)
    /// The ClusterRoles that are made of others.
    case aggregation
}
