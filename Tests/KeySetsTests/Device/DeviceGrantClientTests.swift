// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TestKit
import Testing

@testable import KeySets

/// The policy of the transport; the protocol itself is tested against the development identity provider.
struct DeviceGrantClientTests {
    private func client(
        _ device: String,
        token: String = "http://127.0.0.1:1/token",
        allowsLoopback: Bool = true
    ) throws -> DeviceGrantClient {
        try DeviceGrantClient(
            ProviderMetadata(deviceURL: device, tokenURL: token),
            like: Endpoint(url: "https://idp.example.com/keys"),
            configuration: .init(addressPolicy: AddressPolicy(allowsLoopback: allowsLoopback))
        )
    }

    private static let request = DeviceRequest(clientID: "c", scopes: ["openid"])

    private func failure(_ client: DeviceGrantClient) async throws -> DeviceGrantError {
        try await #require(throws: DeviceGrantError.self) { _ = try await client.authorize(Self.request) }
    }

    @Test func `an endpoint that is missing or no URL is told before anything is sent`() throws {
        for (device, token, code) in [
            (nil, "https://a/t", DeviceGrantError.Code.notOffered), ("https://a/d", nil, .notOffered),
            ("no url", "https://a/t", .invalidAnswer), ("https://a/d", "ftp://a/t", .invalidAnswer),
        ] as [(String?, String?, DeviceGrantError.Code)] {
            let error = try #require(throws: DeviceGrantError.self) {
                _ = try DeviceGrantClient(ProviderMetadata(deviceURL: device, tokenURL: token), like: Endpoint(url: ""))
            }
            #expect(error.code == code)
        }
    }

    @Test(arguments: ["https://169.254.169.254/d", "http://idp.example.com/d", "http://127.0.0.1:1/d"])
    func `addresses and plain http are refused as for keys`(url: String) async throws {
        let error = try await failure(client(url, allowsLoopback: false))
        #expect(error.code == .unreachable)
        #expect(error.message.hasPrefix("cannot reach the provider: "))
    }

    @Test func `a redirect is not followed`() async throws {
        try await ScriptedServer.run({ _ in .redirect("/elsewhere") }) { server in
            let error = try await failure(client(server.url("/d")))
            #expect(error.code == .refused)
            #expect(server.requests.entries.map(\.path) == ["/d"])
        }
    }

    @Test func `an answer without end is cut off`() async throws {
        try await ScriptedServer.run({ _ in .endless(Array(repeating: 0x20, count: 8_192)) }) { server in
            let error = try await failure(client(server.url("/d")))
            #expect(error.code == .unreachable)
        }
    }

    @Test func `HTML with status 200 is no answer`() async throws {
        try await ScriptedServer.run({ _ in .document(Array("<html>".utf8)) }) { server in
            let error = try await failure(client(server.url("/d")))
            #expect(error.code == .invalidAnswer)
        }
    }

    @Test func `a token endpoint that cannot be reached leaves hope`() async throws {
        let authorization = DeviceAuthorization(
            deviceCode: "d",
            userCode: "U",
            verificationURI: "https://a/",
            expiresIn: .seconds(5)
        )
        let answer = try await client("http://127.0.0.1:1/d").poll(authorization, for: Self.request)
        guard case .unavailable = answer else {
            Issue.record("\(answer)")
            return
        }
    }
}
