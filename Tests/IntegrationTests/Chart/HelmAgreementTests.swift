// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Rendering
import TestKit
import Testing
import YAMLSource

/// `render appinstance` and Helm's engine say the same.
@Suite(.needsPython, .timeLimit(.minutes(3)))
struct HelmAgreementTests {
    /// What Grantor renders; `nil` when it says that the chart refuses.
    static func rendered(_ question: HelmEngine.Case) throws -> RenderedChart? {
        var values: JSONObject = [:]
        for text in question.files {
            guard let file = try YAMLSource.value(in: Array(text.utf8)).object else { continue }
            values = HelmValues.merge(file, over: values)
        }
        values = HelmValues.fromFile(values)
        do {
            for expression in question.assignments { try SetExpression.apply(expression, to: &values) }
            return try AppInstanceFromValues.render(
                values,
                release: ChartRelease(name: question.release, namespace: question.namespace)
            )
        } catch {
            return nil
        }
    }

    /// Compares both sides; the number of cases that were rendered, not refused.
    @discardableResult
    static func compare(_ questions: [HelmEngine.Case]) async throws -> Int {
        let answers = try await HelmEngine.answers(to: questions.map(\.json))
        var count = 0
        for (question, answer) in zip(questions, answers) {
            let ours = try rendered(question)
            let about = "\(question.files.joined(separator: "--- over it\n"))\(question.assignments)\n"
            if let theirs = answer["instance"] {
                count += 1
                let expected = HelmEngine.canonical(theirs)
                let actual = ours.map { HelmEngine.canonical($0.instance) }
                #expect(actual == expected, "\(about)\(difference(expected, actual))")
                #expect((ours?.configMap != nil) == (answer["object"]?["kind"] == "ConfigMap"), "\(about)")
                #expect(ours?.document["metadata"]?["namespace"] == answer["object"]?["metadata"]?["namespace"])
            } else {
                // Where Helm stops reading what the chart wrote, the facts of the chart are told with a warning.
                let isWarned = ours?.warnings.contains { $0.detail.contains("Helm stops reading") } ?? false
                let reason = answer["error"]?.string ?? ""
                #expect(ours == nil || isWarned, "\(about)Helm: \(reason)\nGrantor: \(ours?.instance.jsonText ?? "")")
            }
        }
        return count
    }

    static func difference(_ expected: JSONValue, _ actual: JSONValue?) -> String {
        ValueDifference.between(expected, actual).map { place in
            "\(place.path): Helm \(place.old?.jsonText ?? "-"), Grantor \(place.new?.jsonText ?? "-")"
        }.joined(separator: "\n")
    }

    @Test func `the double has the defaults that the renderer knows`() async throws {
        let answer = try #require(try await HelmEngine.answers(to: [["defaults": true]]).first)
        let known = JSONValue.object(ChartDefaults.values)
        #expect(HelmValues.coalesce([:]) == HelmValues.coalesce([:], over: try #require(answer["values"]?.object)))
        let names = try #require(known.object).names
        #expect(try #require(answer["values"]?.object).names == names)
    }

    @Test(arguments: 1...4)
    func `generated values render as Helm renders them`(seed: Int) async throws {
        var generator = ValuesGenerator(seed: UInt64(seed) &* 7919)
        let questions = (0..<150).map { _ -> HelmEngine.Case in
            var files = [YAMLWriter.text(.object(generator.complete()))]
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                files.append(YAMLWriter.text(.object(generator.overlay())))
            }
            let release = generator.pick(["influxdb", "rel", "no", "0123"])
            return HelmEngine.Case(files: files, release: release, namespace: generator.pick(["ns", "1e3"]))
        }
        let count = try await Self.compare(questions)
        #expect(count > 60, "too few of the values were accepted for this to mean anything")
    }
}

extension HelmAgreementTests {
    /// A file with everything that is required, and room for more.
    static let complete = """
        catalog: {dsn: {SecretName: s, SecretKey: k}}
        objectStore: {bucket: b}
        admin:
          identityProvider: keycloak
          jwksEndpoint: https://k.example.com/realms/r/protocol/openid-connect/certs
          users: [{id: "0123", firstName: A, lastName: B, email: a@example.com}]
          dsn: {valueFrom: {secretKeyRef: {name: s, key: k}}}

        """

    static let overlays: [String] = [
        "", "pause: true", "pause: null", "nameOverride: '\"0123\"'", "namespaceOverride: no",
        "fullnameOverride: 'a\"b'",
        "image: {tag: 20260421}", "image: {tag: '20260421'}", "image: null", "image: x", "imagePullSecrets: null",
        "imagePullSecrets: {a: 1}", "imagePullSecrets: x", "featureFlags: {a: 1}", "featureFlags: x",
        "hostingEnvironment: {aws: {}}", "hostingEnvironment: {openshift: {}, gke: {a: 1}}",
        "hostingEnvironment: {gke: {a: 1}, aws: {b: ''}}", "hostingEnvironment: {aws: null}",
        "hostingEnvironment: {other: {a: 1}}", "hostingEnvironment: x", "hostingEnvironment: [a]",
        "objectStore: {s3: {a: 0, b: false, c: '', d: [], e: {f: null}, g: [null, 0, '', {}]}, azure: {x: 1}}",
        "objectStore: {google: null}", "objectStore: {google: {}}", "objectStore: null", "objectStore: {bucket: null}",
        "objectStore: {bucket: ''}", "objectStore: {bucket: 0}", "objectStore: {bucket: false}",
        "objectStore: {bucket: [a, b]}", "objectStore: {bucket: {a: b}}", "objectStore: {bucket: [a, {b: null}]}",
        "ingesterStorage: null", "ingesterStorage: {storage: null}", "ingesterStorage: {storage: 5}",
        "ingesterStorage: 5",
        "ingress: {hosts: []}", "ingress: {hosts: null, tlsSecretName: x}", "ingress: {template: {metadata: {a: {}}}}",
        "components: null", "components: {}", "components: {router: null}",
        "components: {common: {template: {metadata: {annotations: {note: \"a\\nb\\n\"}}}}}",
        "components: {common: {template: {metadata: {annotations: {a10: \"x\\n\", a2: \"y\\n\\n\"}}}}}",
        "resources: {ingester: {requests: {cpu: 2, memory: 4Gi, replicas: 0}}}", "resources: x",
        "admin: {users: null}", "admin: {users: []}", "admin: {users: ''}", "admin: {users: {}}",
        "admin: {users: {a: 1}}",
        "admin: {users: x}", "admin: {dsn: null}", "admin: {dsn: {value: x, valueFrom: null}}", "admin: {dsn: x}",
        "admin: {identityProvider: no}", "admin: {identityProvider: 'no'}", "admin: {identityProvider: '1.0'}",
        "admin: {identityProvider: ''}", "admin: {identityProvider: false}", "admin: {identityProvider: 0}",
        "admin: {jwksEndpoint: 'a b: c'}", "admin: {jwksEndpoint: 'a #b'}", "admin: {jwksEndpoint: \"a\\n\"}",
        "admin: {jwksEndpoint: \"a\\nb\"}", "admin: null", "admin: x",
        "admin: {identityProvider: \"x\\n        evil: true\"}", "admin: {internalSigningKey: {}}",
        "useCustomEgress: true", "useCustomEgress: true\negress: {customCertificates: null}",
        "useCustomEgress: true\negress: {customCertificates: {valueFrom: {configMapKeyRef: {name: ca, key: ca.pem}}}}",
        "useCustomEgress: true\negress: null", "useCustomEgress: 'false'", "egress: {customCertificates: {a: 1}}",
        "images: {registryOverride: r.example.com}", "images: {overrides: [{name: a, newFQIN: b}]}", "images: null",
        "images: {overrides: {a: 1}}", "images: {overrides: x, registryOverride: 5}",
        "observability: {serviceMonitor: {interval: 10s, scrapeTimeout: 30s}}",
        "observability: {serviceMonitor: {interval: 10s}}", "observability: {serviceMonitor: {}}",
        "observability: {serviceMonitor: x}", "observability: null", "observability: x",
        "kubitSingleNamespace: true", "kubitSingleNamespace: true\nnamespaceOverride: other",
        "kubitSingleNamespace: true\nNamspaceOverride: other", "kubitSingleNamespace: true\npause: null",
        "kubitSingleNamespace: true\nobjectStore: {s3: {a: '<&>', n: 9007199254740993}}",
        "kubitSingleNamespace: true\nadmin: {jwksEndpoint: 'a: b'}", "kubitSingleNamespace: 'no'",
        "skipOperator: true\noperatorImageVersion: x\nkubit: {a: 1}", "unknown: {a: null}",
        "admin: {users: [{id: 115700000000000000042}]}",
        "admin: {users: [{id: 1e21, a: 1.17e20, b: 9007199254740993, c: -0.0, d: 1e-7}]}",
        "a: 1\n---\nb: 2", "~", "ingress: {y: 1, no: 2, 1: 3}",
    ]

    @Test func `every row of the chart renders as Helm renders it`() async throws {
        // The engine's reader takes the first document of a text, where Helm's command line merges them all.
        let cases = Self.overlays.filter { !$0.contains("---") }.map {
            HelmEngine.Case(files: [Self.complete, $0 + "\n"])
        }
        #expect(try await Self.compare(cases) > 60)
    }

    @Test func `what is set renders as Helm renders it`() async throws {
        let expressions = [
            "image.tag=1", "image.tag=0123", "admin.users=null", "admin.users={}", "admin.identityProvider=null",
            "objectStore.s3.a=b,objectStore.s3.c\\.d=e", "ingress.hosts={a,b}", "ingress.hosts=null", "pause=true",
            "objectStore.bucket=no", "objectStore.bucket=12", "components.router.log.filters={a,b\\,c}", "admin=null",
            "kubitSingleNamespace=true,pause=TRUE", "nameOverride=x,namespaceOverride=y",
            "ingress.hosts[1]=x", "hostingEnvironment.aws.eksRoleArn=arn:aws:iam::1:role/x",
        ]
        let cases = expressions.map { HelmEngine.Case(files: [Self.complete], assignments: [$0]) }
        #expect(try await Self.compare(cases) > 10)
    }
}
