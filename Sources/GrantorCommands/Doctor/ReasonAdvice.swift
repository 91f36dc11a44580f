// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KeySets

/// What to do about each reason that a condition may have.
enum ReasonAdvice {
    /// The advice; empty where there is nothing to do.
    static func text(_ reason: Reason) -> String {
        if let code = KeySetError.Code(rawValue: reason.rawValue) { return text(code) }
        switch reason {
        case .invalidAdmin: return "docs/tasks/config-invalid.md; grantor validate says the same before it is applied"
        case .invalidSpec: return "mend the spec of the AdminAccess"
        case .pending, .syncing: return "wait a moment and look again"
        case .foreignGrant: return "delete the AdminGrant that somebody else made; the operator then makes its own"
        case .writeFailed: return "look at the operator's log: the API server refuses or fails"
        case .writeForbidden: return "grantor rbac | kubectl apply -f -: see the permissions above"
        case .paused: return "set spec.paused of the AdminAccess to false when the work is to go on"
        case .unableToValidate: return "mend what is told before this"
        case .valid, .keysLoaded, .synced, .ready: return ""
        case .invalidURL, .insecureEndpoint, .caBundleInvalid, .nameNotResolved, .addressRefused, .unreachable,
            .timedOut,
            .tlsFailed, .tooManyRedirects, .redirectRefused, .invalidResponse, .badStatus, .tooLarge, .notJSON,
            .notAKeySet,
            .tooManyKeys, .noUsableKey:
            return "docs/tasks/keys-unavailable.md"
        }
    }

    /// The advice for a fetch that failed.
    static func text(_ code: KeySetError.Code) -> String {
        switch code {
        case .invalidURL: "correct the URL"
        case .insecureEndpoint: "use https, or allowInsecureEndpoint: true on the AdminAccess"
        case .caBundleInvalid: "mend the ConfigMap: docs/tasks/private-ca.md"
        case .nameNotResolved: "check the name, from a pod of the operator's namespace"
        case .addressRefused:
            "give an address that may be dialled; link-local and metadata addresses never may, loopback with "
                + "--allow-loopback alone"
        case .unreachable, .timedOut: "check firewalls and NetworkPolicies between the operator and that host"
        case .tlsFailed: "docs/tasks/private-ca.md"
        case .tooManyRedirects, .redirectRefused: "name the final URL in jwksEndpoint"
        case .invalidResponse: "check the port: what answers there does not speak HTTP"
        case .badStatus, .notJSON, .notAKeySet, .tooLarge:
            "check the path: the provider's discovery document names it as jwks_uri"
        case .tooManyKeys: "remove old keys at the provider"
        case .noUsableKey: "grantor keys names the reason for each key"
        case .notRunning, .notRegistered: "look again"
        }
    }
}
