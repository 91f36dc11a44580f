// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// The rules of the `admin` block: the controller, `grantor validate` and the renderers all ask here.
public struct AdminRules: Sendable {
    /// What is known about the CA bundle that `egress.customCertificates` names.
    public enum CABundle: Sendable, Hashable {
        /// Nobody looked: the rules check the shape of the reference alone, and only warn about it.
        case notLooked
        /// The entry exists and holds PEM certificates.
        case usable
        /// There is no such ConfigMap.
        case configMapMissing
        /// The ConfigMap has no such key; what it has instead, for advice.
        case keyMissing(others: [String])
        /// The entry holds no PEM certificate that can be read.
        case notPEM
    }

    /// Where the block stands: an AppInstance, or a values file of the Helm chart.
    public enum Document: Sendable, Hashable {
        /// `spec.package.spec.admin` of an AppInstance.
        case appInstance
        /// `admin` of values.yaml.
        case values

        var root: FieldPath {
            switch self {
            case .appInstance: FieldPath(keys: "spec", "package", "spec")
            case .values: FieldPath()
            }
        }
    }

    /// The document that the paths of findings speak of.
    public var document: Document
    /// Whether plain http is permitted everywhere.
    public var allowsInsecureEndpoint: Bool
    /// The DNS domain of the cluster, whose services may be reached by plain http.
    public var clusterDomain: String
    /// What is known about the CA bundle.
    public var caBundle: CABundle
    /// The text that a value other than a string has in its source, as in `0123` for 83; for messages alone.
    public var sourceText: (@Sendable (FieldPath) -> String?)?

    /// Creates rules.
    public init(
        document: Document = .appInstance,
        allowsInsecureEndpoint: Bool = false,
        clusterDomain: String = "cluster.local",
        caBundle: CABundle = .notLooked,
        sourceText: (@Sendable (FieldPath) -> String?)? = nil
    ) {
        self.document = document
        self.allowsInsecureEndpoint = allowsInsecureEndpoint
        self.clusterDomain = clusterDomain
        self.caBundle = caBundle
        self.sourceText = sourceText
    }

    /// The greatest number of users.
    public static let maximumUsers = 10_000
    /// The greatest length of a user id, in bytes.
    public static let maximumIDLength = 256
    /// The greatest length of a name or an e-mail address, in bytes.
    public static let maximumNameLength = 1_024
    /// The greatest number of groups that a user names.
    public static let maximumGroups = 32

    /// Judges an `admin` block and the reference to the CA bundle beside it.
    ///
    /// - Parameters:
    ///   - admin: The block, whatever it is.
    ///   - customCertificates: `egress.customCertificates`, whatever it is; `nil` when there is none.
    /// - Returns: All findings, and the configuration when none is an error.
    public func validate(admin: JSONValue, customCertificates: JSONValue? = nil) -> AdminVerdict {
        var reader = AdminReader(rules: self)
        let configuration = reader.readAdmin(admin)
        if let customCertificates {
            reader.readCustomCertificates(customCertificates)
        }
        let isValid = !reader.findings.contains { $0.level == .error }
        return AdminVerdict(findings: reader.findings, admin: isValid ? configuration : nil)
    }

    /// Judges an AppInstance; `nil` when it has no `admin` block and is not ours.
    public func validate(_ instance: AppInstance) -> AdminVerdict? {
        instance.admin.map { validate(admin: $0, customCertificates: instance.customCertificates) }
    }
}
