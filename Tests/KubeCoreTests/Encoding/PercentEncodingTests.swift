// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

struct PercentEncodingTests {
    private static let components: [(plain: String, encoded: String)] = [
        ("", ""), ("AZaz09-._~", "AZaz09-._~"), ("a b", "a%20b"), ("a+b*c", "a%2Bb%2Ac"),
        ("a/b?c=d&e", "a%2Fb%3Fc%3Dd%26e"),
        ("100%", "100%25"), ("ü\n", "%C3%BC%0A"), ("\u{0}", "%00"),
    ]

    private static let fields: [(plain: String, encoded: String)] = [
        ("", ""), ("AZaz09-._*", "AZaz09-._*"), ("a b", "a+b"), ("a+b~c", "a%2Bb%7Ec"), ("x=y&z", "x%3Dy%26z"),
        ("ü\n", "%C3%BC%0A"),
    ]

    @Test(arguments: components)
    func `a part of a URL is written and read`(plain: String, encoded: String) {
        #expect(PercentEncoding.encode(plain) == encoded)
        #expect(PercentEncoding.decode(encoded.utf8) == plain)
    }

    @Test(arguments: fields)
    func `a field of a form is written and read`(plain: String, encoded: String) {
        #expect(PercentEncoding.encode(plain, as: .form) == encoded)
        #expect(PercentEncoding.decode(encoded.utf8, as: .form) == plain)
    }

    @Test func `a text is written behind what is there`() {
        var target = "?name="
        PercentEncoding.append("a=b", to: &target)
        PercentEncoding.append("c", to: &target)
        #expect(target == "?name=a%3Dbc")
    }

    @Test func `digits of either case are read, and what could have stood there escaped`() {
        #expect(PercentEncoding.decode("%c3%BC/?*~ü".utf8) == "ü/?*~ü")
    }

    @Test func `a plus is a space in forms alone`() {
        #expect(PercentEncoding.decode("a+b".utf8) == "a+b")
        #expect(PercentEncoding.decode("a+b".utf8, as: .form) == "a b")
    }

    @Test(arguments: ["%", "%4", "%4g", "%g4", "%+1", "a%", "%C3", "%FF", "%ED%A0%80"], PercentEncoding.Form.allCases)
    func `broken escapes and what is not UTF-8 are not read`(text: String, form: PercentEncoding.Form) {
        #expect(PercentEncoding.decode(text.utf8, as: form) == nil)
    }
}
