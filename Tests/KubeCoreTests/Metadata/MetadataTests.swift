// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Testing

struct MetadataTests {
    // MARK: - Condition

    private func condition(_ status: Condition.Status, at seconds: Double) -> Condition {
        Condition(
            type: "Ready",
            status: status,
            reason: "R",
            message: "m",
            observedGeneration: 2,
            lastTransitionTime: Date(timeIntervalSince1970: seconds)
        )
    }

    @Test func `the transition time moves only with the status`() {
        let earlier = condition(.yes, at: 1)
        #expect(condition(.yes, at: 5).following(earlier).lastTransitionTime == earlier.lastTransitionTime)
        #expect(condition(.no, at: 5).following(earlier) == condition(.no, at: 5))
        #expect(condition(.no, at: 5).following(nil) == condition(.no, at: 5))
        var other = condition(.yes, at: 5)
        other.reason = "Other"
        #expect(other.following(earlier).reason == "Other")
    }

    @Test func `a condition survives being written and read`() throws {
        for status in Condition.Status.allCases {
            let value = condition(status, at: 1_000)
            #expect(try Condition(json: value.json) == value)
        }
    }

    @Test(
        arguments: [
            "x", ["status": "True"], ["type": "Ready"], ["type": "Ready", "status": "yes"],
            ["type": 1, "status": "True"],
        ] as [JSONValue]
    )
    func `what is no condition is refused`(_ json: JSONValue) {
        #expect(throws: FieldError.self) { _ = try Condition(json: json) }
    }

    // MARK: - Status

    @Test func `a status survives being written and read`() throws {
        let status = Status(
            code: 409,
            reason: "Conflict",
            message: "no",
            name: "n",
            group: "g",
            kind: "k",
            uid: "u",
            causes: [Status.Cause(reason: "FieldManagerConflict", message: "m", field: ".data.a")],
            retryAfterSeconds: 3
        )
        #expect(try Status(json: status.json) == status)
        #expect(status.json["status"] == "Failure")
        #expect(status.json["kind"] == "Status")
        let success = Status(code: 200, reason: "", message: "")
        #expect(
            success.json == ["apiVersion": "v1", "kind": "Status", "metadata": [:], "status": "Success", "code": 200]
        )
        #expect(try Status(json: success.json) == success)
    }

    @Test func `a status may lack everything, but not be something else`() throws {
        #expect(try Status(json: [:]) == Status(code: 0, reason: "", message: ""))
        #expect(throws: FieldError.self) { _ = try Status(json: "x") }
        #expect(throws: FieldError.self) { _ = try Status(json: ["reason": 1]) }
        #expect(throws: FieldError.self) { _ = try Status(json: ["details": "x"]) }
    }

    // MARK: - ObjectMeta

    @Test func `metadata survives being written and read`() throws {
        let meta = ObjectMeta(
            name: "n",
            namespace: "d",
            uid: "u",
            resourceVersion: "5",
            generation: 2,
            creationTimestamp: Date(timeIntervalSince1970: 1_000),
            deletionTimestamp: Date(timeIntervalSince1970: 2_000),
            labels: ["a": "b"],
            annotations: ["c": "d"],
            ownerReferences: [
                OwnerReference(apiVersion: "v1", kind: "K", name: "o", uid: "u2", isController: true),
                OwnerReference(apiVersion: "v1", kind: "K", name: "p", uid: "u3", blocksOwnerDeletion: true),
            ],
            finalizers: ["f"]
        )
        #expect(try ObjectMeta(json: meta.json) == meta)
        #expect(meta.isDeleting)
        #expect(meta.namespacedName == NamespacedName(namespace: "d", name: "n"))
        #expect(ObjectMeta(name: "n").json == ["name": "n"])
    }

    @Test func `metadata without a name or of wrong types is refused`() {
        let bad: [JSONValue] = [
            [:], "x", ["name": 1], ["name": "n", "labels": []], ["name": "n", "ownerReferences": [["kind": "K"]]],
        ]
        for json in bad {
            #expect(throws: FieldError.self) { _ = try ObjectMeta(json: json) }
        }
    }

    // MARK: - Names and addresses

    @Test func `names are ordered by namespace, then by name`() {
        let names = [("b", "a"), (nil, "z"), ("a", "b"), ("a", "a")].map { NamespacedName(namespace: $0.0, name: $0.1) }
        #expect(names.sorted().map(\.description) == ["z", "a/a", "a/b", "b/a"])
    }

    @Test func `addresses are those of the API`() {
        let name = NamespacedName(namespace: "d", name: "n")
        #expect(ResourceType.configMaps.path(of: name) == "/api/v1/namespaces/d/configmaps/n")
        #expect(ResourceType.leases.collectionPath() == "/apis/coordination.k8s.io/v1/leases")
        let definitions = ResourceType.customResourceDefinitions
        #expect(
            definitions.path(of: NamespacedName(namespace: nil, name: "x.y"), subresource: "status")
                == "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/x.y/status"
        )
        #expect(definitions.collectionPath(namespace: "ignored").hasSuffix("/v1/customresourcedefinitions"))
        #expect(definitions.qualifiedName == "customresourcedefinitions.apiextensions.k8s.io")
        #expect(ResourceType.configMaps.qualifiedName == "configmaps")
        #expect(ResourceType.configMaps.apiVersion == "v1")
        #expect(ResourceType.leases.apiVersion == "coordination.k8s.io/v1")
    }
}
