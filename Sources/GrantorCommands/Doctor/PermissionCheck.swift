// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminGrants
import KubeClient
import KubeCore
import OperatorCore

/// Whether the operator may do all that its table says, in each namespace where it needs it.
struct PermissionCheck {
    /// One question to the server.
    struct Question: Sendable, Hashable {
        /// The rule of the table.
        let rule: PermissionRule
        /// What is done.
        let verb: String
        /// The namespace; `nil` for all.
        let namespace: String?
        /// The one object that is meant; `nil` for all.
        var name: String?
    }

    /// An answer.
    enum Answer: Sendable, Hashable {
        /// It is allowed, or not.
        case decided(Bool)
        /// The server did not say, for a reason.
        case unknown(String)
    }

    let client: KubeClient
    let scope: DoctorScope
    /// The namespace that the operator runs in.
    let home: String
    /// Whose permissions are asked for; `nil` means those of who asks.
    let subject: NamespacedName?
    /// Whom to give what lacks.
    let receiver: NamespacedName?

    /// Asks all questions.
    ///
    /// - Throws: `CancellationError`.
    func run(_ log: DiagnosisLog) async throws {
        let questions = Self.questions(scope, home: home)
        let answers = try await boundedMap(questions, atMost: 8) { try await ask($0) }
        log.add(Self.judge(Array(zip(questions, answers)), scope: scope, receiver: receiver, home: home))
    }

    /// What is asked: each verb of each rule, wherever it has to hold.
    static func questions(_ scope: DoctorScope, home: String) -> [Question] {
        scope.rules.flatMap { rule -> [Question] in
            let namespaces: [String?]
            var name = rule.name
            switch rule.place {
            case .watched: namespaces = scope.namespaces
            case .home: namespaces = [home]
            case .webhookHome:
                namespaces = [home]
                if name != nil { name = scope.webhook?.secret }
            case .webhookCluster:
                namespaces = [nil]
                if name != nil { name = scope.webhook?.configuration }
            }
            return namespaces.flatMap { namespace in
                rule.verbs.map { Question(rule: rule, verb: $0, namespace: namespace, name: name) }
            }
        }
    }

    private func ask(_ question: Question) async throws -> Answer {
        let parts = question.rule.resource.split(separator: "/").map(String.init)
        var spec: JSONObject = [
            "resourceAttributes": .members([
                "namespace": question.namespace.map(JSONValue.string),
                "verb": .string(question.verb),
                "group": .string(question.rule.group),
                "resource": .string(parts.first ?? ""),
                "subresource": parts.count > 1 ? .string(parts[1]) : nil,
                "name": question.name.map(JSONValue.string),
            ])
        ]
        let type: ResourceType
        if let subject {
            type = .subjectAccessReviews
            let namespace = subject.namespace ?? ""
            spec["user"] = .string("system:serviceaccount:\(namespace):\(subject.name)")
            spec["groups"] = [
                "system:serviceaccounts", .string("system:serviceaccounts:\(namespace)"), "system:authenticated",
            ]
        } else {
            type = .selfSubjectAccessReviews
        }
        do {
            let review: JSONValue = [
                "apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "spec": .object(spec),
            ]
            let answer = try await client.create(type, review)
            guard let isAllowed = answer["status"]?["allowed"]?.bool else {
                return .unknown("the answer is unreadable")
            }
            return .decided(isAllowed)
        } catch let error as KubeError {
            return .unknown(error.message)
        }
    }

    /// Judges the answers: one line for what is allowed at each place, one for each rule that lacks something.
    static func judge(
        _ answers: [(Question, Answer)],
        scope: DoctorScope,
        receiver: NamespacedName?,
        home: String
    ) -> [Diagnosis] {
        var result: [Diagnosis] = []
        for place in PermissionRule.Place.allCases {
            let here = answers.filter { $0.0.rule.place == place }
            let allowed = here.count { $0.1 == .decided(true) }
            guard allowed > 0 else { continue }
            result.append(
                Diagnosis(
                    area: .permissions,
                    check: "permissions",
                    verdict: .ok,
                    message: "\(allowed) of \(here.count) permissions \(words(place, scope, home)) are there"
                )
            )
        }
        let unknown = answers.compactMap { if case .unknown(let reason) = $0.1 { reason } else { nil } }
        if let reason = unknown.first {
            result.append(
                Diagnosis(
                    area: .permissions,
                    check: "permissions",
                    verdict: .skipped,
                    message: "\(unknown.count) permissions could not be asked for: \(reason)"
                )
            )
        }
        return result
            + scope.rules.compactMap { rule in
                lack(of: rule, answers.filter { $0.0.rule == rule && $0.1 == .decided(false) }.map(\.0))
                    .map { lack in
                        Diagnosis(
                            area: .permissions,
                            check: "permission",
                            object: rule.group.isEmpty ? rule.resource : "\(rule.resource) (\(rule.group))",
                            verdict: .error,
                            message: lack,
                            advice: advice(scope, receiver, home: home)
                        )
                    }
            }
    }

    private static func words(_ place: PermissionRule.Place, _ scope: DoctorScope, _ home: String) -> String {
        switch place {
        case .home: "in namespace \(home)"
        case .webhookHome: "for the webhook in namespace \(home)"
        case .webhookCluster: "for the webhook in the cluster"
        case .watched where scope.configuration.namespaces.isEmpty: "in all namespaces"
        case .watched where scope.configuration.namespaces.count == 1:
            "in namespace \(scope.configuration.namespaces[0])"
        case .watched: "in \(scope.configuration.namespaces.count) namespaces"
        }
    }

    /// What lacks, with the place; `nil` when nothing does.
    private static func lack(of rule: PermissionRule, _ refused: [Question]) -> String? {
        if refused.isEmpty { return nil }
        let verbs = rule.verbs.filter { verb in refused.contains { $0.verb == verb } }
        let namespaces = Set(refused.compactMap(\.namespace)).sorted()
        let shown = namespaces.prefix(5).joined(separator: ", ") + (namespaces.count > 5 ? ", ..." : "")
        let everywhere = rule.place == .webhookCluster ? "in the cluster" : "in all namespaces"
        let place = namespaces.isEmpty ? everywhere : "in namespace \(shown)"
        return "the operator may not \(verbs.joined(separator: ", ")) \(place); needed for: \(rule.reason)"
    }

    private static func advice(_ scope: DoctorScope, _ receiver: NamespacedName?, home: String) -> String {
        let names = scope.configuration.namespaces.map { " -n \($0)" }.joined()
        let account = receiver?.description ?? "\(home)/grantor"
        let (source, store) = (scope.configuration.source, scope.configuration.store)
        var forms = store == .resources ? "" : " --store \(store.rawValue)"
        if source != store { forms += " --source \(source.rawValue)" }
        if scope.webhook != nil { forms += " --webhook" }
        return
            "grantor rbac\(forms)\(names) --service-account \(account) | kubectl apply -f -, or rbac.create of the chart"
    }
}
