// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeClient
import KubeCore
import Testing

@testable import GrantorCommands

struct DefinitionCheckTests {
    private static let expected = CustomResourceDefinitions.adminGrant
    private static let schemaPath = ["schema", "openAPIV3Schema"]

    /// The definition as a server shows it, after a change to its schema.
    private static func installed(
        established: Bool = true,
        _ change: (inout JSONValue) -> Void = { _ in }
    ) throws -> JSONValue {
        var object = expected
        var version = try #require(object["spec"]?["versions"]?[0])
        var schema = try #require(version[path: schemaPath])
        change(&schema)
        version["schema"] = ["openAPIV3Schema": schema]
        object["spec"]?["versions"] = [version]
        object["status"] = [
            "conditions": [
                ["type": "NamesAccepted", "status": "True"],
                ["type": "Established", "status": established ? "True" : "False"],
            ]
        ]
        return object
    }

    private static func judge(_ sight: DefinitionCheck.Sight) -> Diagnosis? {
        DefinitionCheck.judge(sight, of: .adminGrants, expected: expected).first
    }

    private static func change(spec change: (inout JSONObject) -> Void, in schema: inout JSONValue) {
        var properties = schema[path: ["properties", "spec", "properties"]]?.object ?? [:]
        change(&properties)
        schema["properties"]?["spec"]?["properties"] = .object(properties)
    }

    @Test func `the definition of this build is in order`() throws {
        #expect(Self.judge(.definition(try Self.installed()))?.verdict == .ok)
        let schema = try #require(Self.expected["spec"]?["versions"]?[0]?[path: Self.schemaPath])
        #expect(Self.judge(.published(schema))?.verdict == .ok)
    }

    @Test func `descriptions decide nothing`() throws {
        let found = Self.judge(.definition(try Self.installed { $0["description"] = "another" }))
        #expect(found?.verdict == .ok)
    }

    @Test func `an older definition is an error, since the server drops what it does not know`() throws {
        let old = try Self.installed { Self.change(spec: { $0["userID"] = nil }, in: &$0) }
        let found = Self.judge(.definition(old))
        #expect(found?.verdict == .error)
        #expect(found?.message.contains("older than this version: it lacks spec.userID") == true)
        #expect(found?.advice.contains("grantor crds | kubectl apply") == true)
    }

    @Test func `a newer definition is a warning`() throws {
        let new = try Self.installed { Self.change(spec: { $0["expiresAt"] = ["type": "string"] }, in: &$0) }
        let found = Self.judge(.definition(new))
        #expect(found?.verdict == .warning)
        #expect(found?.message.contains("newer than this version: it also knows spec.expiresAt") == true)
    }

    @Test func `other rules for the same fields are a warning`() throws {
        let other = try Self.installed {
            Self.change(spec: { $0["userID"]?["maxLength"] = 9 }, in: &$0)
        }
        let found = Self.judge(.definition(other))
        #expect(found?.verdict == .warning)
        #expect(found?.message.contains("with other rules") == true)
    }

    @Test func `a definition that is missing, not in force or of another version is an error`() throws {
        #expect(Self.judge(.missing)?.message == "not installed")
        let waiting = Self.judge(.definition(try Self.installed(established: false)))
        #expect(waiting?.message == "not in force: Established is not True")
        var object = try Self.installed()
        var version = try #require(object["spec"]?["versions"]?[0])
        version["name"] = "v1"
        object["spec"]?["versions"] = [version]
        #expect(Self.judge(.definition(object))?.message.contains("does not serve v1alpha1") == true)
        #expect(Self.judge(.failed(KubeError(.timeout, "cannot get")))?.verdict == .skipped)
    }

    @Test func `the paths of a schema go into lists and maps`() {
        let schema: JSONValue = [
            "properties": [
                "spec": [
                    "properties": [
                        "a": ["items": ["properties": ["b": ["type": "string"]]]],
                        "c": ["additionalProperties": ["type": "string"]],
                    ]
                ],
                "metadata": ["type": "object"],
            ]
        ]
        #expect(SchemaPaths(schema).paths == ["spec", "spec.a", "spec.a[]", "spec.a[].b", "spec.c", "spec.c.*"])
    }
}
