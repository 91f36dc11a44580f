// Grantor
// SPDX-License-Identifier: Apache-2.0

import KeySets
import KubeCore
import Testing

/// Every row of the manifest of hostile documents.
struct HostileKeySetTests {
    /// One document and what becomes of it.
    struct Row: Sendable, CustomTestStringConvertible {
        let file: String
        let usable: [String]
        let ignored: [IgnoredKey.Reason]

        init(_ file: String, _ usable: [String], _ ignored: [IgnoredKey.Reason] = []) {
            self.file = file
            self.usable = usable
            self.ignored = ignored
        }

        var testDescription: String { file }
    }

    /// One document and why it is refused.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let file: String
        let code: KeySetError.Code

        init(_ file: String, _ code: KeySetError.Code) {
            self.file = file
            self.code = code
        }

        var testDescription: String { file }
    }

    static let accepted: [Row] = [
        Row("baseline-good.json", ["good", "good-ec"]),
        Row("duplicate-kid-identical.json", ["good"]),
        Row("missing-kid.json", ["(none)"]),
        Row("private-rsa-leaked.json", ["good-ec"], [.privateKeyExposed]),
        Row("private-ec-leaked.json", ["good"], [.privateKeyExposed]),
        Row("oct-same-kid.json", ["good"], [.unsupportedKeyType]),
        Row("rsa-512.json", ["good"], [.tooSmall]),
        Row("rsa-16384.json", ["good"], [.tooLarge]),
        Row("rsa-e2.json", ["good"], [.unsupportedExponent]),
        Row("rsa-e-huge.json", ["good"], [.unsupportedExponent]),
        Row("rsa-n-even.json", ["good"], [.malformed]),
        Row("rsa-n-leading-zero.json", ["good"]),
        Row("base64-standard-alphabet.json", ["good"], [.malformed]),
        Row("base64-whitespace.json", ["good"], [.malformed]),
        Row("unknown-crv.json", ["good"], [.unsupportedAlgorithm, .unsupportedCurve, .unsupportedCurve]),
        Row("enc-mixed-same-kid.json", ["good"], [.notForSignatures]),
        Row(
            "use-alg-conflict.json",
            ["good"],
            [
                .algorithmMismatch, .algorithmMismatch, .algorithmMismatch, .algorithmMismatch, .algorithmMismatch,
                .unsupportedAlgorithm,
            ]
        ),
        Row("key-ops.json", ["ok"], [.malformed, .notForSignatures, .notForSignatures, .notForSignatures]),
        Row("null-members.json", ["(none)", "a", "good"], [.malformed, .malformed]),
        Row("wrong-types.json", ["good", "t5"], Array(repeating: .malformed, count: 9)),
        Row(
            "kid-odd.json",
            [
                "", "../../etc/passwd", "a' OR '1'='1", "a\u{0}b", "e\u{301}", "good", "line\nbreak \u{1B}[31mred",
                "\u{E9}",
            ]
        ),
        Row("ec-off-curve.json", ["good"], [.offCurve]),
        Row("ec-infinity.json", ["good"], [.offCurve]),
        Row("ec-long-coordinate.json", ["good", "long"]),
        Row("okp-bad.json", ["good"], [.malformed, .notForSignatures, .offCurve, .offCurve]),
        Row("x5c-mismatch.json", ["good"]),
        Row("x5c-expired.json", ["good"]),
        Row("extra-top-level.json", ["good"]),
        Row("issuer-member.json", ["good", "other-tenant"]),
    ]

    static let refused: [Refusal] = [
        // The manifest takes the set with no key; api.md refuses a set in which nothing is usable.
        Refusal("duplicate-kid-different.json", .noUsableKey),
        Refusal("json-error-200.json", .notAKeySet),
        Refusal("utf16.json", .notJSON),
        Refusal("invalid-utf8.json", .notJSON),
        Refusal("nested-data.json", .notAKeySet),
        Refusal("nested-array.json", .noUsableKey),
        Refusal("bare-array.json", .notAKeySet),
        Refusal("pem-map.json", .notAKeySet),
        Refusal("empty-object.json", .notAKeySet),
        Refusal("keys-null.json", .notAKeySet),
        Refusal("empty-body.json", .notJSON),
        Refusal("duplicate-members.json", .notJSON),
        Refusal("duplicate-member-in-jwk.json", .notJSON),
        Refusal("truncated.json", .notJSON),
        Refusal("deep-nesting-in-unknown-member.json", .notJSON),
        Refusal("nan.json", .notJSON),
    ]

    @Test(arguments: accepted)
    func `a hostile document gives its sound keys and names the others`(row: Row) throws {
        let set = try KeySet.parse(Fixtures.bytes(row.file, in: .hostile))
        let usable = set.keys.map { $0.kid?.text ?? "(none)" }
        #expect(usable.map { Array($0.utf8) }.sorted(by: bytes) == row.usable.map { Array($0.utf8) }.sorted(by: bytes))
        #expect(set.ignored.map(\.reason.rawValue).sorted() == row.ignored.map(\.rawValue).sorted())
    }

    @Test(arguments: refused)
    func `a document that is no key set is refused whole`(row: Refusal) throws {
        let document = try Fixtures.bytes(row.file, in: .hostile)
        let error = try #require(throws: KeySetError.self) { try KeySet.parse(document) }
        #expect(error.code == row.code)
        #expect(error.refusesDocument)
    }

    @Test func `three mebibytes of spaces are refused before they are parsed`() throws {
        let document = try Fixtures.oversizedWhitespace()
        let error = try #require(throws: KeySetError.self) { try KeySet.parse(document) }
        #expect(error.code == .tooLarge)
    }

    @Test func `ten thousand keys are too many bytes, and a hundred and one too many keys`() throws {
        let huge = try Fixtures.manyKeys()
        #expect(try #require(throws: KeySetError.self) { try KeySet.parse(huge) }.code == .tooLarge)
        let many = try Fixtures.manyKeys(101)
        #expect(try #require(throws: KeySetError.self) { try KeySet.parse(many) }.code == .tooManyKeys)
        #expect(try KeySet.parse(Fixtures.manyKeys(100)).keys.count == 100)
    }

    @Test func `every row of the manifest has a verdict here that agrees with it`() throws {
        let manifest = try #require(try Fixtures.json("manifest.json", in: .hostile).object)
        let generated = ["oversized-whitespace.json", "many-keys-10000.json"]
        for (file, row) in manifest where !generated.contains(file) {
            if row["expect"] == "reject" {
                #expect(Self.refused.contains { $0.file == file }, "\(file)")
            } else if file != "duplicate-kid-different.json" {
                let verdict = try #require(Self.accepted.first { $0.file == file }, "\(file)")
                let usable = try #require(row["usable_kids"]?.array).compactMap(\.string)
                #expect(
                    usable.map { Array($0.utf8) }.sorted(by: bytes)
                        == verdict.usable.map { Array($0.utf8) }.sorted(by: bytes),
                    "\(file)"
                )
            }
        }
        #expect(manifest.count == Self.accepted.count + Self.refused.count + generated.count)
    }

    private func bytes(_ lhs: [UInt8], _ rhs: [UInt8]) -> Bool {
        lhs.lexicographicallyPrecedes(rhs)
    }
}
