// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Testing

@testable import AdminGrants

struct GrantPagesTests {
    static func users(_ range: Range<Int>) -> [AdminUser] {
        range.map { AdminUser(id: "user-\($0)", firstName: "A", lastName: "B", email: "u\($0)@example.com") }
    }

    static func pages(_ users: [AdminUser], limits: GrantPages.Limits = .init()) -> GrantPages {
        GrantPages(users, provider: "keycloak", appInstance: "influxdb", limits: limits)
    }

    private static let small: GrantPages.Limits = {
        var limits = GrantPages.Limits()
        limits.target = 4_000
        limits.maximum = 5_000
        return limits
    }()

    @Test func `a text is a list of AdminGrants with one to a line`() throws {
        let text = Self.pages(Self.users(0..<3)).text(of: 0)
        #expect(text.split(separator: "\n").count == 5)
        #expect(text.hasSuffix("]}\n"))
        let list = try JSONValue(parsing: Array(text.utf8))
        #expect(list["kind"] == "AdminGrantList" && list["apiVersion"] == "grantor.dev/v1alpha1")
        let items = try #require(list["items"]?.array)
        #expect(Set(items.compactMap { $0["spec"]?["userID"]?.string }) == ["user-0", "user-1", "user-2"])
        for item in items {
            let spec = try AdminGrant.Spec(json: item["spec"] ?? .null)
            #expect(spec.appInstance == "influxdb" && spec.groups == ["Admin"])
            #expect(item["metadata"]?["name"]?.string == GrantContent.name(of: spec.userID, appInstance: "influxdb"))
        }
    }

    @Test func `nobody at all is an empty list`() throws {
        let list = try JSONValue(parsing: Array(Self.pages([]).text(of: 0).utf8))
        #expect(list["items"] == [])
    }

    @Test func `the order of users does not matter`() {
        let users = Self.users(0..<50)
        #expect(Self.pages(users).text(of: 0) == Self.pages(users.reversed()).text(of: 0))
    }

    @Test func `ten thousand users go into a few ConfigMaps, each of which an API server takes`() {
        let users = (0..<10_000).map { number in
            AdminUser(
                id: "6f1b6a1c-7c0e-4b5e-9a55-\(String(100_000_000_000 + number))",
                firstName: "Wolfgang",
                lastName: "Featherstonehaugh",
                email: "wolfgang.featherstonehaugh-\(number)@subsidiary.example.com"
            )
        }
        let pages = Self.pages(users)
        let sizes = pages.entries.indices.map { pages.text(of: $0).utf8.count }
        print("10,000 grants: \(sizes)")
        #expect((2...6).contains(sizes.count))
        #expect(sizes.allSatisfy { $0 <= 1_000 << 10 })
        #expect(pages.entries.reduce(0) { $0 + $1.count } == 10_000)
    }

    @Test func `one user more touches one page`() {
        let before = Self.pages(Self.users(0..<100), limits: Self.small)
        let after = Self.pages(Self.users(0..<101), limits: Self.small)
        #expect(before.entries.count > 2)
        #expect(before.entries.count == after.entries.count)
        let changed = before.entries.indices.filter { before.text(of: $0) != after.text(of: $0) }
        #expect(changed.count == 1)
    }

    @Test func `no page is larger than it may be, whatever chance does`() {
        for count in stride(from: 0, through: 600, by: 7) {
            let pages = Self.pages(Self.users(0..<count), limits: Self.small)
            for index in pages.entries.indices { #expect(pages.text(of: index).utf8.count <= Self.small.maximum) }
            #expect(pages.entries.reduce(0) { $0 + $1.count } == count)
        }
    }

    @Test func `a user who fits nowhere does not make endless pages`() {
        let giant = AdminUser(id: "x", firstName: String(repeating: "a", count: 9_000), lastName: "B", email: "a@b")
        #expect(Self.pages([giant], limits: Self.small).entries.count <= Self.small.count)
    }

    @Test(arguments: [("influxdb", 0, "influxdb-admin-grants"), ("a-1", 12, "a-1-admin-grants-12")])
    func `a name tells AppInstance and number`(_ instance: String, _ index: Int, _ name: String) {
        #expect(GrantDocument.name(index, of: instance) == name)
        #expect(GrantDocument.appInstance(of: name) == instance)
    }

    @Test(arguments: [
        "-admin-grants", "influxdb-admin-grants-0", "influxdb-admin-grants-x", "influxdb-admin-grants-01",
        "influxdb-admin-grants-+1", "influxdb-admin-keys", "",
    ])
    func `other names are not ours`(_ name: String) {
        #expect(GrantDocument.appInstance(of: name) == nil)
    }
}
