// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Who answers a path.
enum Route: Sendable, Equatable {
    /// The list of paths.
    case root
    /// The versions of the core group, `/api`.
    case coreVersions
    /// All other groups, `/apis`.
    case groups
    /// One group, `/apis/G`.
    case group(String)
    /// The resources of one group and version.
    case resourceList(group: String, version: String)
    /// A resource.
    case resource(ResourceAddress)
    /// The version of the server.
    case version
    /// A health check: `healthz`, `livez` or `readyz`, and one of its parts.
    case health(String, part: String?)
    /// The index of `/openapi/v3`.
    case openAPIIndex
    /// The schemas of one group and version.
    case openAPI(group: String, version: String)
    /// The older document of everything, `/openapi/v2`.
    case openAPIv2
    /// Who issues tokens of service accounts: `/.well-known/openid-configuration`.
    case tokenIssuer
    /// The keys of tokens of service accounts: `/openid/v1/jwks`.
    case tokenKeys
    /// Nobody.
    case unknown

    /// Finds who answers.
    init(_ segments: [String]) {
        let rest = segments.dropFirst()
        switch segments.first {
        case nil: self = .root
        case "api": self = Self.core(rest)
        case "apis": self = Self.named(rest)
        case "version" where rest.isEmpty: self = .version
        case "healthz"?, "livez"?, "readyz"?:
            self = rest.count <= 1 ? .health(segments[0], part: rest.first) : .unknown
        case ".well-known" where Array(rest) == ["openid-configuration"]: self = .tokenIssuer
        case "openid" where Array(rest) == ["v1", "jwks"]: self = .tokenKeys
        case "openapi": self = Self.openAPI(rest)
        default: self = .unknown
        }
    }

    /// Whether it is answered without a token (`system:public-info-viewer`).
    var isPublic: Bool {
        switch self {
        case .health, .version: true
        default: false
        }
    }

    private static func core(_ rest: ArraySlice<String>) -> Route {
        guard let version = rest.first else { return .coreVersions }
        return ResourceAddress(group: "", version: version, rest: rest.dropFirst()).map(Route.resource)
            ?? .resourceList(group: "", version: version)
    }

    private static func named(_ rest: ArraySlice<String>) -> Route {
        guard let group = rest.first else { return .groups }
        guard let version = rest.dropFirst().first else { return .group(group) }
        return ResourceAddress(group: group, version: version, rest: rest.dropFirst(2)).map(Route.resource)
            ?? .resourceList(group: group, version: version)
    }

    private static func openAPI(_ rest: ArraySlice<String>) -> Route {
        switch Array(rest) {
        case ["v2"]: return .openAPIv2
        case ["v3"]: return .openAPIIndex
        case let parts where parts.count == 3 && parts[0] == "v3" && parts[1] == "api":
            return .openAPI(group: "", version: parts[2])
        case let parts where parts.count == 4 && parts[0] == "v3" && parts[1] == "apis":
            return .openAPI(group: parts[2], version: parts[3])
        default: return .unknown
        }
    }
}
