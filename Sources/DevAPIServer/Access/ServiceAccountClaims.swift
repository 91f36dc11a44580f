// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What a token of a service account says.
struct ServiceAccountClaims: Sendable, Hashable {
    /// An object that must be there for the token to be good.
    struct Reference: Sendable, Hashable {
        /// What it is.
        enum Kind: String, Sendable, CaseIterable {
            case serviceAccount = "serviceaccount"
            case pod
            case secret
        }

        /// What it is.
        var kind: Kind
        /// Where it is.
        var namespace: String
        /// Its name.
        var name: String
        /// Its identity.
        var uid: String
    }

    /// The service account.
    var account: Reference
    /// The pod or the Secret that the token is bound to.
    var bound: Reference?
    /// Whom it is for.
    var audiences: [String]
    /// When it was made, in seconds since 1970.
    var issued: Int64
    /// When it ends, in seconds since 1970.
    var expiry: Int64
    /// What tells it from all others.
    var id: String

    /// Everything that must be there.
    var references: [Reference] { [account] + (bound.map { [$0] } ?? []) }

    /// Who has the token.
    var user: UserInfo {
        var user = UserInfo.serviceAccount(namespace: account.namespace, name: account.name, uid: account.uid)
        user.extra["authentication.kubernetes.io/credential-id"] = ["JTI=\(id)"]
        if let bound, bound.kind == .pod {
            user.extra["authentication.kubernetes.io/pod-name"] = [bound.name]
            user.extra["authentication.kubernetes.io/pod-uid"] = [bound.uid]
        }
        return user
    }

    /// The claims as a token carries them.
    var json: JSONValue {
        var place: JSONValue = [
            "namespace": .string(account.namespace),
            "serviceaccount": ["name": .string(account.name), "uid": .string(account.uid)],
        ]
        if let bound { place[bound.kind.rawValue] = ["name": .string(bound.name), "uid": .string(bound.uid)] }
        return [
            "aud": .array(audiences.map(JSONValue.string)), "exp": .integer(expiry), "iat": .integer(issued),
            "iss": .string(ServiceAccountTokens.issuer), "jti": .string(id), "nbf": .integer(issued),
            "sub": .string("\(UserInfo.serviceAccountPrefix)\(account.namespace):\(account.name)"),
            "kubernetes.io": place,
        ]
    }
}

extension ServiceAccountClaims {
    /// Reads claims; `nil` when something lacks.
    init?(_ json: JSONValue) {
        let place = json["kubernetes.io"]
        let namespace = place?["namespace"]?.string ?? ""
        func reference(_ kind: Reference.Kind) -> Reference? {
            guard let name = place?[kind.rawValue]?["name"]?.string, let uid = place?[kind.rawValue]?["uid"]?.string
            else { return nil }
            return Reference(kind: kind, namespace: namespace, name: name, uid: uid)
        }
        guard json["iss"]?.string == ServiceAccountTokens.issuer, let account = reference(.serviceAccount),
            let issued = json["iat"]?.integer, let expiry = json["exp"]?.integer, let id = json["jti"]?.string
        else { return nil }
        self.init(
            account: account,
            bound: reference(.pod) ?? reference(.secret),
            audiences: (json["aud"]?.array ?? []).compactMap(\.string),
            issued: issued,
            expiry: expiry,
            id: id
        )
    }
}
