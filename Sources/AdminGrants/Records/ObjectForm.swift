// Grantor
// SPDX-License-Identifier: Apache-2.0

/// In which form something stands in a cluster.
public enum ObjectForm: String, CaseIterable, Sendable {
    /// As objects of their own kinds, which takes CRDs.
    case resources = "crd"
    /// In ConfigMaps, for whoever has a namespace and nothing more.
    case configMaps = "configmap"
}
