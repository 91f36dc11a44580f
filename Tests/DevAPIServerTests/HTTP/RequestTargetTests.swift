// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DevAPIServer

struct RequestTargetTests {
    @Test func `a path is split and its query read`() throws {
        let target = try #require(RequestTarget("/api/v1/namespaces/default/configmaps?limit=5&watch=true"))
        #expect(target.path == "/api/v1/namespaces/default/configmaps")
        #expect(target.segments == ["api", "v1", "namespaces", "default", "configmaps"])
        #expect(target.query == ["limit": "5", "watch": "true"])
    }

    @Test func `escapes are decoded and plus is a space in the query alone`() throws {
        let target = try #require(RequestTarget("/a%20b+c?x=1%2C2+3&y=%C3%A9"))
        #expect(target.segments == ["a b+c"])
        #expect(target.query == ["x": "1,2 3", "y": "é"])
    }

    @Test func `of a repeated parameter the first counts`() throws {
        #expect(try #require(RequestTarget("/?a=1&a=2")).query == ["a": "1"])
    }

    @Test func `a parameter may lack a value or an equals sign`() throws {
        #expect(try #require(RequestTarget("/?verbose&x=&y==")).query == ["verbose": "", "x": "", "y": "="])
    }

    @Test func `slashes at the end and doubled ones do not matter`() throws {
        #expect(try #require(RequestTarget("//api///v1/")).segments == ["api", "v1"])
        #expect(try #require(RequestTarget("")).segments.isEmpty)
    }

    @Test(arguments: ["/%", "/%4", "/%zz", "/%ff", "/a?b=%C3"])
    func `a broken escape is refused`(target: String) {
        #expect(RequestTarget(target) == nil)
    }
}
