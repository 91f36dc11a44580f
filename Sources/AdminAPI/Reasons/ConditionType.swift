// Grantor
// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials
public import KubeCore

/// The conditions of an AdminAccess, in the order in which each rests on the one before.
public enum ConditionType: String, CaseIterable, Sendable {
    /// The `admin` block satisfies the rules.
    case configValid = "ConfigValid"
    /// There are keys to verify tokens with.
    case keysAvailable = "KeysAvailable"
    /// The grants are what the `admin` block says.
    case grantsSynced = "GrantsSynced"
    /// All of the above.
    case ready = "Ready"
}

/// Why a condition is as it is: the closed list of words that stand in `reason`.
///
/// From `invalidURL` to `noUsableKey` they are the codes of `KeySetError`.
public enum Reason: String, CaseIterable, Sendable {
    // ConfigValid

    /// The `admin` block satisfies the rules.
    case valid = "Valid"
    /// The `admin` block breaks a rule; the message lists what and where.
    case invalidAdmin = "InvalidAdmin"
    /// The AdminAccess's own spec cannot be used.
    case invalidSpec = "InvalidSpec"

    // KeysAvailable

    /// The keys were fetched.
    case keysLoaded = "KeysLoaded"
    /// Nothing was fetched yet.
    case pending = "Pending"
    /// The endpoint's URL cannot be used.
    case invalidURL = "InvalidURL"
    /// The endpoint speaks plain http where that is not permitted.
    case insecureEndpoint = "InsecureEndpoint"
    /// The CA bundle holds no usable certificate.
    case caBundleInvalid = "CABundleInvalid"
    /// The endpoint's host name has no address.
    case nameNotResolved = "NameNotResolved"
    /// The endpoint's address is one that is never dialled.
    case addressRefused = "AddressRefused"
    /// The endpoint refuses connections.
    case unreachable = "Unreachable"
    /// The endpoint did not answer in time.
    case timedOut = "TimedOut"
    /// The endpoint's certificate is not trusted, or TLS failed otherwise.
    case tlsFailed = "TLSFailed"
    /// The endpoint redirects too often.
    case tooManyRedirects = "TooManyRedirects"
    /// The endpoint redirects to where Grantor does not follow.
    case redirectRefused = "RedirectRefused"
    /// The endpoint's answer is not HTTP.
    case invalidResponse = "InvalidResponse"
    /// The endpoint answered with a status other than 200.
    case badStatus = "BadStatus"
    /// The document is too large.
    case tooLarge = "TooLarge"
    /// The document is not JSON.
    case notJSON = "NotJSON"
    /// The document is JSON, but neither a key set nor a discovery document.
    case notAKeySet = "NotAKeySet"
    /// The key set has too many keys.
    case tooManyKeys = "TooManyKeys"
    /// No key of the set can be used.
    case noUsableKey = "NoUsableKey"

    // GrantsSynced

    /// The grants are what the `admin` block says.
    case synced = "Synced"
    /// Grants are being written.
    case syncing = "Syncing"
    /// An object that Grantor does not own stands where a grant should be.
    case foreignGrant = "ForeignGrant"
    /// Grants cannot be written; the operator tries again.
    case writeFailed = "WriteFailed"
    /// The operator may not write grants.
    case writeForbidden = "WriteForbidden"
    /// The AdminAccess is paused.
    case paused = "Paused"

    // Ready

    /// Everything holds.
    case ready = "Ready"

    // Any

    /// It cannot be judged, because what it rests on failed.
    case unableToValidate = "UnableToValidate"
}

extension Condition {
    /// Creates a condition of an AdminAccess.
    public init(
        _ type: ConditionType,
        _ status: Status,
        _ reason: Reason,
        _ message: String,
        observedGeneration: Int64,
        at time: Date
    ) {
        self.init(
            type: type.rawValue,
            status: status,
            reason: reason.rawValue,
            message: message,
            observedGeneration: observedGeneration,
            lastTransitionTime: time
        )
    }
}
