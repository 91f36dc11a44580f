// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Rendering
import Testing
import YAMLSource

/// Edits of a text, each compared byte by byte.
struct YAMLEditorTests {
    /// A text, what it is to mean at a path (nothing: to be taken out), and the text that comes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let before: String
        let path: FieldPath
        let value: JSONValue?
        let after: String

        init(_ name: String, _ before: String, _ path: FieldPath, _ value: JSONValue?, _ after: String) {
            testDescription = name
            self.before = before
            self.path = path
            self.value = value
            self.after = after
        }
    }

    static let users = FieldPath(keys: "admin", "users")

    static let cases: [Case] = [
        Case("a scalar", "a: 1 # one\nb: 2\n", FieldPath(keys: "a"), 5, "a: 5 # one\nb: 2\n"),
        Case("double quotes stay", "a: \"x\"\n", FieldPath(keys: "a"), "w", "a: \"w\"\n"),
        Case("single quotes stay", "a: 'x'\n", FieldPath(keys: "a"), "it's", "a: 'it''s'\n"),
        Case("quotes where they are needed", "a: x\n", FieldPath(keys: "a"), "no", "a: \"no\"\n"),
        Case("the quotes that the text prefers", "b: 'x'\na: x\n", FieldPath(keys: "a"), "0123", "b: 'x'\na: '0123'\n"),
        Case("a missing value", "a:\nb: 2\n", FieldPath(keys: "a"), "x", "a: x\nb: 2\n"),
        Case("a missing value with a comment", "a: # none\nb: 2\n", FieldPath(keys: "a"), "x", "a: x # none\nb: 2\n"),
        Case("a new key", "a: 1\nb: 2\n", FieldPath(keys: "c"), 3, "a: 1\nb: 2\nc: 3\n"),
        Case(
            "a new key below comments that belong above",
            "a:\n  b: 1\n  # end\nc: 1\n",
            FieldPath(keys: "a", "d"),
            2,
            "a:\n  b: 1\n  d: 2\n  # end\nc: 1\n"
        ),
        Case("a new key without a line break at the end", "a: 1", FieldPath(keys: "c"), 3, "a: 1\nc: 3"),
        Case(
            "a new mapping on the way",
            "a: 1\n",
            FieldPath(keys: "b", "c", "d"),
            true,
            "a: 1\nb:\n  c:\n    d: true\n"
        ),
        Case(
            "four columns as elsewhere",
            "a:\n    b: 1\n",
            FieldPath(keys: "c", "d"),
            1,
            "a:\n    b: 1\nc:\n    d: 1\n"
        ),
        Case("a key goes", "a: 1\n# about b\nb: 2 # two\nc: 3\n", FieldPath(keys: "b"), nil, "a: 1\n# about b\nc: 3\n"),
        Case("the last key goes", "a: 1\nb: 2\n", FieldPath(keys: "b"), nil, "a: 1\n"),
        Case("the last key goes without a line break", "a: 1\nb: 2", FieldPath(keys: "b"), nil, "a: 1"),
        Case("the only key goes", "a:\n  b: 2\nc: 1\n", FieldPath(keys: "a", "b"), nil, "a: {}\nc: 1\n"),
        Case(
            "the first key beside a dash goes",
            "- a: 1\n  b: 2\n",
            FieldPath([.index(0), .key("a")]),
            nil,
            "- b: 2\n"
        ),
        Case(
            "it goes and a comment stays",
            "- a: 1\n  # b\n  b: 2\n",
            FieldPath([.index(0), .key("a")]),
            nil,
            "-\n  # b\n  b: 2\n"
        ),
        Case("an element goes", "l:\n- a\n- b # two\n- c\n", FieldPath([.key("l"), .index(1)]), nil, "l:\n- a\n- c\n"),
        Case(
            "the only element goes",
            "l:\n  # none\n  - a\nx: 1\n",
            FieldPath([.key("l"), .index(0)]),
            nil,
            "l: []\n  # none\nx: 1\n"
        ),
        Case("an element comes", "l:\n- a\n- b\n", FieldPath([.key("l"), .index(2)]), "c", "l:\n- a\n- b\n- c\n"),
        Case(
            "an element comes, indented",
            "l:\n  - a\nx: 1\n",
            FieldPath([.key("l"), .index(1)]),
            "c",
            "l:\n  - a\n  - c\nx: 1\n"
        ),
        Case(
            "an element of an empty list",
            "l: [] # none\nx: 1\n",
            FieldPath([.key("l"), .index(0)]),
            "c",
            "l: # none\n- c\nx: 1\n"
        ),
        Case(
            "an element in brackets",
            "l: [a, b] # two\n",
            FieldPath([.key("l"), .index(2)]),
            "c",
            "l: [a, b, c] # two\n"
        ),
        Case("an element in brackets goes", "l: [a, b, c]\n", FieldPath([.key("l"), .index(1)]), nil, "l: [a, c]\n"),
        Case("the last in brackets goes", "l: [a, b, c]\n", FieldPath([.key("l"), .index(2)]), nil, "l: [a, b]\n"),
        Case("the first in brackets goes", "l: [a, b, c]\n", FieldPath([.key("l"), .index(0)]), nil, "l: [b, c]\n"),
        Case("a member in braces", "m: {a: 1, b: x}\n", FieldPath(keys: "m", "b"), "w", "m: {a: 1, b: w}\n"),
        Case("a new member in braces", "m: {a: 1}\n", FieldPath(keys: "m", "b"), "w: z", "m: {a: 1, b: \"w: z\"}\n"),
        Case("a list for a scalar", "a: x # c\nb: 1\n", FieldPath(keys: "a"), ["w"], "a: # c\n- w\nb: 1\n"),
        Case("a scalar for a list", "a:\n- w\n# c\n- z\nb: 1\n", FieldPath(keys: "a"), "x", "a: x\n# c\nb: 1\n"),
        Case("a scalar for a list in a list", "-\n  - w\n- z\n", FieldPath([.index(0)]), "x", "- x\n- z\n"),
        Case(
            "Windows line ends",
            "a:\r\n- x\r\nb: 1\r\n",
            FieldPath([.key("a"), .index(1)]),
            "w",
            "a:\r\n- x\r\n- w\r\nb: 1\r\n"
        ),
        Case("a byte order mark", "\u{FEFF}a: 1\n", FieldPath(keys: "a"), 2, "\u{FEFF}a: 2\n"),
        Case("a block scalar", "a: |\n  x\n  y\nb: 1\n", FieldPath(keys: "a"), "x\nz\n", "a: |\n  x\n  z\nb: 1\n"),
        Case(
            "a key after a block scalar",
            "a:\n  t: |\n    x\n\nb: 1\n",
            FieldPath(keys: "a", "u"),
            1,
            "a:\n  t: |\n    x\n  u: 1\n\nb: 1\n"
        ),
        Case("beside an anchor", "a: &x 1\nb: *x\nc: 3\n", FieldPath(keys: "c"), 4, "a: &x 1\nb: *x\nc: 4\n"),
        Case("an alias is written out", "a: &x 1\nb: *x\n", FieldPath(keys: "b"), 4, "a: &x 1\nb: 4\n"),
        Case(
            "an anchored value, and its alias stays what it was",
            "a: &x 1\nb: *x\n",
            FieldPath(keys: "a"),
            4,
            "a: &x 4\nb: 1\n"
        ),
        Case(
            "a member over a merge key",
            "d: &d\n  a: 1\n  b: 2\nm:\n  <<: *d\n  c: 3\n",
            FieldPath(keys: "m", "a"),
            9,
            "d: &d\n  a: 1\n  b: 2\nm:\n  <<: *d\n  c: 3\n  a: 9\n"
        ),
        Case(
            "a member of a merge key goes",
            "d: &d\n  a: 1\n  b: 2\nm:\n  <<: *d\n  c: 3\n",
            FieldPath(keys: "m", "a"),
            nil,
            "d: &d\n  a: 1\n  b: 2\nm:\n  c: 3\n  b: 2\n"
        ),
        Case(
            "JSON",
            "{\"a\": [\n  {\"id\": \"x\"}\n]}\n",
            FieldPath([.key("a"), .index(1)]),
            ["id": "w"],
            "{\"a\": [\n  {\"id\": \"x\"},\n  {\"id\": \"w\"}\n]}\n"
        ),
        Case(
            "indented JSON",
            "{\n  \"a\": []\n}\n",
            FieldPath(keys: "b"),
            ["c": ["d"]],
            "{\n  \"a\": [],\n  \"b\": {\n    \"c\": [\n      \"d\"\n    ]\n  }\n}\n"
        ),
        Case(
            "JSON with surrogate pairs",
            "{\"e\": \"\\ud83d\\ude00\", \"a\": 1}",
            FieldPath(keys: "a"),
            2,
            "{\"e\": \"\\ud83d\\ude00\", \"a\": 2}"
        ),
        Case("a text of comments", "# nothing yet\n", FieldPath(keys: "a"), 1, "# nothing yet\na: 1\n"),
        Case("an empty text", "", FieldPath(keys: "a"), 1, "a: 1\n"),
        Case(
            "letters outside ASCII before it",
            "ä: ö # ü\nb: 😀\nc: 1\n",
            FieldPath(keys: "c"),
            2,
            "ä: ö # ü\nb: 😀\nc: 2\n"
        ),
        Case("a string that only looks equal", "a: e\u{301}\n", FieldPath(keys: "a"), "\u{E9}", "a: \"\u{E9}\"\n"),
        Case("an end mark", "---\na: 1\n...\n", FieldPath(keys: "b"), 2, "---\na: 1\nb: 2\n...\n"),
    ]

    @Test(arguments: cases)
    func `an edit changes what it must and nothing else`(_ row: Case) throws {
        var editor = try YAMLEditor(Array(row.before.utf8))
        let edits: [TextEdit]
        if let value = row.value {
            edits = try editor.set(value, at: row.path)
        } else {
            edits = try editor.remove(at: row.path)
        }
        #expect(String(decoding: editor.bytes, as: UTF8.self) == row.after)
        #expect(editor.bytes == Array(row.after.utf8))
        #expect(TextEdit.applying(edits, to: Array(row.before.utf8)) == editor.bytes)
    }

    @Test(arguments: cases)
    func `the same from the difference of whole documents, and once more nothing`(_ row: Case) throws {
        let wanted = try YAMLSource.value(in: Array(row.after.utf8))
        var editor = try YAMLEditor(Array(row.before.utf8))
        try editor.makeEqual(to: wanted)
        #expect(String(decoding: editor.bytes, as: UTF8.self) == row.after)
        #expect(try editor.makeEqual(to: wanted).isEmpty)
        #expect(editor.bytes == Array(row.after.utf8))
    }

    // MARK: - Users

    private static let sample = """
        # Who may do everything
        admin:
          identityProvider: auth0   # the tenant of the company
          users:
            # the founder
            - id: "auth0|1"
              firstName: Ada
              lastName: "Lovelace"
              email: 'ada@example.com'
              userGroups: [Admin]

            - id: "auth0|2"   # until March
              firstName: Grace
              lastName: "Hopper"
              email: 'grace@example.com'
              # to be asked: Auditor too?
          dsn: {value: x}

        """

    private func users(_ text: String) throws -> [JSONValue] {
        try YAMLSource.value(in: Array(text.utf8))["admin"]?["users"]?.array ?? []
    }

    @Test func `a new user is written as its neighbours are`() throws {
        var editor = try YAMLEditor(Array(Self.sample.utf8))
        let user: JSONValue = [
            "id": "0123", "firstName": "no", "lastName": "Noether", "email": "emmy@example.com",
            "userGroups": ["Admin", "Auditor"],
        ]
        try editor.insert(user, into: Self.users, at: 2)
        let expected = Self.sample.replacing(
            "      # to be asked: Auditor too?\n",
            with: """
                      # to be asked: Auditor too?

                    - id: "0123"
                      firstName: "no"
                      lastName: "Noether"
                      email: 'emmy@example.com'
                      userGroups: [Admin, Auditor]

                """
        )
        #expect(String(decoding: editor.bytes, as: UTF8.self) == expected)
    }

    @Test func `a user goes with its lines alone`() throws {
        var editor = try YAMLEditor(Array(Self.sample.utf8))
        try editor.remove(at: Self.users.appending(index: 0))
        let text = String(decoding: editor.bytes, as: UTF8.self)
        #expect(!text.contains("Ada"))
        #expect(text.contains("  users:\n    # the founder\n"))
        #expect(text.hasSuffix("    - id: \"auth0|2\"" + Self.sample.components("    - id: \"auth0|2\"")))
    }

    @Test func `users are matched by id, whatever their order and number`() throws {
        var editor = try YAMLEditor(Array(Self.sample.utf8))
        var wanted = Array(try users(Self.sample).reversed())
        wanted[1]["email"] = "countess@example.com"
        wanted.insert(["id": "x", "firstName": "X", "lastName": "Y", "email": "x@example.com"], at: 1)
        try editor.makeEqual(at: Self.users, to: .array(wanted))
        #expect(try users(String(decoding: editor.bytes, as: UTF8.self)) == wanted)
        #expect(try editor.makeEqual(at: Self.users, to: .array(wanted)).isEmpty)
    }
}

/// What an edit cannot do, and what it says of what it had to do.
struct YAMLEditorNoteTests {
    private func messages(_ before: String, _ path: FieldPath, _ value: JSONValue?) throws -> [String] {
        var editor = try YAMLEditor(Array(before.utf8))
        if let value { try editor.set(value, at: path) } else { try editor.remove(at: path) }
        return editor.notes.map { "\($0.mark): \($0.message)" }
    }

    @Test func `an alias that is written out is said`() throws {
        let text = "a: &x 1\nb: *x\n"
        let message = "2:4: the alias is written out, because the value differs from that of its anchor"
        #expect(try messages(text, FieldPath(keys: "b"), 2) == [message])
        #expect(try messages(text, FieldPath(keys: "a"), 2) == [message])
        #expect(try messages(text, FieldPath(keys: "c"), 2) == [])
    }

    @Test func `a merge key that is written out is said`() throws {
        let text = "d: &d {a: 1, b: 2}\nm:\n  <<: *d\n  c: 3\n"
        #expect(try messages(text, FieldPath(keys: "m", "a"), nil).first?.contains("what << takes over") == true)
        #expect(try messages(text, FieldPath(keys: "m", "a"), 5) == [])
    }

    @Test func `a comment that goes is said, with its place`() throws {
        let text = "l:\n- a # one\n- b\n"
        let gone = "2:5: a comment goes with what it stands in"
        #expect(try messages(text, FieldPath([.key("l"), .index(0)]), nil) == [gone])
        #expect(try messages(text, FieldPath([.key("l"), .index(1)]), nil) == [])
    }

    @Test func `an anchor goes, and its aliases are written out`() throws {
        var editor = try YAMLEditor(Array("a: &x [1]\nb: *x\nc: *x\n".utf8))
        try editor.remove(at: FieldPath(keys: "a"))
        #expect(String(decoding: editor.bytes, as: UTF8.self) == "b:\n- 1\nc:\n- 1\n")
    }

    @Test func `what stands in the way of a path is an error, and the text stays`() throws {
        var editor = try YAMLEditor(Array("a: 1\n".utf8))
        let error = #expect(throws: YAMLEditingError.self) { try editor.set(1, at: FieldPath(keys: "a", "b")) }
        #expect(error?.code == .notFound)
        #expect(throws: YAMLEditingError.self) { try editor.set(1, at: FieldPath(keys: "a"), document: 1) }
        #expect(throws: YAMLEditingError.self) { try editor.insert(1, into: FieldPath(keys: "l"), at: 1) }
        #expect(editor.bytes == Array("a: 1\n".utf8))
    }

    @Test func `text that is not YAML is an error with its place`() {
        let error = #expect(throws: YAMLEditingError.self) { try YAMLEditor(Array("a: 1\na: 2\n".utf8)) }
        #expect(error?.code == .unreadable)
        #expect(error?.description == "cannot read YAML: the key \"a\" occurs twice (line 2, column 1)")
    }

    @Test func `documents that are not meant stay, whatever they hold`() throws {
        let text = "a: 1\n---\n# two\na: &x 2\nb: *x\n---\n[z]\n"
        var editor = try YAMLEditor(Array(text.utf8))
        try editor.set(3, at: FieldPath(keys: "a"), document: 0)
        try editor.set("w", at: FieldPath([.index(1)]), document: 2)
        let expected = text.replacing("a: 1", with: "a: 3").replacing("[z]", with: "[z, w]")
        #expect(String(decoding: editor.bytes, as: UTF8.self) == expected)
    }
}

extension String {
    /// What stands after a piece.
    fileprivate func components(_ piece: String) -> String {
        guard let range = firstRange(of: piece) else { return "" }
        return String(self[range.upperBound...])
    }
}
