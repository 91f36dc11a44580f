// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore
public import YAMLSource

/// Changes values in a YAML text and leaves every other byte as it is.
///
/// Comments, the order of keys, quotes, anchors, indentation, blank lines, line ends, a byte order mark and a missing
/// line break at the end all stay. What is new is laid out as its neighbours are, and quoted so that readers of YAML
/// 1.1 and of YAML 1.2 take it for the same. Every result is read again and compared with what was asked before
/// anybody gets to see it. JSON is edited as the YAML that it is.
public struct YAMLEditor: Sendable {
    /// The text as it is now.
    public private(set) var bytes: [UInt8]
    /// The documents of the text, empty ones included; `document:` below counts them from 0.
    public private(set) var documents: [YAMLDocument]
    /// What to tell a person about the edits so far.
    public private(set) var notes: [YAMLEditingNote] = []
    /// In which order members of a new mapping stand when nothing beside it shows one; the rest follows sorted.
    public var memberOrder = ["id", "firstName", "lastName", "email", "userGroups", "apiVersion", "kind", "metadata"]

    private let limits: YAMLSource.Limits

    /// Reads a text.
    ///
    /// - Throws: `YAMLEditingError` with code `unreadable` when it is not YAML.
    public init(_ bytes: [UInt8], limits: YAMLSource.Limits = .init()) throws(YAMLEditingError) {
        self.bytes = bytes
        self.limits = limits
        documents = try Self.read(bytes, limits: limits)
    }

    /// Changes what differs between the value at a path and the one wanted, and nothing else.
    ///
    /// Mappings are compared by key. Elements of lists are matched by their `id` (or `name`) where each has one of its
    /// own, else by what is equal, in order. Missing mappings on the way are made. Asked a second time, it changes
    /// nothing.
    ///
    /// - Parameters:
    ///   - path: Where in the document; the root when it is left out.
    ///   - value: What the document is to mean there.
    ///   - document: Which document of the text, counted from 0.
    /// - Returns: The edits as they were applied, in order, with offsets into the text before; empty when it meant that
    ///   already.
    /// - Throws: `YAMLEditingError`; the text is then unchanged.
    @discardableResult
    public mutating func makeEqual(
        at path: FieldPath = FieldPath(),
        to value: JSONValue,
        document: Int = 0
    ) throws(YAMLEditingError) -> [TextEdit] {
        throw YAMLEditingError(.notEditable, "cannot edit YAML yet")
    }

    private static func read(
        _ bytes: [UInt8],
        limits: YAMLSource.Limits
    ) throws(YAMLEditingError) -> [YAMLDocument] {
        do throws(YAMLError) {
            return try YAMLSource.documents(in: bytes, limits: limits)
        } catch {
            throw YAMLEditingError(error)
        }
    }
}
