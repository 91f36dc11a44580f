// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import FoundationEssentials
import KubeCore
import Testing

struct AppInstanceTests {
    @Test func `only what is needed is read`() throws {
        let instance = try AppInstance(json: [
            "metadata": [
                "name": "influxdb", "namespace": "db", "uid": "u", "generation": 3, "resourceVersion": "9",
                "annotations": ["kubectl.kubernetes.io/last-applied-configuration": "{...}"], "managedFields": [[:]],
            ],
            "spec": [
                "pause": true,
                "package": [
                    "image": "x", "apiVersion": "influxdata.com/v1alpha1",
                    "spec": [
                        "admin": ["users": []], "catalog": ["dsn": "x"],
                        "egress": [
                            "customCertificates": ["valueFrom": ["configMapKeyRef": ["name": "n", "key": "k"]]]
                        ],
                    ],
                ],
            ],
        ])
        #expect(instance.metadata.annotations.isEmpty)
        #expect(instance.metadata.generation == 3)
        #expect(instance.isPaused)
        #expect(instance.admin == ["users": []])
        #expect(instance.caBundle == ConfigMapEntry(name: "n", key: "k"))
    }

    @Test(
        arguments: [
            .null, 5, "x", [], ["package": 5], ["package": ["spec": []]], ["package": ["spec": ["egress": "x"]]],
            ["pause": "yes"],
        ] as [JSONValue]
    )
    func `anything may stand below spec`(_ spec: JSONValue) throws {
        let instance = try AppInstance(json: ["metadata": ["name": "x"], "spec": spec])
        #expect(instance.admin == nil)
        #expect(instance.caBundle == nil)
    }

    @Test func `a null admin block is ours, an absent one is not`() throws {
        let metadata: JSONValue = ["name": "x"]
        let null = try AppInstance(json: ["metadata": metadata, "spec": ["package": ["spec": ["admin": .null]]]])
        #expect(AdminRules().validate(null)?.isValid == false)
        let absent = try AppInstance(json: ["metadata": metadata, "spec": ["package": ["spec": [:]]]])
        #expect(AdminRules().validate(absent) == nil)
    }
}

struct AdminAccessTests {
    @Test func `an empty spec has the defaults and writes nothing`() throws {
        let access = try AdminAccess(json: ["metadata": ["name": "x"]])
        #expect(access.spec == AdminAccess.Spec())
        #expect(access.spec.keysMaxAge == .seconds(300))
        #expect(access.spec.keysMaxStale == .seconds(86_400))
        #expect(
            access.json == ["apiVersion": "grantor.dev/v1alpha1", "kind": "AdminAccess", "metadata": ["name": "x"]]
        )
    }

    @Test func `what is written is read back`() throws {
        let time = Date(timeIntervalSince1970: 1_760_000_000)
        let status = AdminAccessStatus(
            observedGeneration: 2,
            appInstance: .init(uid: "u", generation: 7),
            identityProvider: "azure",
            userIDClaim: "oid",
            issuer: .init(value: "https://login.example.com", source: .discovered),
            keySet: KeySetSummary(
                uri: "https://login.example.com/keys",
                document: .discovery,
                keys: [
                    .init(keyID: "a", keyType: "RSA", algorithm: "RS256", thumbprint: "t"),
                    .init(keyID: nil, keyType: "EC", algorithm: nil, thumbprint: "s"),
                ],
                ignored: 1,
                hash: "h",
                changedAt: time
            ),
            admins: .init(desired: 2, granted: 1),
            conditions: [
                Condition(.configValid, .yes, .valid, "fine", observedGeneration: 2, at: time),
                Condition(.ready, .no, .unreachable, "no keys", observedGeneration: 2, at: time),
            ]
        )
        let spec = AdminAccess.Spec(
            issuer: "https://login.example.com",
            audiences: ["a", "b"],
            userIDClaim: "oid",
            keysMaxAge: .seconds(90),
            keysMaxStale: .seconds(3_600),
            allowInsecureEndpoint: true,
            paused: true
        )
        let access = AdminAccess(metadata: ObjectMeta(name: "x", namespace: "n"), spec: spec, status: status)
        #expect(try AdminAccess(json: access.json) == access)
        #expect(access.json["spec"]?["keys"] == ["maxAge": "1m30s", "maxStale": "1h"])
        #expect(access.status?.condition(.ready)?.reason == "Unreachable")
    }

    @Test func `a duration that cannot be read names its field`() {
        let error = #expect(throws: FieldError.self) { try AdminAccess.Spec(json: ["keys": ["maxAge": "5 minutes"]]) }
        #expect(error?.path.description == "spec.keys.maxAge")
    }

    @Test func `reasons and condition types are words that Kubernetes accepts`() {
        for word in Reason.allCases.map(\.rawValue) + ConditionType.allCases.map(\.rawValue)
            + EventReason.allCases.map(\.rawValue)
        {
            #expect(word.allSatisfy { $0.isLetter && $0.isASCII })
            #expect(word.first?.isUppercase == true)
        }
        #expect(Reason(rawValue: "Unreachable") == .unreachable)
        #expect(EventReason.keysUnavailable.isWarning && !EventReason.granted.isWarning)
    }
}

struct AdminGrantTests {
    @Test func `what is written is read back`() throws {
        let user = AdminUser(id: "auth0|x", firstName: "A", lastName: "B", email: "a@b", groups: [.admin, .member])
        let spec = AdminGrant.Spec(appInstance: "influxdb", identityProvider: "auth0", user: user)
        let labels = GrantLabels.labels(appInstance: "influxdb")
        let grant = AdminGrant(metadata: ObjectMeta(name: "g", labels: labels), spec: spec)
        #expect(try AdminGrant(json: grant.json) == grant)
        #expect(grant.json["spec"]?["groups"] == ["Admin", "Member"])
    }

    @Test func `the name is that of the instance and 50 bits of the digest`() {
        // sha256("auth0|x") and its base32 by coreutils: printf 'auth0|x' | sha256sum | xxd -r -p | base32
        let digest: [UInt8] = [0x00, 0x44, 0x32, 0x14, 0xC7, 0x42, 0x54, 0xB6, 0x35, 0xCF]
        #expect(GrantName.make(appInstance: "influxdb", digest: digest) == "influxdb-abcdefghij")
    }

    @Test func `a long name is trimmed to 253 characters`() {
        let long = String(repeating: "a", count: 241) + "-" + String(repeating: "b", count: 11)
        let name = GrantName.make(appInstance: long, digest: Array(repeating: 0, count: 32))
        #expect(name == String(repeating: "a", count: 241) + "-aaaaaaaaaa")
    }

    @Test func `a label value has at most 63 characters and tells long names apart`() {
        #expect(GrantLabels.value(appInstance: "influxdb") == "influxdb")
        let long = String(repeating: "a", count: 100)
        let first = GrantLabels.value(appInstance: long)
        let second = GrantLabels.value(appInstance: long + "b")
        #expect(first.utf8.count == 63 && second.utf8.count == 63)
        #expect(first != second)
    }
}

struct GoDurationTests {
    @Test(arguments: [
        ("5m", 300.0), ("24h", 86_400), ("1h30m", 5_400), ("1.5s", 1.5), ("100ms", 0.1), ("0", 0), ("1h0m0s", 3_600),
        ("1us", 0.000001), (".5m", 30),
    ])
    func `durations of Go are read`(_ text: String, _ seconds: Double) {
        #expect(GoDuration.parse(text) == .seconds(seconds))
    }

    @Test(arguments: ["", "5", "m", "5 m", "5m ", "-5m", "5d", "1..5s", ".s", "5M", "9999999h", "1e3s", "５m"])
    func `anything else is refused`(_ text: String) {
        #expect(GoDuration.parse(text) == nil)
    }

    @Test(arguments: ["5m", "24h", "1h30m", "1m1s", "0s", "1s500ms", "250ms"])
    func `a duration is written in its shortest form`(_ text: String) {
        #expect(GoDuration.parse(text).map(GoDuration.format) == text)
    }
}

struct CustomResourceDefinitionsTests {
    @Test(arguments: CustomResourceDefinitions.all + [CustomResourceDefinitions.appInstance])
    func `every schema is structural`(_ definition: JSONValue) throws {
        let version = try #require(definition["spec"]?["versions"]?[0])
        let schema = try #require(version["schema"]?["openAPIV3Schema"])
        Self.check(schema, at: "")
        #expect(
            definition["metadata"]?["name"]?.string
                == "\(definition["spec"]?["names"]?["plural"]?.string ?? "").\(definition["spec"]?["group"]?.string ?? "")"
        )
    }

    /// Structural: a type everywhere, items for arrays, descriptions for people, defaults that are objects or scalars.
    static func check(_ schema: JSONValue, at path: String) {
        let type = schema["type"]?.string
        #expect(type != nil, "\(path)")
        if path.split(separator: ".").last != "metadata", !path.hasSuffix("[]") {
            #expect(schema["description"]?.string?.hasSuffix(".") == true, "\(path)")
        }
        if type == "array" {
            if let items = schema["items"] {
                check(items, at: path + "[]")
            } else {
                Issue.record("\(path) has no items")
            }
        }
        for (name, inner) in schema["properties"]?.object ?? [:] { check(inner, at: "\(path).\(name)") }
    }

    @Test func `AdminAccess has the columns, short name and status of the design`() {
        let definition = CustomResourceDefinitions.adminAccess
        let version = definition["spec"]?["versions"]?[0]
        let columns = version?["additionalPrinterColumns"]?.array?.compactMap { $0["name"]?.string }
        #expect(columns == ["Provider", "Keys", "Admins", "Ready", "Reason", "Age"])
        #expect(definition["spec"]?["names"]?["shortNames"] == ["aa"])
        #expect(version?["subresources"] == ["status": [:]])
        let properties = version?["schema"]?["openAPIV3Schema"]?["properties"]
        let keys = properties?["spec"]?["properties"]?["keys"]
        #expect(keys?["default"] == [:])
        #expect(keys?["properties"]?["maxAge"]?["default"] == "5m")
        let conditions = properties?["status"]?["properties"]?["conditions"]
        #expect(conditions?["x-kubernetes-list-type"] == "map")
        #expect(conditions?["x-kubernetes-list-map-keys"] == ["type"])
    }

    @Test func `what identifies an AdminGrant cannot be changed`() {
        let definition = CustomResourceDefinitions.adminGrant
        let version = definition["spec"]?["versions"]?[0]
        let columns = version?["additionalPrinterColumns"]?.array?.compactMap { $0["name"]?.string }
        #expect(columns == ["AppInstance", "User", "Email", "FirstName", "LastName", "Provider", "Age"])
        let spec = version?["schema"]?["openAPIV3Schema"]?["properties"]?["spec"]?["properties"]
        for name in ["appInstance", "userID", "identityProvider"] {
            #expect(spec?[name]?["x-kubernetes-validations"]?[0]?["rule"] == "self == oldSelf")
        }
        #expect(spec?["email"]?["x-kubernetes-validations"] == nil)
    }

    @Test func `AppInstance is kubit's: nothing is checked below the package's spec and conditions are atomic`() {
        let version = CustomResourceDefinitions.appInstance["spec"]?["versions"]?[0]
        let properties = version?["schema"]?["openAPIV3Schema"]?["properties"]
        let package = properties?["spec"]?["properties"]?["package"]
        #expect(package?["properties"]?["spec"]?["x-kubernetes-preserve-unknown-fields"] == true)
        #expect(package?["required"] == ["apiVersion", "image", "spec"])
        let conditions = properties?["status"]?["properties"]?["conditions"]
        #expect(conditions != nil && conditions?["x-kubernetes-list-type"] == nil)
        let paths = version?["additionalPrinterColumns"]?.array?.compactMap { $0["jsonPath"]?.string }
        #expect(paths?.last == ".status.conditions[-1].status")
    }
}
