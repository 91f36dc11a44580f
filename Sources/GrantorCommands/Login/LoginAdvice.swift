// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import TokenAuthorizer

/// What to do about a failure, where the message alone does not say it.
enum LoginAdvice {
    /// After the grant failed.
    static func afterGrant(_ error: DeviceGrantError) -> String? {
        switch (error.code, error.oauthError) {
        case (.notOffered, _): "Name the issuer with --issuer, or judge a token at hand with --token."
        case (.refused, "invalid_scope"?): "Name the scopes that the client may ask for with --scope."
        case (.refused, _): "The client must be public (no secret) and have the device authorization grant switched on."
        case (.expired, _): "Run the command again, and enter the code while the countdown runs."
        default: nil
        }
    }

    /// After the keys could not be fetched.
    static func afterKeys(_ error: KeySetError) -> String? {
        switch error.code {
        case .insecureEndpoint: "Use https; for a look, --allow-insecure permits plain http."
        case .tlsFailed: "When a certification authority of your own signed the certificate, name it with --ca-file."
        default: "grantor keys shows what the endpoint offers."
        }
    }

    /// After a check failed.
    static func after(_ reason: DenialReason) -> String? {
        switch reason {
        case .notCompact, .encrypted, .invalidEncoding, .invalidHeader:
            "An opaque token cannot be judged by anybody but its issuer; ask for one that is a JWT."
        case .keyUnknown, .signatureInvalid:
            "Is the token from the provider that jwksEndpoint belongs to?"
        case .issuerNotConfigured: "Name the issuer with --issuer; in the cluster, in spec.issuer of the AdminAccess."
        case .issuerMismatch: "The issuer is compared byte by byte: a final slash, /auth and the tenant count."
        case .audienceMismatch, .audienceMissing:
            "Name the audience that the provider puts into tokens with --audience, or have it put the client id there."
        case .expired: "If the token is fresh, the clocks of this machine and of the provider differ."
        case .notYetValid, .issuedInFuture: "The clocks of this machine and of the provider differ."
        case .userIDMissing:
            "Ask for the scope that brings the claim (at Entra profile, at Keycloak basic), or name another claim."
        case .userNotListed: "If this person should have access, add the id above to admin.users."
        case .notInGroupAdmin: "userGroups of this user lacks Admin."
        default: nil
        }
    }
}
