// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import TestKit
import Testing

/// A cluster that evaluates CEL, which the embedded API server does not: that of `GRANTOR_TEST_KUBECONFIG`.
struct RealCluster: Sendable {
    /// Where kubectl runs.
    let workspace: Workspace
    /// The namespace of the test.
    let namespace: String

    /// The file that says how it is reached; `nil` when there is none.
    static let kubeconfig = ProcessInfo.processInfo.environment["GRANTOR_TEST_KUBECONFIG"].flatMap {
        $0.isEmpty ? nil : $0
    }

    /// Whether there is one.
    static var isThere: Bool { kubeconfig != nil }

    /// The environment of programs that talk to it.
    static var environment: [String: String?] { ["KUBECONFIG": kubeconfig] }

    /// Runs kubectl to its end, whatever that is.
    func kubectl(_ arguments: [String], input: String = "") async throws -> Command.Outcome {
        try await workspace.kubectl(arguments, input: input, environment: Self.environment).run()
    }

    /// Runs kubectl, which must succeed.
    @discardableResult
    func succeed(
        _ arguments: String...,
        input: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let outcome = try await kubectl(arguments, input: input)
        try #require(outcome.status == 0, "\(arguments): \(outcome)", sourceLocation: sourceLocation)
        return outcome.output
    }

    /// What becomes of an object: the verdict and what was said.
    func verdict(
        _ object: JSONValue,
        _ verb: String = "create"
    ) async throws -> (verdict: AdmissionCase.Verdict, text: String) {
        let outcome = try await kubectl([verb, "--dry-run=server", "-f", "-"], input: object.jsonText)
        if outcome.status == 0 {
            return (outcome.errors.contains("Warning: ") ? .warned : .allowed, outcome.errors)
        }
        try #require(outcome.errors.contains("ValidatingAdmissionPolicy"), "\(outcome)")
        return (.denied, outcome.errors)
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs only against a cluster that evaluates CEL.
    static var needsRealCluster: Self {
        .enabled(if: RealCluster.isThere, "GRANTOR_TEST_KUBECONFIG names no cluster")
    }
}

/// Runs a test in a namespace of its own of the real cluster, with the CRDs and policies of the built program there.
///
/// - Parameters:
///   - options: Further options of `grantor admission policy`.
///   - body: The test.
/// - Throws: What the body throws.
func withPolicies(_ options: String..., body: (RealCluster) async throws -> Void) async throws {
    try await withWorkspace { workspace in
        let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
        let cluster = RealCluster(workspace: workspace, namespace: "admission-\(suffix)")
        let definitions = try await workspace.run("crds", "--with-appinstance")
        try await cluster.succeed("apply", "--server-side", "--force-conflicts", "-f", "-", input: definitions.output)
        for name in ["adminaccesses.grantor.dev", "admingrants.grantor.dev", "appinstances.kubecfg.dev"] {
            try await cluster.succeed("wait", "--for=condition=Established", "crd/\(name)", "--timeout=30s")
        }
        try await cluster.succeed("create", "namespace", cluster.namespace)
        let arguments = ["admission", "policy", "--name", cluster.namespace, "--namespace", cluster.namespace]
        let policies = try await workspace.grantor(arguments + options).run()
        try #require(policies.status == 0, "\(policies)")
        do {
            try await cluster.succeed("apply", "--server-side", "-f", "-", input: policies.output)
            try await withDeadline(.seconds(60), "the policies to be in force") {
                // Nothing tells when the API server took a policy up.
                while try await cluster.isUntouched() { try await Task.sleep(for: .milliseconds(250)) }
            }
            try await body(cluster)
        } catch {
            try await cluster.clean(policies.output)
            throw error
        }
        try await cluster.clean(policies.output)
    }
}

extension RealCluster {
    /// Whether an AppInstance that every policy has something to say about is let through without a word.
    fileprivate func isUntouched() async throws -> Bool {
        let spec: JSONValue = ["admin": [:], "egress": ["customCertificates": [:]]]
        let object: JSONValue = [
            "apiVersion": "kubecfg.dev/v1alpha1", "kind": "AppInstance",
            "metadata": ["name": "probe", "namespace": .string(namespace), "labels": ["checked": "yes"]],
            "spec": ["package": ["apiVersion": "v1", "image": "i", "spec": spec]],
        ]
        let text = try await verdict(object).text
        return !text.contains("-admin-warnings") || !text.contains("-admin-errors")
    }

    fileprivate func clean(_ policies: String) async throws {
        _ = try await kubectl(["delete", "--ignore-not-found", "--wait=false", "-f", "-"], input: policies)
        _ = try await kubectl(["delete", "namespace", namespace, "--wait=false"])
    }
}
