// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A connection profile of influxctl for a cluster of InfluxDB Clustered, with a login by the device grant.
///
/// It has no member that influxctl's reference does not list: since 2.0.1 an unknown key is an error there.
public struct InfluxctlProfile: Hashable, Sendable {
    /// What `influxctl --profile` selects it by.
    public var name: String
    /// The host of the cluster, without scheme and port.
    public var host: String
    /// The port; left out when `nil`.
    public var port: String?
    /// The client at the identity provider.
    public var clientID: String
    /// The client's secret, for influxctl before 2.9.8 alone: later ones refuse the key.
    public var legacyClientSecret: String?
    /// The scopes to ask for; left out when empty.
    public var scopes: [String]
    /// Further parameters of the device authorization request; left out when empty.
    public var parameters: [String: String]
    /// The device authorization endpoint.
    public var deviceURL: String
    /// The token endpoint.
    public var tokenURL: String

    /// Creates a profile; empty scopes and parameters are dropped.
    public init(
        name: String = "default",
        host: String,
        port: String? = nil,
        clientID: String,
        legacyClientSecret: String? = nil,
        scopes: [String] = [],
        parameters: [String: String] = [:],
        deviceURL: String,
        tokenURL: String
    ) {
        self.name = name
        self.host = host
        self.port = port
        self.clientID = clientID
        self.legacyClientSecret = legacyClientSecret
        self.scopes = scopes.filter { !$0.isEmpty }
        self.parameters = parameters.filter { !$0.key.isEmpty && !$0.value.isEmpty }
        self.deviceURL = deviceURL
        self.tokenURL = tokenURL
    }

    /// The profile as a configuration file of its own.
    public var text: String {
        let top = members.filter { $0.table.isEmpty }
        let login = members.filter { !$0.table.isEmpty }
        var lines = ["[[profile]]", "  name = \(TOMLText.string(name))"]
        lines += top.map { "  \($0.key) = \($0.text)" }
        lines += ["", "  [profile.auth.oauth2]"]
        lines += login.map { "    \($0.key) = \($0.text)" }
        return lines.joined(separator: "\n") + "\n"
    }
}

// MARK: - Members

extension InfluxctlProfile {
    /// The table of the login, below the profile.
    static let loginTable = ["auth", "oauth2"]

    /// One member of a profile.
    struct Member {
        /// The table below the profile; empty for the profile itself.
        let table: [String]
        let key: String
        /// The value as TOML.
        let text: String
        /// The value as a parser sees it.
        let value: JSONValue

        /// From the profile downward.
        var path: [String] { table + [key] }
    }

    /// All members but the name, in the order to write them.
    var members: [Member] {
        var members = [Self.member([], "product", "clustered"), Self.member([], "host", host)]
        if let port { members.append(Self.member([], "port", port)) }
        members.append(Self.member(Self.loginTable, "client_id", clientID))
        if let legacyClientSecret {
            members.append(Self.member(Self.loginTable, "client_secret", legacyClientSecret))
        }
        if !scopes.isEmpty {
            members.append(
                Member(
                    table: Self.loginTable,
                    key: "scopes",
                    text: TOMLText.array(scopes),
                    value: .array(scopes.map(JSONValue.string))
                )
            )
        }
        if !parameters.isEmpty {
            members.append(
                Member(
                    table: Self.loginTable,
                    key: "parameters",
                    text: TOMLText.inlineTable(parameters),
                    value: .object(JSONObject(parameters.map { ($0.key, .string($0.value)) }))
                )
            )
        }
        members.append(Self.member(Self.loginTable, "token_url", tokenURL))
        members.append(Self.member(Self.loginTable, "device_url", deviceURL))
        return members
    }

    private static func member(_ table: [String], _ key: String, _ value: String) -> Member {
        Member(table: table, key: key, text: TOMLText.string(value), value: .string(value))
    }
}
