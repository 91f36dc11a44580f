// Grantor
// SPDX-License-Identifier: Apache-2.0

import TestKit
import Testing

@testable import KubeClient

struct TokenFileTests {
    private func file(_ host: TestHost, fallback: Secret? = nil) throws(KubeError) -> TokenFile {
        try TokenFile("/t", fallback: fallback, origin: "o", host: host.environment, now: { host.now })
    }

    @Test func `a token is read again after a minute, and kept while the file cannot be read`() throws {
        let host = TestHost(files: ["/t": "one\n"])
        let file = try file(host)
        host.write("two", to: "/t")
        host.advance(by: 59)
        #expect(file.current().authorization?.reveal() == "Bearer one")
        host.advance(by: 1)
        #expect(file.current().authorization?.reveal() == "Bearer two")
        for content in [nil, "", "<unreadable>", "three\nX-Evil: y"] {
            host.write(content, to: "/t")
            host.advance(by: 61)
            #expect(file.current().authorization?.reveal() == "Bearer two")
        }
    }

    @Test func `a clock that is set back does not keep an old token`() throws {
        let host = TestHost(files: ["/t": "one"])
        let file = try file(host)
        host.write("two", to: "/t")
        host.advance(by: -3_600)
        #expect(file.current().authorization?.reveal() == "Bearer two")
    }

    @Test(arguments: [nil, "", " \n", "<unreadable>"])
    func `a file without a token is an error at the start, unless there is a fall-back`(_ content: String?) throws {
        let host = TestHost(files: content.map { ["/t": $0] } ?? [:])
        let error = try #require(throws: KubeError.self) { try file(host) }
        #expect(error.code == .credentialUnavailable)
        #expect(error.message.contains("/t"))
        #expect(try file(host, fallback: Secret("spare")).current().authorization?.reveal() == "Bearer spare")
    }

    @Test func `after a 401 the file is read at once, and the request is sent again once`() async throws {
        let host = TestHost(files: ["/t": "old"])
        try await ScriptedServer.withClient(host: host) {
            $0.authorization = .tokenFile("/t", fallback: nil)
        } answer: { request in
            request.header("Authorization") == "Bearer new"
                ? .json(#"{"gitVersion":"v1.34.0"}"#) : .status(401, "Unauthorized")
        } _: { client, server async throws in
            let error = try await #require(throws: KubeError.self) { try await client.serverVersion() }
            #expect(error.code == .unauthorized)
            #expect(server.requests.count == 1)
            host.write("new", to: "/t")
            #expect(try await client.serverVersion().gitVersion == "v1.34.0")
            #expect(server.requests.count == 3)
            host.write("newer", to: "/t")
            host.advance(by: 61)
            await #expect(throws: KubeError.self) { try await client.serverVersion() }
            #expect(server.requests.count == 4)
        }
    }
}
