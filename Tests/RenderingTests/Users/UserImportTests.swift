// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import Rendering

struct UserImportTests {
    private static let header = "userPrincipalName,displayName,surname,mail,givenName,id,userType,accountEnabled"

    private func rows(_ text: String) throws -> [ImportedUser] {
        try EntraUserTable.users(in: Array(text.utf8))
    }

    private func users(_ text: String) throws -> [ListedUser] {
        try rows(text).map { try $0.user.get() }
    }

    @Test func `the columns of the portal are found by their names`() throws {
        let text = "\(Self.header)\nada@y.org,Ada L,Lovelace,ada@x.org,Ada,id-1,Member,True\n"
        let expected = ListedUser(id: "id-1", firstName: "Ada", lastName: "Lovelace", email: "ada@x.org")
        #expect(try users(text) == [expected])
        #expect(try users("\u{FEFF}" + text) == [expected])
        #expect(try users(text.replacing("\n", with: "\r\n")) == [expected])
        #expect(try users(text.replacing(",", with: ";")) == [expected])
        #expect(try users(text.replacing(",", with: "\t")) == [expected])
        #expect(try users("Object ID,First name,Last name,Email\nid-1,Ada,Lovelace,ada@x.org") == [expected])
    }

    @Test(arguments: [
        ("p@y.org,Ada King Lovelace,,,,1,,", "Ada King", "Lovelace", "p@y.org"),
        ("p@y.org,Solo,,,,1,,", "Solo", "Solo", "p@y.org"), ("p@y.org,,,,,1,,", "p", "p", "p@y.org"),
        ("\"a\",\"King, Ada\",\"The \"\"Countess\"\"\",m,Ada,1,,", "Ada", "The \"Countess\"", "m"),
    ])
    func `missing names come from the display name`(
        _ row: String,
        _ first: String,
        _ last: String,
        _ mail: String
    ) throws {
        let expected = ListedUser(id: "1", firstName: first, lastName: last, email: mail)
        #expect(try users("\(Self.header)\n\(row)\n") == [expected])
    }

    @Test func `rows that cannot be users are left out with the reason`() throws {
        let text = "id,displayName,accountEnabled\n,No Id,True\n1,Off,False\n2,Good,True\n2,Twice,True\n,,\n"
        let outcomes = try rows(text).map { row in
            switch row.user {
            case .success(let user): "\(row.place): \(user.id)"
            case .failure(let refusal): "\(row.place): \(refusal.reason)"
            }
        }
        #expect(
            outcomes == [
                "line 2: it has no id", "line 3: the account is disabled", "line 4: 2",
                "line 5: its id is that of line 4 too",
            ]
        )
    }

    @Test(arguments: [
        ("name,mail\nA,b\n", "no column id"), ("id,name,name\n1,a,b\n", "two columns name"),
        ("id,name\n1,\"a\n", "line 2: a quotation mark is not closed"),
        ("id,name\n1,\"a\"b\n", "line 2: something follows"), ("", "no column id"),
    ])
    func `a table that cannot be read says why`(_ text: String, _ reason: String) {
        let error = #expect(throws: ImportError.self) { try rows(text) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test func `fields over several lines, quotes and combining characters come through`() throws {
        let text = "id,name,mail\r\n1,\"two\nlines\",m\r2,\u{301}x,\n\n\"3\",\"\",\"a\"\"b\"\n4,"
        let table = try CSVTable(Array(text.utf8))
        #expect(table.rows.map(\.line) == [1, 2, 4, 6, 7])
        let fields = [["1", "two\nlines", "m"], ["2", "\u{301}x", ""], ["3", "", "a\"b"], ["4", ""]]
        #expect(table.rows.dropFirst().map(\.fields) == fields)
    }

    @Test func `a table that is not UTF-8 is refused`() {
        let bytes = Array("id,name\n1,".utf8) + [0xE9, 0x0A]
        #expect(throws: ImportError.self) { try EntraUserTable.users(in: bytes) }
    }

    @Test func `a JSON array gives entries and reasons`() throws {
        let text = """
            [{"id": "1", "firstName": "A", "userGroups": ["Auditor"], "more": 1}, {"id": 2}, {}, 3, {"id": "4", "userGroups": "x"}]
            """
        let imported = try UserArray.users(in: Array(text.utf8))
        #expect(try imported.first?.user.get() == ListedUser(id: "1", firstName: "A", groups: ["Auditor"]))
        #expect(imported.dropFirst().allSatisfy { if case .failure = $0.user { true } else { false } })
        #expect(imported.map(\.place) == (1...5).map { "element \($0)" })
    }

    @Test(arguments: ["{}", "[", "[{\"id\": \"a\", \"id\": \"b\"}]", "\"x\""])
    func `anything else is refused`(_ text: String) {
        #expect(throws: ImportError.self) { try UserArray.users(in: Array(text.utf8)) }
    }

    @Test func `a change adds, keeps, sets, removes and reports`() {
        var change = UserChange([["id": "a", "email": "x"], ["id": "b", "note": 1]])
        let isEmptyAtFirst = change.isEmpty
        let results = [
            change.add(ListedUser(id: "a", email: "x")), change.add(ListedUser(id: "a", email: "y")),
        ]
        let isEmptyStill = change.isEmpty
        let more = [
            change.set(ListedUser(id: "b", groups: ["Member"])), change.set(ListedUser(id: "c")),
            change.add(ListedUser(id: "c")),
        ]
        #expect(isEmptyAtFirst && isEmptyStill && !change.isEmpty)
        #expect(results + more == [true, false, true, false, true])
        change.remove("a")
        change.remove("z")
        #expect(change.users == [["id": "b", "note": 1, "userGroups": ["Member"]], ["id": "c"]])
        #expect(
            change.reports.map(\.outcome) == [
                .kept(nil), .kept("is listed already, with other fields"), .changed, .skipped("is not listed"), .added,
                .removed, .skipped("is not listed"),
            ]
        )
    }

    @Test func `ids are compared as bytes, GUIDs also in other letter case`() {
        var change = UserChange([["id": "e\u{301}"], ["id": "ABCDEF01-0000-4000-8000-000000000000"]])
        let isOther = change.add(ListedUser(id: "\u{E9}"))
        let isSame = change.add(ListedUser(id: "abcdef01-0000-4000-8000-000000000000"))
        #expect(isOther && isSame)
        #expect(change.users.count == 3)
    }
}
