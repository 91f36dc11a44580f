// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import TestKit
import Testing

@testable import KeySets

struct EndpointExaminerTests {
    private struct Resolver: HostResolver {
        func addresses(of host: String) async throws -> [IPAddress] { [.v4(0x7F00_0001)] }
    }

    private func examiner(now: @escaping @Sendable () -> Date = { Date() }) -> EndpointExaminer {
        EndpointExaminer(
            configuration: .init(addressPolicy: AddressPolicy(allowsLoopback: true)),
            resolver: Resolver(),
            now: now
        )
    }

    @Test func `a trusted server shows its certificate and its clock`() async throws {
        let authority = try TestAuthority(host: "idp.test")
        let body = Array(
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#.utf8
        )
        try await ScriptedServer.run(tls: authority.server) { _ in
            .document(body, [("Date", "Sun, 06 Nov 1994 08:49:37 GMT")])
        } _: { server in
            let endpoint = Endpoint(
                url: server.url(host: "idp.test", scheme: "https"),
                caBundle: try authority.bundle()
            )
            let time = Date(timeIntervalSince1970: 784_111_777 + 100)
            let found = try await withDeadline { try await examiner(now: { time }).examine(endpoint) }
            #expect((try? found.result.get())?.keySet.keys.count == 1)
            #expect(found.exchanges.map(\.status) == [200])
            #expect(found.exchanges.map(\.clockOffset) == [-99])
            let leaf = try #require(found.chains.first?.certificates.first)
            #expect(leaf.covers("idp.test"))
            #expect(!leaf.covers("other.test"))
            #expect(leaf.issuer == "Test authority")
            #expect(leaf.subject == "server")
            #expect(leaf.notAfter > Date())
            // One request for the keys; the look at the certificates sends none.
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test func `a server that is not trusted shows its certificate all the same`() async throws {
        let authority = try TestAuthority(host: "idp.test")
        let other = try TestAuthority(host: "idp.test")
        try await ScriptedServer.run(tls: authority.server) { _ in
            .close
        } _: { server in
            let endpoint = Endpoint(url: server.url(host: "idp.test", scheme: "https"), caBundle: try other.bundle())
            let found = try await withDeadline { try await examiner().examine(endpoint) }
            #expect(throws: KeySetError.self) { try found.result.get() }
            #expect(found.chains.first?.certificates.first?.hosts == ["idp.test"])
            #expect(server.requests.entries.isEmpty)
        }
    }

    @Test func `an address that must not be dialled is not dialled for its certificate either`() async throws {
        let endpoint = Endpoint(url: "https://169.254.169.254/keys")
        let found = try await withDeadline { try await examiner().examine(endpoint) }
        #expect(found.chains.flatMap(\.certificates).isEmpty)
        let error = #expect(throws: KeySetError.self) { try found.result.get() }
        #expect(error?.code == .addressRefused)
    }

    @Test func `a wildcard stands for one label`() {
        let certificate = CertificateSummary(
            hosts: ["*.example.com"],
            addresses: [.v4(0x0A00_0001)],
            notBefore: .distantPast,
            notAfter: .distantFuture
        )
        #expect(certificate.covers("a.EXAMPLE.com"))
        #expect(!certificate.covers("example.com"))
        #expect(!certificate.covers("a.b.example.com"))
        #expect(certificate.covers("10.0.0.1"))
        #expect(!certificate.covers("10.0.0.2"))
    }
}
