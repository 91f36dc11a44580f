// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import KubeCore
import NIOHTTP1
import TestKit
import Testing

/// Against a server on the loopback address, which is allowed here; every wait has the limit of the fetch itself.
struct HTTPKeySetFetcherTests {
    /// A resolver that knows a few names and counts its work.
    struct Names: HostResolver {
        let table: [String: [String]]
        let asked = Journal<String>()

        func addresses(of host: String) async throws -> [IPAddress] {
            asked.append(host)
            guard let addresses = table[host] else { throw KeySetError(.nameNotResolved, "cannot resolve the host") }
            return addresses.compactMap(IPAddress.init)
        }
    }

    private let good: [UInt8]

    init() throws {
        good = try Fixtures.bytes("baseline-good.json", in: .hostile)
    }

    private func fetcher(
        loopback: Bool = true,
        total: Duration = .seconds(10),
        names: [String: [String]] = ["idp.example": ["127.0.0.1"], "localhost": ["127.0.0.1"]]
    ) -> HTTPKeySetFetcher {
        var configuration = HTTPKeySetFetcher.Configuration(addressPolicy: AddressPolicy(allowsLoopback: loopback))
        configuration.totalTimeout = total
        return HTTPKeySetFetcher(configuration: configuration, resolver: Names(table: names))
    }

    private func failure(
        of answer: ScriptedServer.Answer,
        total: Duration = .seconds(10)
    ) async throws -> KeySetError {
        try await ScriptedServer.run({ _ in answer }) { server in
            let endpoint = Endpoint(url: server.url())
            return try await #require(throws: KeySetError.self) {
                try await fetcher(total: total).fetch(endpoint)
            }
        }
    }

    // MARK: - Documents

    @Test func `a key set is fetched with its lifetime and entity tag`() async throws {
        let headers = [("Cache-Control", "public, max-age=600"), ("Age", "100"), ("ETag", "\"v1\"")]
        try await ScriptedServer.run({ [good] _ in .document(good, headers) }) { server in
            let fetched = try await fetcher().fetch(Endpoint(url: server.url()))
            #expect(fetched.keySet.keys.map(\.kid) == ["good", "good-ec"])
            #expect(fetched.document == .keySet)
            #expect(fetched.maxAge == .seconds(500))
            #expect(fetched.entityTags == [server.url(): "\"v1\""])
            #expect(fetched.keySetURI == server.url())
            let request = try #require(server.requests.entries.first)
            #expect(!request.headers.contains(name: "Accept-Encoding"))
            #expect(!request.headers.contains(name: "Authorization"))
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func `a server that answers early and closes costs a fetch at most`(_ whenConnected: Bool) async throws {
        try await HastyServer.run(good, whenConnected: whenConnected) { port in
            let fetcher = fetcher()
            let endpoint = Endpoint(url: "http://127.0.0.1:\(port)/keys")
            let codes = await withTaskGroup(of: KeySetError.Code?.self) { group in
                var codes: [KeySetError.Code?] = []
                for index in 0..<400 {
                    if index >= 16, let code = await group.next() { codes.append(code) }
                    group.addTask {
                        do {
                            return try await fetcher.fetch(endpoint).keySet.keys.isEmpty ? .noUsableKey : nil
                        } catch {
                            return (error as? KeySetError)?.code ?? .invalidURL
                        }
                    }
                }
                for await code in group { codes.append(code) }
                return codes
            }
            #expect(codes.count == 400)
            // An answer to nothing is refused or, when the request was faster after all, taken.
            let allowed: Set<KeySetError.Code?> = [nil, .unreachable, .invalidResponse]
            #expect(allowed.isSuperset(of: codes), "\(Set(codes.map { $0?.rawValue ?? "fetched" }))")
            if !whenConnected { #expect(codes.count { $0 == nil } > 200) }
        }
    }

    @Test func `an unchanged key set is not sent again`() async throws {
        try await ScriptedServer.run({ [good] request in
            request.headers["If-None-Match"] == ["\"v1\""]
                ? .response(304, [("Cache-Control", "max-age=7")]) : .document(good, [("ETag", "\"v1\"")])
        }) { server in
            let endpoint = Endpoint(url: server.url())
            let first = try await fetcher().fetch(endpoint)
            let second = try await fetcher().fetch(endpoint, previous: first)
            #expect(!first.isUnmodified && second.isUnmodified)
            #expect(second.keySet == first.keySet)
            #expect(second.maxAge == .seconds(7))
            #expect(second.entityTags == first.entityTags)
            let third = try await fetcher().fetch(endpoint, previous: second)
            #expect(third.isUnmodified)
        }
    }

    @Test func `a 304 that nobody asked for is a bad status`() async throws {
        #expect(try await failure(of: .response(304)).status == 304)
    }

    @Test func `a discovery document is followed once and its issuer taken`() async throws {
        try await ScriptedServer.run({ [good] request in
            let host = request.headers.first(name: "Host") ?? ""
            switch request.path {
            case "/.well-known/openid-configuration":
                let document: JSONValue = ["issuer": "https://i.example/", "jwks_uri": .string("http://\(host)/keys")]
                return .document(document.jsonBytes, [("ETag", "\"d\"")])
            default: return .document(good, [("ETag", "\"k\"")])
            }
        }) { server in
            let endpoint = Endpoint(url: server.url("/.well-known/openid-configuration"))
            let fetched = try await fetcher().fetch(endpoint)
            #expect(fetched.document == .discovery)
            #expect(fetched.issuer == "https://i.example/")
            #expect(fetched.keySetURI == server.url())
            #expect(fetched.entityTags.count == 2)
        }
    }

    @Test func `an unchanged discovery document leads to unchanged keys`() async throws {
        try await ScriptedServer.run({ [good] request in
            if request.headers.contains(name: "If-None-Match") { return .response(304) }
            let host = request.headers.first(name: "Host") ?? ""
            let document: JSONValue = ["issuer": "https://i.example", "jwks_uri": .string("http://\(host)/keys")]
            return .document(request.path == "/d" ? document.jsonBytes : good, [("ETag", "\"\(request.path)\"")])
        }) { server in
            let endpoint = Endpoint(url: server.url("/d"))
            let first = try await fetcher().fetch(endpoint)
            let second = try await fetcher().fetch(endpoint, previous: first)
            #expect(second.isUnmodified && second.document == .discovery)
            #expect(second.issuer == "https://i.example" && second.keySet == first.keySet)
        }
    }

    @Test func `a discovery document behind a discovery document is no key set`() async throws {
        try await ScriptedServer.run({ request in
            let host = request.headers.first(name: "Host") ?? ""
            return .document((["jwks_uri": .string("http://\(host)/again")] as JSONValue).jsonBytes)
        }) { server in
            let error = try await #require(throws: KeySetError.self) {
                try await fetcher().fetch(Endpoint(url: server.url()))
            }
            #expect(error.code == .notAKeySet)
            #expect(server.requests.count == 2)
        }
    }

    @Test(arguments: [
        ("http://169.254.169.254/latest", KeySetError.Code.addressRefused), ("ftp://a.example/", .invalidURL),
        ("http://other.example/keys", .insecureEndpoint), ("", .invalidURL),
    ])
    func `a discovery document leads nowhere that the endpoint may not`(
        uri: String,
        code: KeySetError.Code
    ) async throws {
        let document: JSONValue = ["jwks_uri": .string(uri)]
        try await ScriptedServer.run({ _ in .document(document.jsonBytes) }) { server in
            let endpoint = Endpoint(url: server.url(), allowsInsecure: code == .addressRefused)
            let error = try await #require(throws: KeySetError.self) { try await fetcher().fetch(endpoint) }
            #expect(error.code == code)
            #expect(!error.isPermanent, "the next document may name another place")
        }
    }

    // MARK: - Bad answers

    @Test func `bad answers have stable reasons and never repeat the body`() async throws {
        let secret = Array("<html>hunter2</html>".utf8)
        let missing = try await failure(of: .response(404, [], secret))
        #expect(missing.code == .badStatus && missing.status == 404)
        let html = try await failure(of: .document(secret))
        #expect(html.code == .notJSON)
        let error = try await failure(of: .document(Array("{\"error\":\"hunter2\"}".utf8)))
        #expect(error.code == .notAKeySet)
        let empty = try await failure(of: .document([]))
        #expect(empty.code == .notJSON)
        let none = try await failure(of: .document(Array("{\"keys\":[]}".utf8)))
        #expect(none.code == .noUsableKey)
        for failure in [missing, html, error, empty, none] { #expect(!"\(failure)".contains("hunter2")) }
        #expect(try await failure(of: .close).code == .unreachable)
    }

    @Test func `a body that is too large is cut off, declared or not`() async throws {
        #expect(try await failure(of: .document(Fixtures.oversizedWhitespace())).code == .tooLarge)
        #expect(try await failure(of: .endless(Array(repeating: 0x20, count: 65_536))).code == .tooLarge)
    }

    @Test func `a server that says nothing, or stops in the middle, is given up`() async throws {
        #expect(try await failure(of: .silence, total: .milliseconds(300)).code == .timedOut)
        #expect(try await failure(of: .headOnly, total: .milliseconds(300)).code == .timedOut)
    }

    @Test func `a slow server is left at once when the caller is cancelled`() async throws {
        try await ScriptedServer.run({ _ in .silence }) { server in
            let endpoint = Endpoint(url: server.url())
            let fetcher = fetcher(total: .seconds(3600))
            try await withDeadline {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        await #expect(throws: CancellationError.self) { try await fetcher.fetch(endpoint) }
                    }
                    _ = try? await server.requests.wait(count: 1)
                    group.cancelAll()
                }
            }
        }
    }

    @Test func `nobody listening is unreachable, and the next address is tried`() async throws {
        let port = try await ScriptedServer.run({ _ in .silence }) { $0.port }
        let error = try await #require(throws: KeySetError.self) {
            try await fetcher().fetch(Endpoint(url: "http://127.0.0.1:\(port)/"))
        }
        #expect(error.code == .unreachable)
        try await ScriptedServer.run({ [good] _ in .document(good) }) { server in
            let fetcher = fetcher(names: ["idp.svc": ["127.0.0.9", "127.0.0.1"]])
            let url = server.url(host: "idp.svc")
            let fetched = try await fetcher.fetch(Endpoint(url: url))
            #expect(fetched.keySet.keys.count == 2)
        }
    }

    // MARK: - Redirects and addresses

    @Test func `three redirects are followed and four are not`() async throws {
        try await ScriptedServer.run({ [good] request in
            guard let left = Int(request.path.dropFirst()), left > 0 else { return .document(good) }
            return .redirect("/\(left - 1)")
        }) { server in
            #expect(try await fetcher().fetch(Endpoint(url: server.url("/3"))).keySet.keys.count == 2)
            let error = try await #require(throws: KeySetError.self) {
                try await fetcher().fetch(Endpoint(url: server.url("/4")))
            }
            #expect(error.code == .tooManyRedirects)
        }
    }

    @Test(arguments: [
        ("http://169.254.169.254/latest/meta-data", KeySetError.Code.addressRefused),
        ("http://[::ffff:169.254.169.254]/", .addressRefused), ("http://meta.example/", .addressRefused),
        ("http://2852039166/", .redirectRefused), ("http://0xa9.254.43518/", .redirectRefused),
        ("https://idp.example/", .redirectRefused), ("file:///etc/passwd", .redirectRefused),
        ("http://user:pw@idp.example/", .redirectRefused), ("", .redirectRefused), ("http://[", .redirectRefused),
    ])
    func `a redirect leads nowhere that must not be dialled`(target: String, code: KeySetError.Code) async throws {
        try await ScriptedServer.run({ _ in .redirect(target) }) { server in
            // 2852039166 is 169.254.169.254 to the system's resolver, which is never asked.
            let names = ["meta.example": ["169.254.169.254"], "2852039166": ["127.0.0.1"]]
            let endpoint = Endpoint(url: server.url(), allowsInsecure: true)
            let error = try await #require(throws: KeySetError.self) {
                try await fetcher(names: names).fetch(endpoint)
            }
            #expect(error.code == code)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a redirect to plain http is refused until the server redirects elsewhere`() async throws {
        let error = try await failure(of: .redirect("http://other.example/keys"))
        #expect(error.code == .insecureEndpoint)
        #expect(!error.isPermanent)
    }

    @Test func `a redirect loop ends`() async throws {
        try await ScriptedServer.run({ _ in .redirect("/keys") }) { server in
            let error = try await #require(throws: KeySetError.self) {
                try await fetcher().fetch(Endpoint(url: server.url()))
            }
            #expect(error.code == .tooManyRedirects)
            #expect(server.requests.count == 4)
        }
    }

    @Test func `loopback is dialled only when allowed, by whatever name`() async throws {
        try await ScriptedServer.run({ [good] _ in .document(good) }) { server in
            for host in ["127.0.0.1", "localhost", "idp.localhost", "idp.svc", "idp.ns.svc.cluster.local"] {
                let names = [host: ["127.0.0.1"]]
                let endpoint = Endpoint(url: server.url(host: host))
                #expect(try await fetcher(names: names).fetch(endpoint).keySet.keys.count == 2)
                let error = try await #require(throws: KeySetError.self) {
                    try await fetcher(loopback: false, names: names).fetch(endpoint)
                }
                #expect(error.code == .addressRefused, "\(host)")
            }
            #expect(server.requests.count == 5)
        }
    }

    @Test(arguments: [("localhost", "localhost"), ("idp.localhost", "idp.localhost"), ("LOCALHOST.", "localhost")])
    func `a name of this machine is dialled nowhere else`(host: String, asked: String) async throws {
        try await ScriptedServer.run({ [good] _ in .document(good) }) { server in
            let endpoint = Endpoint(url: server.url(host: host))
            let error = try await #require(throws: KeySetError.self) {
                try await fetcher(names: [asked: ["10.0.0.1", "2001:db8::1"]]).fetch(endpoint)
            }
            #expect(error.code == .addressRefused)
            let fetched = try await fetcher(names: [asked: ["10.0.0.1", "127.0.0.1"]]).fetch(endpoint)
            #expect(fetched.keySet.keys.count == 2)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `plain http is for the cluster and loopback, unless allowed`() async throws {
        try await ScriptedServer.run({ [good] _ in .document(good) }) { server in
            for host in ["idp.example", "svc.example", "svc", "idp.svc.other.local"] {
                let names = [host: ["127.0.0.1"]]
                let url = server.url(host: host)
                let error = try await #require(throws: KeySetError.self) {
                    try await fetcher(names: names).fetch(Endpoint(url: url))
                }
                #expect(error.code == .insecureEndpoint && error.isPermanent, "\(host)")
                let endpoint = Endpoint(url: url, allowsInsecure: true)
                #expect(try await fetcher(names: names).fetch(endpoint).keySet.keys.count == 2)
            }
        }
    }

    @Test func `a host without address and a URL that is none are told apart`() async throws {
        let unknown = try await #require(throws: KeySetError.self) {
            try await fetcher().fetch(Endpoint(url: "https://nowhere.example/"))
        }
        #expect(unknown.code == .nameNotResolved)
        let invalid = try await #require(throws: KeySetError.self) {
            try await fetcher().fetch(Endpoint(url: "https://KEYCLOAK HOST/"))
        }
        #expect(invalid.code == .invalidURL && invalid.isPermanent)
    }

    // MARK: - TLS

    @Test func `TLS is checked against the host's name, with the authorities given`() async throws {
        let authority = try TestAuthority(host: "idp.example")
        let bundle = try authority.bundle()
        let other = try TestAuthority(host: "idp.example").bundle()
        try await ScriptedServer.run(tls: authority.server, { [good] _ in .document(good) }) { server in
            let names = ["idp.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]]
            let url = server.url(host: "idp.example", scheme: "https")
            let fetched = try await fetcher(names: names).fetch(Endpoint(url: url, caBundle: bundle))
            #expect(fetched.keySet.keys.count == 2)
            let wrong = server.url(host: "other.example", scheme: "https")
            for endpoint in [
                Endpoint(url: url), Endpoint(url: url, caBundle: other), Endpoint(url: wrong, caBundle: bundle),
            ] {
                let error = try await #require(throws: KeySetError.self) {
                    try await fetcher(names: names).fetch(endpoint)
                }
                #expect(error.code == .tlsFailed)
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `additional authorities are trusted for every endpoint that has no bundle of its own`() async throws {
        let authority = try TestAuthority(host: "idp.example")
        var configuration = HTTPKeySetFetcher.Configuration(addressPolicy: AddressPolicy(allowsLoopback: true))
        configuration.additionalAuthorities = try authority.bundle()
        let fetcher = HTTPKeySetFetcher(
            configuration: configuration,
            resolver: Names(table: ["idp.example": ["127.0.0.1"]])
        )
        let other = try TestAuthority(host: "idp.example").bundle()
        try await ScriptedServer.run(tls: authority.server, { [good] _ in .document(good) }) { server in
            let url = server.url(host: "idp.example", scheme: "https")
            #expect(try await fetcher.fetch(Endpoint(url: url)).keySet.keys.count == 2)
            let error = try await #require(throws: KeySetError.self) {
                try await fetcher.fetch(Endpoint(url: url, caBundle: other))
            }
            #expect(error.code == .tlsFailed)
        }
    }

    @Test func `a bundle without certificates is refused before any fetch`() throws {
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        for text in ["", "hello", broken] {
            let error = try #require(throws: KeySetError.self) { try CABundle(pem: text.utf8) }
            #expect(error.code == .caBundleInvalid)
        }
    }

    @Test func `bundles of one text are one`() throws {
        let authority = try TestAuthority(host: "a")
        #expect(try authority.bundle() == authority.bundle())
        #expect(try authority.bundle() != TestAuthority(host: "a").bundle())
        #expect(try authority.bundle().count == 1)
    }

    @Test func `the system resolves the name of the machine itself`() async throws {
        let addresses = try await SystemHostResolver().addresses(of: "localhost")
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { AddressPolicy().refusal(of: $0) == .loopback })
        let error = try await #require(throws: KeySetError.self) {
            try await SystemHostResolver().addresses(of: "no-such-host.invalid")
        }
        #expect(error.code == .nameNotResolved)
    }
}
