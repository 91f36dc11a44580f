// Grantor
// SPDX-License-Identifier: Apache-2.0

package import KubeCore

/// The parts of a YAML text as they are written, with the bytes that each takes up; for editing.
///
/// Aliases and `<<` stand as they are, not followed. Offsets count bytes of the whole text, a byte order mark included.
package struct YAMLTree: Sendable {
    /// How a value is written.
    package enum Style: Sendable, Hashable {
        /// A scalar without quotes; also a value that is missing.
        case plain
        /// A scalar in single quotes.
        case singleQuoted
        /// A scalar in double quotes.
        case doubleQuoted
        /// A block scalar that begins with `|`.
        case literal
        /// A block scalar that begins with `>`.
        case folded
        /// A collection by indentation.
        case block
        /// A collection in brackets or braces.
        case flow
        /// `*name`.
        case alias
    }

    /// A member of a mapping.
    package struct Entry: Sendable {
        /// The name of the member; `<<` when it merges.
        package let name: String
        /// The place of the key in `nodes`.
        package let key: Int
        /// The place of the value in `nodes`.
        package let value: Int
        /// Whether it is `<<`.
        package let isMerge: Bool
        /// Whether the key is introduced by `?`, or no `:` follows it.
        package let isUnusual: Bool
        /// The byte after the `:`.
        package let colonEnd: Int
    }

    /// An element of a sequence.
    package struct Item: Sendable {
        /// The place of the element in `nodes`.
        package let value: Int
        /// Where its `-` stands; in flow style where the element begins.
        package let start: Int
    }

    /// What a node is.
    package enum Content: Sendable {
        /// A scalar; `isMissing` when nothing stands there, as after `key:`.
        case scalar(JSONValue, isMissing: Bool)
        /// An alias of another node.
        case alias(target: Int)
        /// A sequence.
        case sequence([Item])
        /// A mapping.
        case mapping([Entry])
    }

    /// One value or key.
    package struct Node: Sendable {
        /// What it is.
        package let content: Content
        /// How it is written.
        package let style: Style
        /// The position of its beginning.
        package let mark: Mark
        /// Its first byte, an anchor or tag before it included.
        package let start: Int
        /// Its first byte after anchor and tag.
        package let contentStart: Int
        /// The byte after its last one; before the line break in every case.
        package let end: Int
        /// The column of `contentStart`, counted from 0 in Unicode scalars.
        package let column: Int
        /// The anchor put on it.
        package let anchor: String?
        /// Whether it has a tag.
        package let hasTag: Bool
        /// Whether it is an alias or holds one.
        package let hasAlias: Bool
        /// Whether it or something in it has an anchor.
        package let hasAnchor: Bool
    }

    /// All nodes of all documents; children stand before their parents.
    package let nodes: [Node]
    /// The root of each document.
    package let roots: [Int]

    /// Reads a text that `YAMLSource.documents` has accepted.
    ///
    /// Strings with surrogate pairs, which JSON has and libyaml does not take, stand at their place with another value.
    ///
    /// - Throws: `YAMLError` when it is not YAML.
    package init(_ bytes: [UInt8]) throws(YAMLError) {
        do throws(YAMLError) {
            (nodes, roots) = try Self.build(bytes)
        } catch {
            guard let masked = JSONEscapes.maskingSurrogates(bytes) else { throw error }
            (nodes, roots) = try Self.build(masked)
        }
    }

    private static func build(_ bytes: [UInt8]) throws(YAMLError) -> ([Node], [Int]) {
        let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<([Node], [Int]), YAMLError> in
            do throws(YAMLError) {
                var builder = try YAMLTreeBuilder(bytes: buffer, from: mark)
                try builder.build()
                return .success((builder.nodes, builder.roots))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
