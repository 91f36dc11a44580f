// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The `/auth` before Keycloak's realms: there up to version 16, gone since 17 unless `http-relative-path` says so.
///
/// One server has one of the two forms, so that two URLs of one server that differ in it cannot both be right.
public enum KeycloakPrefix {
    /// Says what is wrong when two URLs of one Keycloak differ in `/auth`; `nil` when they do not.
    ///
    /// - Parameters:
    ///   - jwksEndpoint: `admin.jwksEndpoint`.
    ///   - name: What the other URL is called.
    ///   - url: The other URL.
    /// - Returns: A line for people.
    public static func conflict(jwksEndpoint: String, with name: String, _ url: String) -> String? {
        guard let left = try? HTTPURL(HTTPURL.trimmed(jwksEndpoint)), let right = try? HTTPURL(url),
            left.host == right.host, let first = hasAuth(left), let second = hasAuth(right), first != second
        else { return nil }
        let (with, without) = first ? ("jwksEndpoint", name) : (name, "jwksEndpoint")
        return "\(with) has /auth before /realms and \(without) has not: a Keycloak server has only one of the two"
    }

    /// The same realm with `/auth` put in or taken out; `nil` when it is no URL of a realm.
    public static func other(_ realm: String) -> String? {
        guard let url = try? HTTPURL(realm), let has = hasAuth(url) else { return nil }
        let path =
            has
            ? url.path.replacing("/auth/realms/", with: "/realms/", maxReplacements: 1)
            : url.path.replacing("/realms/", with: "/auth/realms/", maxReplacements: 1)
        return path == url.path ? nil : url.origin + path
    }

    /// Whether a URL of a realm has the prefix; `nil` when it is none.
    private static func hasAuth(_ url: HTTPURL) -> Bool? {
        let parts = url.path.split(separator: "/")
        guard let index = parts.firstIndex(of: "realms") else { return nil }
        return index > 0 && parts[index - 1] == "auth"
    }
}
