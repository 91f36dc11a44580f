// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

/// The samples of deploy/samples, as a user takes them.
enum Samples {
    /// The path of a sample.
    static func path(_ name: String) -> String {
        Tool.repositoryFile("deploy/samples/\(name).yaml")
    }

    /// The Keycloak sample with its keys at another address.
    static func keycloak(keysAt endpoint: String) throws -> String {
        let data = try Data(contentsOf: URL(filePath: path("keycloak")))
        let text = String(decoding: data, as: UTF8.self)
        let placeholder = "https://keycloak.example.com/realms/influxdb/protocol/openid-connect/certs"
        let range = try #require(text.firstRange(of: placeholder))
        return text.replacingCharacters(in: range, with: endpoint)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with other: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: other)
        return copy
    }
}
