// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// An AppInstance, and what everything that judges one must say about it: the validator, the webhook and the policy.
public struct AdmissionCase: Sendable {
    /// What becomes of the AppInstance.
    public enum Verdict: String, Sendable, CaseIterable {
        /// It is let through without a word.
        case allowed
        /// It is let through with a warning.
        case warned
        /// It is refused.
        case denied
    }

    /// A verdict of the policy that differs from the others', and why that is so.
    public struct Exception: Sendable {
        /// What the policy says instead.
        public let verdict: Verdict
        /// Why CEL, or a policy, cannot say it.
        public let reason: String
    }

    /// What is special about it; unique in the table.
    public let name: String
    /// `spec.package.spec` of the AppInstance.
    public let packageSpec: JSONValue
    /// What becomes of it, as the rules see it without looking at anything else in the cluster.
    public let verdict: Verdict
    /// The path of the first error, or of the first warning where there is no error; `nil` when it is allowed.
    public let field: String?
    /// Where the policy says something else; it is never stricter.
    public let policyException: Exception?

    /// What the policy says.
    public var policyVerdict: Verdict { policyException?.verdict ?? verdict }

    /// Makes the AppInstance as it is sent.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - namespace: Its namespace.
    /// - Returns: The object.
    public func instance(name: String = "influxdb", namespace: String = "influxdb") -> JSONValue {
        [
            "apiVersion": "kubecfg.dev/v1alpha1",
            "kind": "AppInstance",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": [
                "package": [
                    "apiVersion": "influxdata.com/v1alpha1",
                    "image": "registry.example.com/influxdb:1",
                    "spec": packageSpec,
                ]
            ],
        ]
    }
}

extension AdmissionCase: CustomStringConvertible {
    /// The name.
    public var description: String { name }
}

// MARK: - Making cases

extension AdmissionCase {
    /// Changes what is below `spec.package.spec`.
    typealias Change = (inout JSONValue) -> Void

    static func allowed(_ name: String, _ change: Change) -> AdmissionCase {
        make(name, .allowed, nil, nil, change)
    }

    static func warned(
        _ name: String,
        at field: String,
        policy: Exception? = nil,
        _ change: Change
    ) -> AdmissionCase {
        make(name, .warned, field, policy, change)
    }

    static func denied(
        _ name: String,
        at field: String,
        policy: Exception? = nil,
        _ change: Change
    ) -> AdmissionCase {
        make(name, .denied, field, policy, change)
    }

    private static func make(
        _ name: String,
        _ verdict: Verdict,
        _ field: String?,
        _ policy: Exception?,
        _ change: Change
    ) -> AdmissionCase {
        var spec: JSONValue = ["admin": AdmissionCases.keycloak]
        change(&spec)
        return AdmissionCase(
            name: name,
            packageSpec: spec,
            verdict: verdict,
            field: field.map { "spec.package.spec.\($0)" },
            policyException: policy
        )
    }
}

extension JSONValue {
    /// Sets what stands at a path of member names and list positions; `nil` takes it away.
    mutating func set(_ value: JSONValue?, at path: String...) {
        set(value, at: path[...])
    }

    private mutating func set(_ value: JSONValue?, at path: ArraySlice<String>) {
        guard let first = path.first else {
            self = value ?? .null
            return
        }
        if let index = Int(first), case .array(var elements) = self, elements.indices.contains(index) {
            elements[index].set(value, at: path.dropFirst())
            self = .array(elements)
        } else if path.count == 1 {
            self[first] = value
        } else {
            var inner = self[first] ?? [:]
            inner.set(value, at: path.dropFirst())
            self[first] = inner
        }
    }
}
