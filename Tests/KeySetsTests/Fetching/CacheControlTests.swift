// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KeySets

struct CacheControlTests {
    @Test(
        arguments: [
            ("max-age=600, must-revalidate", nil, 600),
            ("public, max-age=22159, must-revalidate, no-transform", "1024", 21_135),
            ("public,max-age = \"15\", stale-while-revalidate=15", nil, 15),
            ("Max-Age=10", " 3 ", 7),
            ("max-age=10", "11", 0),
            ("max-age=99999999999999999999", nil, 1 << 31),
            ("max-age=10", "x", 10),
        ] as [(String, String?, Int64)]
    )
    func `the rest of max-age is taken`(header: String, age: String?, seconds: Int64) {
        #expect(CacheControl.maxAge(cacheControl: [header], age: age) == .seconds(seconds))
    }

    @Test(arguments: ["no-cache", "no-store", "", "max-age", "max-age=", "max-age=-1", "max-age=1.5", "s-maxage=5"])
    func `anything else says nothing`(header: String) {
        #expect(CacheControl.maxAge(cacheControl: [header], age: nil) == nil)
    }

    @Test func `several headers are one`() {
        #expect(CacheControl.maxAge(cacheControl: ["public", "max-age=5"], age: nil) == .seconds(5))
    }
}
