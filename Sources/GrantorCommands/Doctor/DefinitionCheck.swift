// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import AdminGrants
import KubeClient
import KubeCore
import OperatorCore

/// Whether the custom resource definitions are there, and those that this build expects.
struct DefinitionCheck {
    /// What is known of a definition.
    enum Sight: Sendable {
        /// The definition itself.
        case definition(JSONValue)
        /// The schema that the server publishes, for those who may not read definitions.
        case published(JSONValue)
        /// There is none.
        case missing
        /// It could not be looked at.
        case failed(KubeError)
    }

    private static let reinstall = "grantor crds | kubectl apply --server-side -f -, or helm upgrade with this version"

    let client: KubeClient
    let scope: DoctorScope

    /// Looks at the three definitions, or at those that the operator works with.
    ///
    /// - Throws: `CancellationError`.
    func run(_ log: DiagnosisLog) async throws {
        let own: [(ResourceType, JSONValue)] = zip(
            [ResourceType.adminAccesses, .adminGrants],
            CustomResourceDefinitions.all
        ).map { ($0, $1) }
        let (source, store) = (scope.configuration.source, scope.configuration.store)
        if source == .configMaps, store == .configMaps {
            let message = "none is needed with --store configmap"
            log.add([Diagnosis(area: .definitions, check: "crd", verdict: .ok, message: message)])
        }
        for (type, expected) in own where store == .resources {
            log.add(Self.judge(try await look(type), of: type, expected: expected))
        }
        if source == .resources { log.add([try await appInstances()]) }
    }

    private func appInstances() async throws -> Diagnosis {
        func diagnosis(_ verdict: Diagnosis.Verdict, _ message: String, _ advice: String = "") -> Diagnosis {
            Diagnosis(
                area: .definitions,
                check: "crd",
                object: ResourceType.appInstances.qualifiedName,
                verdict: verdict,
                message: message,
                advice: advice
            )
        }
        do {
            if try await client.serves(.appInstances) { return diagnosis(.ok, "served as v1alpha1") }
            return diagnosis(.error, "not served: the cluster has no AppInstances", "install kubit")
        } catch let error as KubeError {
            return diagnosis(.skipped, error.message)
        }
    }

    private func look(_ type: ResourceType) async throws -> Sight {
        do {
            let name = NamespacedName(namespace: nil, name: type.qualifiedName)
            return try await client.get(.customResourceDefinitions, name).map(Sight.definition) ?? .missing
        } catch let error as KubeError where error.code == .forbidden {
            return try await published(type)
        } catch let error as KubeError {
            return .failed(error)
        }
    }

    /// What discovery says, which is open to everybody who is authenticated.
    private func published(_ type: ResourceType) async throws -> Sight {
        do {
            guard try await client.serves(type) else { return .missing }
            let document = try await client.getRaw("/openapi/v3/apis/\(type.group)/\(type.version)")
            let schemas = document?[path: ["components", "schemas"]]?.object ?? [:]
            let schema = schemas.first { _, schema in
                (schema["x-kubernetes-group-version-kind"]?.array ?? []).contains { $0["kind"]?.string == type.kind }
            }
            return .published(schema?.value ?? [:])
        } catch let error as KubeError {
            return .failed(error)
        }
    }

    /// Judges what was seen of a definition.
    static func judge(_ sight: Sight, of type: ResourceType, expected: JSONValue) -> [Diagnosis] {
        func diagnosis(_ verdict: Diagnosis.Verdict, _ message: String, _ advice: String = "") -> [Diagnosis] {
            [
                Diagnosis(
                    area: .definitions,
                    check: "crd",
                    object: type.qualifiedName,
                    verdict: verdict,
                    message: message,
                    advice: advice
                )
            ]
        }
        let wanted = schema(of: expected, version: type.version) ?? [:]
        switch sight {
        case .failed(let error): return diagnosis(.skipped, error.message)
        case .missing: return diagnosis(.error, "not installed", reinstall)
        case .published(let schema):
            return tell(compare(schema, wanted, withRules: false), as: diagnosis)
        case .definition(let object):
            let conditions = (object["status"]?["conditions"]?.array ?? []).filter { $0["status"]?.string != "True" }
            let failed = conditions.compactMap { $0["type"]?.string }.filter {
                ["Established", "NamesAccepted"].contains($0)
            }
            let isEstablished = (object["status"]?["conditions"]?.array ?? []).contains {
                $0["type"]?.string == "Established" && $0["status"]?.string == "True"
            }
            guard isEstablished, failed.isEmpty else {
                let what = failed.isEmpty ? "Established" : failed.joined(separator: ", ")
                let advice = "kubectl describe crd \(type.qualifiedName); another definition may have its names"
                return diagnosis(.error, "not in force: \(what) is not True", advice)
            }
            guard let schema = schema(of: object, version: type.version) else {
                return diagnosis(.error, "does not serve \(type.version), which this version works with", reinstall)
            }
            return tell(compare(schema, wanted, withRules: true), as: diagnosis)
        }
    }

    private static func tell(
        _ difference: Difference,
        as make: (Diagnosis.Verdict, String, String) -> [Diagnosis]
    ) -> [Diagnosis] {
        func list(_ paths: [String]) -> String {
            paths.prefix(3).map { Printable.text($0, limit: 80) }.joined(separator: ", ")
                + (paths.count > 3 ? ", ..." : "")
        }
        let newer = "upgrade the operator, or run the doctor of its version"
        switch difference {
        case .none: return make(.ok, "in force, and what this version expects", "")
        case .older(let paths):
            return make(
                .error,
                "older than this version: it lacks \(list(paths)), which the server would drop",
                reinstall
            )
        case .newer(let paths): return make(.warning, "newer than this version: it also knows \(list(paths))", newer)
        case .both(let lacks, let knows):
            return make(.error, "of another version: it lacks \(list(lacks)), and knows \(list(knows))", reinstall)
        case .rules:
            return make(.warning, "has the fields that this version expects, with other rules for them", reinstall)
        }
    }

    /// How a schema differs from the one that is expected.
    enum Difference: Sendable, Hashable {
        /// Not at all.
        case none
        /// It lacks fields.
        case older([String])
        /// It knows further fields.
        case newer([String])
        /// Both.
        case both([String], [String])
        /// Only the rules for the fields differ.
        case rules
    }

    /// Compares two schemas of whole objects.
    static func compare(_ found: JSONValue, _ wanted: JSONValue, withRules: Bool) -> Difference {
        let (found, wanted) = ((found, SchemaPaths(found).paths), (wanted, SchemaPaths(wanted).paths))
        let lacks = wanted.1.subtracting(found.1).sorted()
        let knows = found.1.subtracting(wanted.1).sorted()
        switch (lacks.isEmpty, knows.isEmpty) {
        case (false, false): return .both(lacks, knows)
        case (false, true): return .older(lacks)
        case (true, false): return .newer(knows)
        case (true, true):
            guard withRules, SchemaPaths.rules(of: found.0) != SchemaPaths.rules(of: wanted.0) else { return .none }
            return .rules
        }
    }

    private static func schema(of definition: JSONValue, version: String) -> JSONValue? {
        (definition["spec"]?["versions"]?.array ?? []).first {
            $0["name"]?.string == version && $0["served"]?.bool == true
        }?["schema"]?["openAPIV3Schema"]
    }
}
