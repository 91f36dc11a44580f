// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore

/// How grants are divided among ConfigMaps, of which each holds 1 MiB at most (`MaxSecretSize` of `core/v1`).
///
/// Which one a grant is in follows from its name, whose end is a hash of the user: of who is granted and how many there
/// are, and of nothing else. Adding or removing a user touches one ConfigMap, but for the few times that the number of
/// ConfigMaps changes.
struct GrantPages: Sendable {
    /// One grant.
    struct Entry: Sendable {
        /// The name.
        var name: String
        /// The user.
        var userID: String
        /// Name and spec as compact JSON.
        var bytes: [UInt8]
    }

    /// How large the texts may be, in bytes.
    struct Limits: Sendable {
        /// What a text is meant to stay below.
        var target = 800 << 10
        /// What a text may not exceed; the rest is for the names of keys.
        var maximum = 1_000 << 10
        /// How many ConfigMaps there are at most.
        var count = 64
    }

    private static let head =
        #"{"apiVersion":"\#(ResourceType.adminGrants.apiVersion)","kind":"AdminGrantList","items":["#
    private static let foot = "\n]}\n"

    /// The grants, page by page; within a page in the order of their names.
    let entries: [[Entry]]

    /// Divides the grants of users.
    init(_ admins: [AdminUser], provider: String, appInstance: String, limits: Limits = Limits()) {
        let all = admins.map { Self.entry($0, provider, appInstance) }.sorted {
            UTF8Order.compare($0.name, $1.name) < 0
        }
        let size = all.reduce(0) { $0 + $1.bytes.count + 2 }
        var count = max(1, (size + limits.target - 1) / limits.target)
        var pages = Self.divide(all, by: count)
        // Chance may put more into one than into another.
        while count < limits.count, pages.contains(where: { Self.size(of: $0) > limits.maximum }) {
            count += 1
            pages = Self.divide(all, by: count)
        }
        entries = pages
    }

    /// The text of a page: JSON, one grant to a line.
    func text(of page: Int) -> String {
        guard entries.indices.contains(page) else { return "" }
        var bytes = Array(Self.head.utf8)
        bytes.reserveCapacity(Self.size(of: entries[page]))
        for (index, entry) in entries[page].enumerated() {
            bytes.append(contentsOf: index == 0 ? [UInt8(ascii: "\n")] : [UInt8(ascii: ","), UInt8(ascii: "\n")])
            bytes.append(contentsOf: entry.bytes)
        }
        bytes.append(contentsOf: Self.foot.utf8)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func entry(_ user: AdminUser, _ provider: String, _ appInstance: String) -> Entry {
        let name = GrantContent.name(of: user.id, appInstance: appInstance)
        let spec = AdminGrant.Spec(appInstance: appInstance, identityProvider: provider, user: user)
        let value: JSONValue = ["metadata": ["name": .string(name)], "spec": spec.json]
        return Entry(name: name, userID: user.id, bytes: value.jsonBytes)
    }

    private static func size(of page: [Entry]) -> Int {
        page.reduce(head.utf8.count + foot.utf8.count) { $0 + $1.bytes.count + 2 }
    }

    private static func divide(_ entries: [Entry], by count: Int) -> [[Entry]] {
        if count <= 1 { return [entries] }
        var pages = [[Entry]](repeating: [], count: count)
        for entry in entries { pages[page(of: entry.name, among: count)].append(entry) }
        return pages
    }

    /// The page of a grant: the first characters of the hash as a fraction of all there are.
    static func page(of name: String, among count: Int) -> Int {
        var value = 0
        for byte in name.utf8.suffix(GrantName.digestLength).prefix(5) {
            // base32: a to z, then 2 to 7
            value =
                value << 5 | Int(byte >= UInt8(ascii: "a") ? byte - UInt8(ascii: "a") : byte - UInt8(ascii: "2") + 26)
        }
        return min((value * count) >> 25, count - 1)
    }
}
