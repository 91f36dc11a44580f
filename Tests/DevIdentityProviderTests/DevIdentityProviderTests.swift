// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import ServiceLifecycle
import TestKit
import Testing

struct DevIdentityProviderTests {
    private func provider(_ names: [String]) throws -> DevIdentityProvider {
        try DevIdentityProvider(
            configuration: .init(realms: names.map { .init(name: $0, shape: .auth0, algorithms: [.edDSA]) }),
            logger: LogCapture().logger
        )
    }

    @Test(arguments: [["one", "one"], ["dev"], ["realms"], [""], ["a/b"], ["../x"], ["ü"], ["a b"]])
    func `a realm name that is taken or does not fit into a path is refused`(names: [String]) throws {
        let error = try #require(throws: ProviderError.self) { _ = try provider(names) }
        #expect(error.code == .invalidRealm)
    }

    @Test func `an unknown realm is an error`() throws {
        let error = try #require(throws: ProviderError.self) { _ = try provider(["one"]).realm("two") }
        #expect(error.code == .unknownRealm)
    }

    @Test func `who waits for the address gets it once the provider listens`() async throws {
        let provider = try provider(["one"])
        let group = ServiceGroup(configuration: .init(services: [provider], logger: LogCapture().logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            async let early = provider.baseURL
            async let earlyIssuer = provider.realm("one").issuer
            tasks.addTask { try await group.run() }
            let base = try await early
            #expect(base.hasPrefix("http://127.0.0.1:"))
            #expect(!base.hasSuffix(":0"))
            #expect(try await earlyIssuer == base + "/one/")
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        let error = try await #require(throws: ProviderError.self) { _ = try await provider.baseURL }
        #expect(error.code == .notRunning)
    }

    @Test func `who waits can be cancelled without harm to others`() async throws {
        let provider = try provider(["one"])
        await withThrowingTaskGroup(of: String.self) { tasks in
            tasks.addTask { try await provider.baseURL }
            tasks.cancelAll()
            await #expect(throws: CancellationError.self) { _ = try await tasks.next() }
        }
        let group = ServiceGroup(configuration: .init(services: [provider], logger: LogCapture().logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            #expect(try await provider.baseURL.hasPrefix("http://"))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test func `a port that is taken ends the service with an error`() async throws {
        try await withProvider([]) { first, _ in
            let base = try await first.baseURL
            let port = try #require(base.split(separator: ":").last.flatMap { Int($0) })
            let second = try DevIdentityProvider(configuration: .init(port: port), logger: LogCapture().logger)
            await #expect(throws: (any Error).self) { try await second.run() }
            let error = try await #require(throws: ProviderError.self) { _ = try await second.baseURL }
            #expect(error.code == .notRunning)
        }
    }
}
