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
        let isNew = documents.isEmpty && document == 0
        guard isNew || documents.indices.contains(document) else {
            throw YAMLEditingError(.notFound, "cannot find document \(document + 1) of \(documents.count)")
        }
        let current = isNew ? .null : documents[document].value
        let wanted = try Self.setting(value, at: path.elements[...], in: current, path: path)
        guard !current.isSame(as: wanted) else { return [] }
        let text = SourceText(bytes)
        let (edits, newNotes) = try edits(to: wanted, from: current, in: text, document: document)
        let result = TextEdit.applying(edits, to: bytes)
        documents = try verified(result, is: wanted, document: document, edits: edits)
        bytes = result
        notes += newNotes
        return edits
    }

    /// Changes or adds one value.
    ///
    /// - Throws: `YAMLEditingError`; the text is then unchanged.
    @discardableResult
    public mutating func set(
        _ value: JSONValue,
        at path: FieldPath,
        document: Int = 0
    ) throws(YAMLEditingError) -> [TextEdit] {
        try makeEqual(at: path, to: value, document: document)
    }

    /// Takes out a member or an element; nothing happens when it is not there.
    ///
    /// - Throws: `YAMLEditingError`; the text is then unchanged.
    @discardableResult
    public mutating func remove(at path: FieldPath, document: Int = 0) throws(YAMLEditingError) -> [TextEdit] {
        guard documents.indices.contains(document), let last = path.elements.last else { return [] }
        var parent = path
        parent.removeLast()
        switch (last, Self.value(at: parent, in: documents[document].value)) {
        case (.key(let name), .object(var object)?) where object[name] != nil:
            object[name] = nil
            return try makeEqual(at: parent, to: .object(object), document: document)
        case (.index(let index), .array(var elements)?) where elements.indices.contains(index):
            elements.remove(at: index)
            return try makeEqual(at: parent, to: .array(elements), document: document)
        default: return []
        }
    }

    /// Puts an element into a list, before the one at that position; the end of the list is allowed.
    ///
    /// - Throws: `YAMLEditingError`; the text is then unchanged.
    @discardableResult
    public mutating func insert(
        _ value: JSONValue,
        into path: FieldPath,
        at index: Int,
        document: Int = 0
    ) throws(YAMLEditingError) -> [TextEdit] {
        let list = documents.indices.contains(document) ? Self.value(at: path, in: documents[document].value) : nil
        var elements = list?.array ?? []
        guard (0...elements.count).contains(index) else {
            throw YAMLEditingError(.notFound, "cannot find position \(index) of \(path), which has \(elements.count)")
        }
        elements.insert(value, at: index)
        return try makeEqual(at: path, to: .array(elements), document: document)
    }

    // MARK: - Editing

    private func edits(
        to wanted: JSONValue,
        from current: JSONValue,
        in text: SourceText,
        document: Int
    ) throws(YAMLEditingError) -> ([TextEdit], [YAMLEditingNote]) {
        // A last line without a line break is edited as if it had one, and gets none in the end.
        let lacksBreak = !bytes.isEmpty && bytes.last != 0x0A && bytes.last != 0x0D
        let source = lacksBreak ? SourceText(bytes + text.lineBreak) : text
        let tree: YAMLTree
        do throws(YAMLError) {
            tree = try YAMLTree(source.bytes)
        } catch {
            throw YAMLEditingError(error)
        }
        var plan = EditPlan(text: source, tree: tree, memberOrder: memberOrder)
        // The last line break of a block scalar counts, and the text is to have none at its end.
        plan.allowsBlockScalars = !lacksBreak
        if tree.roots.indices.contains(document) {
            plan.reconcile(tree.roots[document], from: current, to: wanted, at: .root, templates: [])
        } else {
            var writer = plan.writer()
            writer.writeBlock(wanted, column: 0, templates: [])
            writer.breakLine()
            plan.edit(source.bytes.count..<source.bytes.count, writer.output)
        }
        let sorted = TextEdit.sorted(plan.edits)
        plan.noteLostComments(sorted)
        guard lacksBreak else { return (sorted, plan.notes) }
        var result = TextEdit.applying(sorted, to: source.bytes)
        if result.last == 0x0A { result.removeLast() }
        if result.last == 0x0D { result.removeLast() }
        return (TextEdit.difference(from: bytes, to: result), plan.notes)
    }

    /// Reads a result and makes sure that it means what was asked, and that the other documents mean what they did.
    private func verified(
        _ result: [UInt8],
        is wanted: JSONValue,
        document: Int,
        edits: [TextEdit]
    ) throws(YAMLEditingError) -> [YAMLDocument] {
        let place = edits.first.map { SourceText(bytes).mark(of: $0.range.lowerBound) } ?? Mark(line: 1, column: 1)
        let refusal = YAMLEditingError(
            .notEditable,
            "cannot edit the YAML as it is laid out here: edit it by hand",
            at: place
        )
        guard let read = try? YAMLSource.documents(in: result, limits: limits),
            read.count == max(documents.count, 1), read[document].value.isSame(as: wanted)
        else { throw refusal }
        for index in documents.indices where index != document {
            guard read[index].value.isSame(as: documents[index].value) else { throw refusal }
        }
        return read
    }

    // MARK: - Paths

    private static func value(at path: FieldPath, in root: JSONValue) -> JSONValue? {
        var value = root
        for element in path.elements {
            let next: JSONValue?
            switch element {
            case .key(let name): next = value[name]
            case .index(let index): next = value[index]
            }
            guard let next else { return nil }
            value = next
        }
        return value
    }

    private static func setting(
        _ value: JSONValue,
        at elements: ArraySlice<FieldPath.Element>,
        in current: JSONValue,
        path: FieldPath
    ) throws(YAMLEditingError) -> JSONValue {
        switch (elements.first, current) {
        case (nil, _): return value
        case (.key(let name)?, .object), (.key(let name)?, .null):
            var copy = current
            copy[name] = try setting(value, at: elements.dropFirst(), in: current[name] ?? .null, path: path)
            return copy
        case (.index(let index)?, .array(var list)) where (0...list.count).contains(index):
            let old = list.indices.contains(index) ? list[index] : .null
            let new = try setting(value, at: elements.dropFirst(), in: old, path: path)
            if index == list.count { list.append(new) } else { list[index] = new }
            return .array(list)
        default:
            throw YAMLEditingError(.notFound, "cannot follow the path \(path): there is \(current.typeName) in the way")
        }
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
