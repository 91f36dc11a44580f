// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import KubeCore
import NIOHTTP1
import TestKit
import Testing

struct ProviderMetadataFetcherTests {
    private static func fetcher(total: Duration = .seconds(10)) -> ProviderMetadataFetcher {
        var configuration = HTTPKeySetFetcher.Configuration(addressPolicy: AddressPolicy(allowsLoopback: true))
        configuration.totalTimeout = total
        return ProviderMetadataFetcher(configuration: configuration)
    }

    private static func origin(_ server: ScriptedServer) throws -> String {
        try HTTPURL(server.url()).origin
    }

    @Test func `the issuer's document is fetched and read`() async throws {
        let document = #"""
            {"issuer": "https://idp", "jwks_uri": "https://idp/keys", "token_endpoint": "http://127.0.0.1/token",
             "device_authorization_endpoint": "http://127.0.0.1/device", "userinfo_endpoint": 7,
             "grant_types_supported": ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"]}
            """#
        try await ScriptedServer.run({ _ in .document(Array(document.utf8)) }) { server in
            for issuer in ["/realms/r", "/realms/r/", "/realms/r/.well-known/openid-configuration"] {
                let metadata = try await Self.fetcher().fetch(Endpoint(url: try Self.origin(server) + issuer))
                #expect(metadata.issuer == "https://idp")
                #expect(metadata.deviceAuthorizationEndpoint == "http://127.0.0.1/device")
                #expect(metadata.tokenEndpoint == "http://127.0.0.1/token")
                #expect(metadata.listsDeviceGrant == true)
            }
            let paths = Set(server.requests.entries.map(\.path))
            #expect(paths == ["/realms/r/.well-known/openid-configuration"])
        }
    }

    @Test(arguments: [
        ("{}", KeySetError.Code.invalidResponse), ("[]", .invalidResponse), (#"{"issuer":""}"#, .invalidResponse),
        ("<html>", .notJSON), (#"{"issuer":"a","issuer":"b"}"#, .notJSON),
    ])
    func `what is no metadata is refused`(body: String, code: KeySetError.Code) async throws {
        try await ScriptedServer.run({ _ in .document(Array(body.utf8)) }) { server in
            let error = try await #require(throws: KeySetError.self) {
                try await Self.fetcher().fetch(Endpoint(url: try Self.origin(server)))
            }
            #expect(error.code == code)
        }
    }

    @Test func `no answer in time ends it`() async throws {
        try await ScriptedServer.run({ _ in .silence }) { server in
            let error = try await #require(throws: KeySetError.self) {
                try await Self.fetcher(total: .milliseconds(200)).fetch(Endpoint(url: try Self.origin(server)))
            }
            #expect(error.code == .timedOut)
        }
    }

    @Test func `an endpoint that is no URL counts as missing`() {
        let metadata = ProviderMetadata([
            "issuer": "https://idp", "token_endpoint": "token", "device_authorization_endpoint": "https://u:p@idp/d",
        ])
        #expect(metadata?.tokenEndpoint == nil)
        #expect(metadata?.deviceAuthorizationEndpoint == nil)
        #expect(metadata?.listsDeviceGrant == nil)
    }
}
