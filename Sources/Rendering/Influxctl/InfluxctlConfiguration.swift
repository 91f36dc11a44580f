// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import TOMLKit

/// influxctl's `config.toml`, edited in the text so that everything else stays byte for byte.
public struct InfluxctlConfiguration: Sendable {
    /// The greatest size of a file that is edited, in bytes.
    public static let maximumSize = 1 << 20

    /// The text.
    public let bytes: [UInt8]
    /// What a parser makes of it.
    let value: JSONValue

    /// Reads a configuration; an empty text is one without profiles.
    ///
    /// - Throws: `InfluxctlError` with `unreadable` when it is no TOML in UTF-8.
    public init(_ bytes: [UInt8]) throws(InfluxctlError) {
        self.bytes = bytes
        value = try Self.parse(bytes)
    }

    /// The names of the profiles, in the order of the file.
    public var profileNames: [String] { profiles.compactMap { $0["name"]?.string } }

    var profiles: [JSONValue] { value["profile"]?.array ?? [] }

    /// The configuration with a profile put in, or changed where it differs; the same bytes when it does not.
    ///
    /// - Throws: `InfluxctlError` with `notEditable` when the layout does not allow it.
    public func merging(_ profile: InfluxctlProfile) throws(InfluxctlError) -> InfluxctlConfiguration {
        let indices = profiles.indices.filter { index in
            profiles[index]["name"]?.string.map { UTF8Order.equal($0, profile.name) } ?? false
        }
        guard indices.count <= 1 else {
            throw InfluxctlError(.notEditable, "cannot edit the file: two profiles are named \(profile.name)")
        }
        let edited: [UInt8]
        if let index = indices.first {
            try Self.checkProduct(profiles[index], name: profile.name)
            var editor = try InfluxctlProfileEditor(bytes, index: index, name: profile.name)
            edited = try editor.edited(profile, from: profiles[index])
        } else {
            edited = appending(profile)
        }
        let result = try Self.reread(edited)
        try check(result, against: profile, at: indices.first)
        return result
    }

    /// Keys of profiles that influxctl does not know, and so refuses: one line each.
    public var unknownKeys: [String] {
        profiles.flatMap { profile -> [String] in
            let name = profile["name"]?.string ?? "(without name)"
            return Self.unknown(in: profile, below: "", known: Self.known).map { "profile \(name): \($0)" }
        }
    }

    // MARK: - Reading

    private static func parse(_ bytes: [UInt8]) throws(InfluxctlError) -> JSONValue {
        guard bytes.count <= maximumSize else {
            throw InfluxctlError(.unreadable, "cannot read the file: it is larger than \(maximumSize >> 20) MiB")
        }
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw InfluxctlError(.unreadable, "cannot read the file: it is not text in UTF-8")
        }
        let json: String
        do {
            let options: FormatOptions = [.quoteDateAndTimes, .quoteInfinitesAndNaNs, .allowUnicodeStrings]
            json = try TOMLTable(string: text).convert(to: .json, options: options)
        } catch let error as TOMLParseError {
            // What the parser says may quote the file, and the file may hold secrets.
            throw InfluxctlError(.unreadable, "cannot read the file: it is not TOML", line: error.source.begin.line)
        } catch {
            throw InfluxctlError(.unreadable, "cannot read the file: it is not TOML")
        }
        guard let value = try? JSONValue(parsing: json) else {
            throw InfluxctlError(.unreadable, "cannot read the file: it holds values that influxctl has no use for")
        }
        return value
    }

    private static func reread(_ bytes: [UInt8]) throws(InfluxctlError) -> InfluxctlConfiguration {
        do throws(InfluxctlError) {
            return try InfluxctlConfiguration(bytes)
        } catch {
            throw InfluxctlError(.notEditable, "cannot edit the file: its layout leaves no place for the profile")
        }
    }

    private static func checkProduct(_ profile: JSONValue, name: String) throws(InfluxctlError) {
        guard let product = profile["product"]?.string, product != "clustered" else { return }
        throw InfluxctlError(
            .notEditable,
            "cannot edit profile \(name): it is for product \(product); choose another name with --profile"
        )
    }

    // MARK: - Writing

    private func appending(_ profile: InfluxctlProfile) -> [UInt8] {
        let lineEnd = Self.lineEnd(of: bytes)
        let text = profile.text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: lineEnd)
        var result = bytes
        let hasContent = bytes.contains { $0 > 0x20 } && bytes != [0xEF, 0xBB, 0xBF]
        if hasContent {
            if result.last != UInt8(ascii: "\n") { result += Array(lineEnd.utf8) }
            let ending = Array((lineEnd + lineEnd).utf8)
            if result.suffix(ending.count) != ending[...] { result += Array(lineEnd.utf8) }
        }
        return result + Array(text.utf8)
    }

    /// The line end that the text uses.
    static func lineEnd(of bytes: [UInt8]) -> String {
        guard let index = bytes.firstIndex(of: UInt8(ascii: "\n")), index > 0 else { return "\n" }
        return bytes[index - 1] == UInt8(ascii: "\r") ? "\r\n" : "\n"
    }

    /// Proves by a second parse that the profile is what it should be and that nothing else changed its meaning.
    private func check(
        _ result: InfluxctlConfiguration,
        against profile: InfluxctlProfile,
        at index: Int?
    ) throws(InfluxctlError) {
        let failure = InfluxctlError(.notEditable, "cannot edit the file: its layout leaves no place for the profile")
        var others = result.profiles
        guard others.count == profiles.count + (index == nil ? 1 : 0), others.indices.contains(index ?? profiles.count)
        else { throw failure }
        let own = others.remove(at: index ?? profiles.count)
        var before = profiles
        if let index { before.remove(at: index) }
        let isWhole = profile.members.allSatisfy { own[path: $0.path] == $0.value }
        guard isWhole, others == before, own["name"]?.string == profile.name else { throw failure }
        var rest = (value, result.value)
        rest.0["profile"] = nil
        rest.1["profile"] = nil
        guard rest.0 == rest.1 else { throw failure }
    }

    // MARK: - What influxctl knows

    /// The keys of a profile (reference of influxctl); `.null` stands for any value.
    private static let known: JSONValue = [
        "name": .null, "product": .null, "host": .null, "port": .null, "database": .null, "token": .null,
        "mgmt_token": .null, "account_id": .null, "cluster_id": .null,
        "tls": ["insecure": .null, "disable": .null, "cert": .null, "key": .null, "ca": .null],
        "auth": [
            "oauth2": [
                "client_id": .null, "scopes": .null, "parameters": .null, "token_url": .null, "device_url": .null,
            ],
            "token": ["token_file": .null],
        ],
    ]

    private static func unknown(in value: JSONValue, below path: String, known: JSONValue) -> [String] {
        guard let members = value.object, let names = known.object else { return [] }
        return members.flatMap { name, member -> [String] in
            guard let inner = names[name] else { return [path + name] }
            return unknown(in: member, below: path + name + ".", known: inner)
        }
    }
}
