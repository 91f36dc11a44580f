// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

struct BuiltInResourcesTests {
    @Test func `every kind has an address of its own and a schema`() {
        var addresses: Set<String> = []
        for definition in BuiltInResources.definitions {
            #expect(addresses.insert(definition.type.collectionPath()).inserted)
            #expect(definition.schema?.attributes.isResource == true)
            #expect(definition.listKind == definition.type.kind + "List")
            #expect(definition.schema?.attributes.description.isEmpty == false)
        }
        #expect(addresses.count == 21)
    }

    @Test func `both events are stored once`() {
        let keys = BuiltInResources.definitions.filter { $0.type.plural == "events" }.map(\.storageKey)
        #expect(keys == ["events", "events"])
    }

    @Test func `an event says the same in both versions`() {
        let core: JSONValue = [
            "apiVersion": "v1", "kind": "Event", "metadata": ["name": "e"], "involvedObject": ["name": "o"],
            "message": "hello", "reason": "R", "count": 2, "firstTimestamp": .null, "reportingComponent": "c",
        ]
        let other = BuiltInResources.event(core, in: "events.k8s.io/v1")
        #expect(other["note"] == "hello")
        #expect(other["regarding"] == ["name": "o"])
        #expect(other["reportingController"] == "c")
        #expect(other["message"] == nil)
        #expect(BuiltInResources.event(other, in: "v1") == core)
        #expect(BuiltInResources.event(core, in: "v1") == core)
    }

    @Test(
        arguments: [
            ("configmaps", ["data": ["a": "b"], "dta": [:]], ["dta"]),
            (
                "deployments", ["spec": ["replica": 1, "template": ["spec": ["containers": [["imgae": "x"]]]]]],
                ["spec.replica", "spec.template.spec.containers[0].imgae"]
            ),
            ("services", ["spec": ["ports": [["prot": 80]]]], ["spec.ports[0].prot"]),
            ("roles", ["rules": [["verb": ["get"]]]], ["rules[0].verb"]),
        ] as [(String, JSONValue, [String])]
    )
    func `common typos are found`(plural: String, object: JSONValue, expected: [String]) throws {
        var object = object
        #expect(try builtInSchema(plural).prune(&object).map(\.description) == expected)
    }

    @Test func `null is the same as missing`() throws {
        var object: JSONValue = [
            "data": .null, "metadata": ["name": "n", "creationTimestamp": .null, "labels": ["a": .null]],
        ]
        #expect(try builtInSchema("configmaps").prune(&object).isEmpty)
        #expect(object == ["metadata": ["name": "n", "labels": [:]]])
    }

    @Test(
        arguments: [
            (
                "configmaps", "ConfigMap", ["data": ["a": 1]],
                "json: cannot unmarshal number into Go struct field ConfigMap.data of type string"
            ),
            (
                "configmaps", "ConfigMap", ["metadata": ["labels": ["a": true]]],
                "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string"
            ),
            (
                "deployments", "Deployment", ["spec": ["replicas": "1"]],
                "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
            ),
            (
                "deployments", "Deployment", ["spec": ["replicas": 4_294_967_296]],
                "json: cannot unmarshal number 4294967296 into Go struct field DeploymentSpec.spec.replicas of type int32"
            ),
            ("secrets", "Secret", ["data": ["a": "YQ="]], "illegal base64 data at input byte 3"),
            ("secrets", "Secret", ["data": ["a": "Y!=="]], "illegal base64 data at input byte 1"),
        ] as [(String, String, JSONValue, String)]
    )
    func `wrong types are told as Go tells them`(
        plural: String,
        kind: String,
        object: JSONValue,
        message: String
    ) throws {
        #expect(try builtInSchema(plural).decodingProblem(of: object, kind: kind) == message)
    }

    @Test func `good objects decode`() throws {
        let deployment: JSONValue = [
            "spec": [
                "strategy": ["rollingUpdate": ["maxSurge": "25%", "maxUnavailable": 1]],
                "template": ["spec": ["containers": [["resources": ["limits": ["cpu": "1", "memory": 1]]]]]],
            ]
        ]
        #expect(try builtInSchema("deployments").decodingProblem(of: deployment, kind: "Deployment") == nil)
        #expect(try builtInSchema("secrets").decodingProblem(of: ["data": ["a": "YQ=="]], kind: "Secret") == nil)
    }

    @Test func `the string data of a secret is folded into its data`() {
        var secret: JSONValue = ["data": ["a": "eA==", "b": "eA=="], "stringData": ["a": "hello", "c": ""]]
        BuiltInResources.prepare(&secret, of: .secrets)
        #expect(secret == ["data": ["a": "aGVsbG8=", "b": "eA==", "c": ""]])
    }

    @Test func `a namespace is labelled and active`() {
        var namespace: JSONValue = ["metadata": ["name": "n", "labels": ["x": "y"]]]
        BuiltInResources.prepare(&namespace, of: .namespaces)
        #expect(
            namespace == [
                "metadata": ["name": "n", "labels": ["x": "y", "kubernetes.io/metadata.name": "n"]],
                "status": ["phase": "Active"],
            ]
        )
    }

    @Test func `deployments get the defaults of a real server`() throws {
        var object: JSONValue = [
            "spec": ["template": ["spec": ["containers": [["name": "c", "ports": [["containerPort": 80]]]]]]]
        ]
        try builtInSchema("deployments").applyDefaults(to: &object)
        #expect(object["spec"]?["replicas"] == 1)
        #expect(object[path: ["spec", "strategy", "type"]] == "RollingUpdate")
        let container = object[path: ["spec", "template", "spec", "containers"]]?[0]
        #expect(container?["ports"]?[0]?["protocol"] == "TCP")
        #expect(container?["terminationMessagePath"] == "/dev/termination-log")
        #expect(object[path: ["spec", "template", "spec", "restartPolicy"]] == "Always")
    }

    @Test func `the role of a binding cannot change`() throws {
        let schema = try builtInSchema("rolebindings")
        let old: JSONValue = ["roleRef": ["kind": "Role", "name": "a"]]
        #expect(schema.validate(["roleRef": ["kind": "Role", "name": "b"]], old: old).count == 1)
        #expect(schema.validate(old, old: old).isEmpty)
        #expect(schema.validate([:]).map(\.description) == ["roleRef: Required value"])
    }
}
