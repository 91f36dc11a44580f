// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DevAPIServer

struct PatternTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let text: String
        var testDescription: String { "\(pattern) on \(text)" }

        init(_ pattern: String, _ text: String) {
            self.pattern = pattern
            self.text = text
        }
    }

    @Test(arguments: [
        Case("", ""), Case("", "abc"), Case("b", "abc"), Case("^abc$", "abc"), Case("^a.c$", "abc"),
        Case("^[a-z]+$", "abc"), Case("^[^a-z]+$", "ABC"), Case("^a{2,3}$", "aaa"), Case("^a{2,}$", "aaaaa"),
        Case("^(ab|cd)*$", "abcdab"), Case("^(?:ab)?c$", "c"), Case("^\\d{4}-\\d{2}$", "2026-11"),
        Case("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "my-name-0"), Case("(?i)^HELLO$", "hellO"), Case("^\\pL+$", "äöü"),
        Case("^\\p{Lu}\\p{Ll}$", "Äö"), Case("^[[:alpha:]]+$", "abc"), Case("^[\\w.-]+$", "a_b.c-d"),
        Case("^[]a]+$", "]a"), Case("^\\x41\\x{1F600}$", "A😀"), Case("\\bfoo\\b", "a foo b"), Case("^a+?b*?$", "aab"),
        Case("(?s)a.b", "a\nb"), Case("(?m)^b$", "a\nb\nc"), Case("^(?P<name>x)$", "x"), Case("a{,2}", "a{,2}"),
        Case("^[\\D]$", "x"), Case("^[^\\d]$", "x"), Case("^\\$\\.\\/$", "$./"), Case("^(|a)+$", "aaa"),
    ])
    func `matches what RE2 matches`(_ example: Case) throws {
        #expect(try Pattern(example.pattern).matches(example.text))
    }

    @Test(arguments: [
        Case("^abc$", "abcd"), Case("a.c", "a\nc"), Case("^[a-z]+$", "aBc"), Case("^a{2,3}$", "aaaa"),
        Case("^a{2}$", "a"), Case("^\\d+$", "٣"), Case("\\Bfoo", "foo"), Case("^[\\D]$", "1"), Case("^é$", "e\u{301}"),
        Case("^\\P{Lu}$", "A"), Case("a\\z", "ab"), Case("^$", "a"), Case("[^a]", "a"),
    ])
    func `does not match what RE2 does not match`(_ example: Case) throws {
        #expect(try !Pattern(example.pattern).matches(example.text))
    }

    @Test(arguments: [
        "(", ")", "a)", "[", "[z-a]", "*", "a**", "a{1001}", "a{3,2}", "\\", "\\1", "(?=a)", "(?<!a)", "\\p{Nope}",
        "[[:nope:]]", "(?P<a", "(?z)",
    ])
    func `refuses what RE2 refuses`(_ pattern: String) {
        #expect(throws: Pattern.Failure.self) { _ = try Pattern(pattern) }
    }

    @Test func `catastrophic expressions take linear time`() throws {
        let text = String(repeating: "a", count: 5_000) + "!"
        for pattern in ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(.*)*$x"] {
            #expect(try !Pattern(pattern).matches(text))
        }
    }

    @Test(arguments: [
        "((a{1000}){1000}){1000}", "(((()){1000}){1000}){1000}",
        String(repeating: "(", count: 10_000),
        String(repeating: "(a|", count: 500) + String(repeating: ")", count: 500),
    ])
    func `expressions that explode are refused or small`(_ pattern: String) {
        _ = try? Pattern(pattern).matches("aaa")
    }

    @Test func `a failure quotes the expression as Go does`() throws {
        let failure = try #require(throws: Pattern.Failure.self) { _ = try Pattern("a(b") }
        #expect(failure.message == "error parsing regexp: missing closing ): `a(b`")
    }
}
