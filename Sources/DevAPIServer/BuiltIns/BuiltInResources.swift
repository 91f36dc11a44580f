// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The kinds that this server serves without any custom resource definition.
enum BuiltInResources {
    /// Every served version of every built-in kind, in the order of discovery.
    static let definitions: [ResourceDefinition] = []
}
