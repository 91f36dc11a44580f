// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Testing

@testable import AdminGrants

struct InstanceConfigMapTests {
    private static func read(_ data: JSONValue) throws -> InstanceConfigMap {
        let metadata: JSONValue = [
            "name": "app-instance", "namespace": "db", "uid": "u-1", "generation": 7,
            "annotations": ["large": "last applied"],
        ]
        return try InstanceConfigMap(
            json: ["apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data]
        )
    }

    @Test(arguments: [
        "apiVersion: kubecfg.dev/v1alpha1\nkind: AppInstance\nmetadata: {name: influxdb, namespace: other}\n"
            + "spec: {package: {spec: {admin: {identityProvider: azure}}}}\n",
        #"{"apiVersion":"kubecfg.dev/v1alpha1","kind":"AppInstance","metadata":{"name":"influxdb"},"#
            + #""spec":{"package":{"spec":{"admin":{"identityProvider":"azure"}}}}}"#,
        "metadata: {name: influxdb}\nspec: {package: {spec: {admin: {identityProvider: azure}}}}\n",
    ])
    func `YAML and JSON are read, identity being that of the ConfigMap`(_ text: String) throws {
        let configMap = try Self.read(["app-instance": .string(text), "status": "{}"])
        #expect(configMap.instanceName == "influxdb" && !configMap.isBlank)
        #expect(configMap.record.uid == "u-1" && configMap.record.generation == 0)
        #expect(configMap.record.admin == ["identityProvider": "azure"])
        #expect(configMap.record.isOurs && configMap.record.problem == nil)
        #expect(configMap.record.contentHash?.utf8.count == 64)
    }

    @Test func `kubit's status is no change, and any change of the text is one`() throws {
        let text = "metadata: {name: a}\n"
        let plain = try Self.read(["app-instance": .string(text)])
        #expect(try Self.read(["app-instance": .string(text), "status": "{}"]) == plain)
        #expect(try Self.read(["app-instance": .string(text + "# b\n")]).record != plain.record)
        #expect(!plain.record.isOurs)
    }

    @Test(arguments: [
        ("", "is of type null"), ("- a", "is of type array"), ("kind: Pod", "must be an AppInstance of kubecfg.dev"),
        ("apiVersion: v1\nkind: AppInstance", "must be an AppInstance of kubecfg.dev"),
        ("{a: ", "cannot read YAML"), ("a: 1\n---\nb: 2\n", "one document is expected"),
        (#"{"a":1,"a":2}"#, "cannot read YAML"),
    ])
    func `a text that is none is a problem of ours, and no AppInstance`(_ text: String, _ words: String) throws {
        let configMap = try Self.read(["app-instance": .string(text)])
        #expect(configMap.instanceName == nil && !configMap.isBlank)
        #expect(configMap.record.problem?.contains(words) == true, "\(configMap.record.problem ?? "")")
        #expect(configMap.record.isOurs && configMap.record.admin == nil)
    }

    @Test func `without the key it is blank`() throws {
        #expect(try Self.read(["other": "x"]).isBlank)
    }

    @Test(arguments: ["", "Influx", "-a", "a-", "a_b", "a/b", String(repeating: "a", count: 221)])
    func `a name that no object could have is replaced by that of the ConfigMap`(_ name: String) throws {
        let text: JSONValue = ["metadata": ["name": .string(name)]]
        #expect(try Self.read(["app-instance": .string(text.jsonText)]).instanceName == "app-instance")
    }
}
