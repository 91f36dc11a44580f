// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import AdminAPI

/// How texts and conditions become CEL.
struct CELTextTests {
    @Test func `fixed words stand in one literal, expressions between them`() {
        let path: CELText = "users[\(cel: "string(i)")]"
        let text: CELText = "\(path).id: is \("not") good"
        #expect(text.expression == "'users[' + string(i) + '].id: is not good'")
        #expect(CELText(stringLiteral: "").expression == "''")
    }

    @Test func `literals are escaped`() {
        #expect(CEL.literal(#"it's \n"#) == #"'it\'s \\n'"#)
        #expect(CEL.literal("a\nb") == #"'a\nb'"#)
        #expect(CEL.list(["a", "b"]) == "['a', 'b']")
    }

    @Test func `a chain is a condition on each line, and nothing is wrong at its end`() {
        let chain = FaultChain { chain in
            chain.fault("a", "A")
            chain.when("b") { $0.fault("c", "C") }
            chain.when("d", .fine)
        }
        #expect(chain.expression() == "a ? 'A'\n: b ? (c ? 'C'\n  : '')\n: d ? ''\n: ''")
    }

    @Test func `a message of a rule has the words of a field error`() {
        let text = CELText(.usersTooMany, at: "users", "\(cel: "n")")
        #expect(text.expression == "'users: Too many: must have at most 10000 items, and has ' + n")
        let shown = CELText(.providerSpelling, at: "p", "keycloak", showing: ": \"x\"")
        #expect(shown.expression == #"'p: Unsupported value: "x": must be spelled exactly "keycloak"'"#)
    }
}
