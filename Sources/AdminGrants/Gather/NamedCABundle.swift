// Grantor
// SPDX-License-Identifier: Apache-2.0

public import AdminAPI
public import KeySets
public import KubeCore

/// What became of the CA bundle that an AppInstance names.
public enum NamedCABundle: Sendable {
    /// The AppInstance names none: the system's certification authorities hold.
    case none
    /// The bundle.
    case loaded(CABundle)
    /// There is none, for a reason that the rules turn into a message.
    case unusable(AdminRules.CABundle)

    /// Reads the entry of a ConfigMap; `nil` stands for one that is not there.
    public init(_ configMap: JSONValue?, _ reference: ConfigMapEntry) {
        guard let configMap else {
            self = .unusable(.configMapMissing)
            return
        }
        guard let text = configMap["data"]?[reference.key]?.string else {
            self = .unusable(.keyMissing(others: configMap["data"]?.object?.names ?? []))
            return
        }
        do {
            self = .loaded(try CABundle(pem: Array(text.utf8)))
        } catch {
            self = .unusable(.notPEM)
        }
    }

    /// The bundle, when there is one.
    public var bundle: CABundle? {
        if case .loaded(let bundle) = self { bundle } else { nil }
    }

    /// What the rules are told.
    public var ruleInput: AdminRules.CABundle {
        switch self {
        case .none: .notLooked
        case .loaded: .usable
        case .unusable(let reason): reason
        }
    }
}
