// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import KubeController

struct OwnerReferenceTests {
    private let type = ResourceType(group: "g.dev", version: "v1", kind: "Access", plural: "accesses")
    private let owner = ObjectMeta(name: "db", namespace: "influx", uid: "u1")

    @Test func `a reference to the owner holds what the garbage collector needs`() {
        let reference = OwnerReference(to: owner, of: type)
        #expect(
            reference.json == [
                "apiVersion": "g.dev/v1", "kind": "Access", "name": "db", "uid": "u1", "controller": true,
            ]
        )
    }

    @Test func `a child knows its owner by identity and not by name`() {
        var child = ObjectMeta(name: "c", namespace: "influx")
        child.ownerReferences = [OwnerReference(to: owner, of: type)]
        #expect(child.isOwned(byUID: "u1"))
        #expect(!child.isOwned(byUID: "u2"))
        #expect(!child.isOwned(byUID: ""))
        #expect(child.controllerReference?.name == "db")
    }

    @Test func `an owner in a namespace owns there only`() {
        #expect(owner.canOwn(childrenIn: "influx"))
        #expect(!owner.canOwn(childrenIn: "other"))
        #expect(!owner.canOwn(childrenIn: nil))
        #expect(ObjectMeta(name: "cluster-wide").canOwn(childrenIn: "any"))
    }
}
