// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A structural OpenAPI v3 schema, as custom resource definitions carry it.
struct StructuralSchema: Sendable {
}
