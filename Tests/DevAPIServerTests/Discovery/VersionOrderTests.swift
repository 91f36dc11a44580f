// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DevAPIServer

struct VersionOrderTests {
    @Test func `stable versions come first, then beta, alpha and all others`() {
        let versions = ["foo10", "v1alpha1", "v11beta2", "v10", "v2", "v1", "v12alpha1", "v3beta1", "foo1", "v10beta3"]
        // The example of the Kubernetes documentation on versions in custom resource definitions.
        let expected = ["v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v1alpha1", "foo1", "foo10"]
        #expect(versions.sorted(by: VersionOrder.precedes) == expected)
    }
}
