// Grantor
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KubeCore
import Testing

/// The documents that the tests read.
enum Fixtures {
    /// The directories of documents.
    enum Directory: String {
        /// What providers serve.
        case providers = "jwks"
        /// What goes wrong.
        case hostile = "jwks-hostile"
    }

    /// The bytes of a document.
    static func bytes(_ name: String, in directory: Directory) throws -> [UInt8] {
        let root = try #require(Bundle.module.resourceURL)
        return [UInt8](try Data(contentsOf: root.appending(path: "Fixtures/\(directory.rawValue)/\(name)")))
    }

    /// A document as JSON.
    static func json(_ name: String, in directory: Directory) throws -> JSONValue {
        try JSONValue(parsing: bytes(name, in: directory))
    }

    /// The entries of a document.
    static func keys(_ name: String, in directory: Directory = .hostile) throws -> [JSONValue] {
        try #require(try json(name, in: directory)["keys"]?.array)
    }

    /// A usable RSA key and a usable EC key, under the ids `good` and `good-ec`.
    static func goodKeys() throws -> [JSONValue] {
        try keys("baseline-good.json")
    }

    /// A key set of the given entries.
    static func set(_ keys: [JSONValue]) -> [UInt8] {
        (["keys": .array(keys)] as JSONValue).jsonBytes
    }

    /// An entry with members changed; `nil` removes one.
    static func changed(_ key: JSONValue, _ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        var result = key
        for (name, value) in members { result[name] = value }
        return result
    }

    /// A good key in 3 MiB of spaces.
    static func oversizedWhitespace() throws -> [UInt8] {
        let space = [UInt8](repeating: 0x20, count: 3 << 19)
        return space + Self.set([try #require(try goodKeys().first)]) + space
    }

    /// The good RSA key under 10,000 ids.
    static func manyKeys(_ count: Int = 10_000) throws -> [UInt8] {
        let key = try #require(try goodKeys().first)
        return set((0..<count).map { changed(key, ["kid": .string("k\($0)")]) })
    }
}
