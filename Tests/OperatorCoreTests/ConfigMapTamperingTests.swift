// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import KubeClient
import KubeCore
import Logging
import OperatorCore
import TestKit
import Testing

/// What others write into the ConfigMaps with the outcome is put back; what is theirs is left alone.
struct ConfigMapTamperingTests {
    /// One thing that somebody does to a ConfigMap of the operator.
    struct Tampering: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var name: String
        /// The merge patch; `nil` deletes the ConfigMap.
        var patch: JSONValue?
    }

    private static let mallory = """
        {"apiVersion":"grantor.dev/v1alpha1","kind":"AdminGrantList","items":[{"metadata":{"name":"influxdb-aaaaaaaaaa"},\
        "spec":{"appInstance":{"name":"influxdb"},"userID":"mallory"}}]}
        """

    private static let labels: JSONValue = [
        "grantor.dev/app-instance": .null, "app.kubernetes.io/managed-by": .null, "app.kubernetes.io/component": .null,
    ]

    static let tamperings = [
        Tampering(
            testDescription: "somebody else is granted",
            name: "influxdb-admin-grants",
            patch: ["data": ["grants.json": .string(mallory)]]
        ),
        Tampering(
            testDescription: "garbage in the place of grants",
            name: "influxdb-admin-grants",
            patch: ["data": ["grants.json": "{"]]
        ),
        Tampering(
            testDescription: "no grants at all",
            name: "influxdb-admin-grants",
            patch: ["data": ["grants.json": .null]]
        ),
        Tampering(
            testDescription: "the labels of the grants are gone",
            name: "influxdb-admin-grants",
            patch: ["metadata": ["labels": labels]]
        ),
        Tampering(
            testDescription: "the owner of the grants is gone",
            name: "influxdb-admin-grants",
            patch: ["metadata": ["ownerReferences": .null]]
        ),
        Tampering(testDescription: "the grants are deleted", name: "influxdb-admin-grants", patch: nil),
        Tampering(
            testDescription: "another report",
            name: "influxdb-admin-access",
            patch: ["data": ["ready": "False", "status.json": "{}"]]
        ),
        Tampering(
            testDescription: "the labels of the report are gone",
            name: "influxdb-admin-access",
            patch: ["metadata": ["labels": labels]]
        ),
        Tampering(
            testDescription: "the owner of the report is gone",
            name: "influxdb-admin-access",
            patch: ["metadata": ["ownerReferences": .null]]
        ),
        Tampering(testDescription: "the report is deleted", name: "influxdb-admin-access", patch: nil),
        Tampering(testDescription: "the keys are deleted", name: "influxdb-admin-keys", patch: nil),
        Tampering(
            testDescription: "an AppInstance of old among the owners",
            name: "influxdb-admin-grants",
            patch: [
                "metadata": [
                    "ownerReferences": [
                        [
                            "apiVersion": "kubecfg.dev/v1alpha1", "kind": "AppInstance", "name": "influxdb",
                            "uid": "0d9e0e5a-0000-4000-8000-000000000000",
                        ]
                    ]
                ]
            ]
        ),
    ]

    /// Everything about an object but its version, its age and who wrote which field.
    private static func content(_ object: JSONValue?) -> JSONValue? {
        guard var copy = object else { return nil }
        for name in ["resourceVersion", "uid", "creationTimestamp", "managedFields"] { copy["metadata"]?[name] = nil }
        return copy
    }

    @Test(arguments: tamperings)
    func `what is ours is put back, once`(_ tampering: Tampering) async throws {
        try await withWorld(manifests: World.namespaces) { world in
            try await world.operating(World.withoutDefinitions) { _ in
                try await world.hold(["a", "b"])
                try await world.says(ready: "True", "Ready")
                try await world.quiet()
                let before = Self.content(try await world.get(.configMaps, tampering.name))
                if let patch = tampering.patch {
                    try await world.merge(.configMaps, tampering.name, patch)
                } else {
                    try await world.delete(.configMaps, tampering.name)
                }
                try await world.eventually("it is put back") {
                    let now = Self.content(try await world.get(.configMaps, tampering.name))
                    // A report that was deleted is made anew, at another time.
                    if tampering.name == "influxdb-admin-access" { return now?["metadata"] == before?["metadata"] }
                    return now == before
                }
                try await world.says(ready: "True", "Ready")
                let settled = try await world.quiet()
                #expect(try await world.quiet(for: .milliseconds(500)) == settled)
                #expect(try await world.held() == ["a", "b"])
                #expect(world.logs.lines(at: .error).isEmpty)
            }
        }
    }

    @Test func `labels, annotations and keys of others stay`() async throws {
        try await withWorld(manifests: World.namespaces) { world in
            try await world.operating(World.withoutDefinitions) { _ in
                try await world.hold(["a"])
                try await world.says(ready: "True", "Ready")
                let before = try await world.quiet()
                let theirs: JSONValue = [
                    "metadata": ["labels": ["team": "x"], "annotations": ["note": "y"]], "data": ["extra": "z"],
                ]
                for name in ["access", "grants", "keys"] {
                    try await world.merge(.configMaps, "influxdb-admin-\(name)", theirs)
                }
                #expect(try await world.quiet() == before + 3)
                try await world.rewrite(try await world.text(["b"]))
                try await world.holds(["b"])
                try await world.quiet()
                for name in ["access", "grants", "keys"] {
                    let object = try await world.get(.configMaps, "influxdb-admin-\(name)")
                    #expect(object?["data"]?["extra"] == "z" && object?["metadata"]?["labels"]?["team"] == "x")
                }
            }
        }
    }

    @Test func `a ConfigMap that stands where the grants should is left alone, and told`() async throws {
        try await withWorld(manifests: World.namespaces) { world in
            let foreign: JSONValue = [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "influxdb-admin-grants", "namespace": "default"],
                "data": ["grants.json": .string(Self.mallory)],
            ]
            _ = try await world.client.create(.configMaps, foreign)
            try await world.operating(World.withoutDefinitions) { _ in
                try await world.hold(["a"])
                try await world.says(ready: "False", "ForeignGrant")
                #expect(try await world.report("message").contains("influxdb-admin-grants"))
                let before = try await world.quiet()
                #expect(try await world.get(.configMaps, "influxdb-admin-grants")?["data"] == foreign["data"])
                #expect(try await world.quiet() == before)
                // Once it is out of the way, ours takes its place.
                try await world.delete(.configMaps, "influxdb-admin-grants")
                try await world.holds(["a"])
                try await world.says(ready: "True", "Ready")
            }
        }
    }

    @Test func `what a user set is heeded, also before there is anything to report`() async throws {
        try await withWorld(manifests: World.namespaces) { world in
            _ = try await world.client.create(
                .configMaps,
                [
                    "apiVersion": "v1", "kind": "ConfigMap",
                    "metadata": ["name": "influxdb-admin-access", "namespace": "default"],
                    "data": ["spec.yaml": "paused: true\nissuer: https://issuer.example.com\n"],
                ]
            )
            try await world.operating(World.withoutDefinitions) { _ in
                try await world.hold(["a"])
                try await world.says(ready: "False", "Paused")
                #expect(try await world.held().isEmpty)
                #expect(try await world.get(.configMaps, "influxdb-admin-keys") == nil)
                func set(_ text: String) async throws {
                    try await world.merge(.configMaps, "influxdb-admin-access", ["data": ["spec.yaml": .string(text)]])
                }
                try await set("issuer: https://issuer.example.com\n")
                try await world.says(ready: "True", "Ready")
                let status = try JSONValue(parsing: try await world.report("status.json"))
                #expect(status["issuer"] == ["value": "https://issuer.example.com", "source": "Declared"])
                for wrong in ["pausd: true", "paused: maybe", "keys: {maxAge: long}", "- a", "a: [", "audiences: x"] {
                    try await set(wrong)
                    try await world.says(ready: "False", "InvalidSpec")
                    #expect(try await world.report("message").contains("spec"), "\(wrong)")
                    try await set("{}")
                    try await world.says(ready: "True", "Ready")
                }
                #expect(try await world.held() == ["a"])
                // It is the user's: it stays, and says nothing any more.
                try await world.delete(.configMaps, "app-instance")
                try await world.eventually("only what the user set is left") {
                    let left = try await world.get(.configMaps, "influxdb-admin-access")
                    let names = try await world.configMaps()
                    return names == ["influxdb-admin-access"] && left?["data"] == ["spec.yaml": "{}"]
                }
            }
        }
    }
}
