// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Builds the tree of a text from events, and finds the bytes that libyaml does not tell: dashes, colons and ends.
struct YAMLTreeBuilder: ~Copyable {
    private(set) var nodes: [YAMLTree.Node] = []
    private(set) var roots: [Int] = []
    private let bytes: UnsafeBufferPointer<UInt8>
    /// The bytes before the first that libyaml gets: a byte order mark.
    private let shift: Int
    private let offsets: ScalarOffsets
    private var reader: YAMLEventReader
    private var anchors: [String: Int] = [:]

    init(bytes: UnsafeBufferPointer<UInt8>, from shift: Int) throws(YAMLError) {
        self.bytes = bytes
        self.shift = shift
        let text = UnsafeBufferPointer(rebasing: bytes[shift...])
        offsets = ScalarOffsets(text)
        reader = try YAMLEventReader(bytes: text)
    }

    /// Reads the whole stream.
    mutating func build() throws(YAMLError) {
        while true {
            switch try reader.next().kind {
            case .streamEnd: return
            case .documentStart:
                anchors.removeAll()
                roots.append(try node(try reader.next()))
            default: break
            }
        }
    }

    private func byte(_ scalar: Int) -> Int {
        shift + offsets.byte(ofScalar: scalar)
    }

    private mutating func node(_ event: YAMLEvent, missingAt place: Int? = nil) throws(YAMLError) -> Int {
        let start = byte(event.scalars.lowerBound)
        let index: Int
        switch event.kind {
        case .alias(let name):
            guard let target = anchors[name] else {
                throw YAMLError(.unknownAnchor, "no anchor &\(name.prefix(64)) stands before", at: event.mark)
            }
            return add(.alias(target: target), event, style: .alias, start: start, end: byte(event.scalars.upperBound))
        case .scalar(let text, let tag, let isPlain):
            let value = try YAMLScalar(text: text, tag: tag, isPlain: isPlain, mark: event.mark).value
            var end = byte(event.scalars.upperBound)
            var start = start
            let isMissing = isPlain && text.isEmpty
            if isMissing, event.anchor == nil, tag == nil, let place { (start, end) = (place, place) }
            if event.style == .literal || event.style == .folded { end = blockScalarEnd(from: start, to: end) }
            index = add(.scalar(value, isMissing: isMissing), event, style: event.style, start: start, end: end)
        case .sequenceStart: index = try sequence(event, start: start)
        case .mappingStart: index = try mapping(event, start: start)
        default: throw YAMLError(.invalidSyntax, "a value is expected here", at: event.mark)
        }
        if let anchor = event.anchor { anchors[anchor] = index }
        return index
    }

    private mutating func sequence(_ event: YAMLEvent, start: Int) throws(YAMLError) -> Int {
        let isFlow = event.style == .flow
        let contentStart = afterProperties(start)
        var items: [YAMLTree.Item] = []
        var end = contentStart
        var flags = (alias: false, anchor: false)
        while true {
            let next = try reader.next()
            if case .sequenceEnd = next.kind {
                if isFlow { end = byte(next.scalars.upperBound) }
                break
            }
            let dash = isFlow ? byte(next.scalars.lowerBound) : afterTrivia(end)
            let child = try node(next, missingAt: isFlow ? nil : dash + 1)
            items.append(.init(value: child, start: isFlow ? nodes[child].start : dash))
            end = max(end, nodes[child].end)
            flags.alias = flags.alias || nodes[child].hasAlias
            flags.anchor = flags.anchor || nodes[child].hasAnchor
        }
        return add(.sequence(items), event, style: event.style, start: start, end: end, flags: flags)
    }

    private mutating func mapping(_ event: YAMLEvent, start: Int) throws(YAMLError) -> Int {
        var entries: [YAMLTree.Entry] = []
        var end = afterProperties(start)
        var flags = (alias: false, anchor: false)
        while true {
            let next = try reader.next()
            if case .mappingEnd = next.kind {
                if event.style == .flow { end = byte(next.scalars.upperBound) }
                break
            }
            let key = try node(next)
            let (name, isMerge) = name(of: key, next)
            let colon = afterTrivia(nodes[key].end)
            let hasColon = colon < bytes.count && bytes[colon] == UInt8(ascii: ":")
            let value = try node(try reader.next(), missingAt: hasColon ? colon + 1 : nodes[key].end)
            end = max(end, nodes[value].end, nodes[key].end)
            entries.append(
                .init(
                    name: name,
                    key: key,
                    value: value,
                    isMerge: isMerge,
                    isUnusual: !hasColon || isExplicit(nodes[key]),
                    colonEnd: hasColon ? colon + 1 : nodes[key].end
                )
            )
            flags.alias = flags.alias || nodes[value].hasAlias || nodes[key].hasAlias
            flags.anchor = flags.anchor || nodes[value].hasAnchor || nodes[key].hasAnchor
        }
        return add(.mapping(entries), event, style: event.style, start: start, end: end, flags: flags)
    }

    private func name(of key: Int, _ event: YAMLEvent) -> (String, isMerge: Bool) {
        var content = nodes[key].content
        if case .alias(let target) = content { content = nodes[target].content }
        guard case .scalar(let value, _) = content else { return ("", false) }
        if case .scalar(let text, nil, true) = event.kind, event.anchor == nil, text == "<<" { return (text, true) }
        return (value.string ?? value.jsonText, false)
    }

    private mutating func add(
        _ content: YAMLTree.Content,
        _ event: YAMLEvent,
        style: YAMLTree.Style,
        start: Int,
        end: Int,
        flags: (alias: Bool, anchor: Bool) = (false, false)
    ) -> Int {
        let isAlias = style == .alias
        let contentStart = isAlias ? start : min(afterProperties(start), max(end, start))
        var tagged = false
        if case .scalar(_, let tag?, _) = event.kind { tagged = !tag.isEmpty }
        nodes.append(
            YAMLTree.Node(
                content: content,
                style: style,
                mark: event.mark,
                start: start,
                contentStart: contentStart,
                end: max(end, contentStart),
                column: contentStart == start ? event.mark.column - 1 : column(of: contentStart),
                anchor: event.anchor,
                hasTag: tagged || (contentStart > start && bytes[start..<contentStart].contains(UInt8(ascii: "!"))),
                hasAlias: isAlias || flags.alias,
                hasAnchor: event.anchor != nil || flags.anchor
            )
        )
        return nodes.count - 1
    }

    // MARK: - Bytes

    /// The first byte after anchors and tags and what stands between them and the content.
    private func afterProperties(_ start: Int) -> Int {
        var offset = start
        while offset < bytes.count, bytes[offset] == UInt8(ascii: "&") || bytes[offset] == UInt8(ascii: "!") {
            while offset < bytes.count, !Self.isSpace(bytes[offset]) { offset += 1 }
            let after = afterTrivia(offset)
            guard after < bytes.count else { return offset }
            offset = after
        }
        return offset
    }

    /// The first byte from there on that is neither white space nor part of a comment.
    private func afterTrivia(_ start: Int) -> Int {
        var offset = start
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "#"), offset == 0 || Self.isSpace(bytes[offset - 1]) {
                while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
            } else if Self.isSpace(bytes[offset]) {
                offset += 1
            } else {
                break
            }
        }
        return offset
    }

    /// The end of a block scalar before its last line break; blank lines after it count only when it keeps them.
    private func blockScalarEnd(from start: Int, to end: Int) -> Int {
        var headerEnd = start
        var keeps = false
        while headerEnd < end, bytes[headerEnd] != 0x0A, bytes[headerEnd] != 0x0D {
            if bytes[headerEnd] == UInt8(ascii: "+") { keeps = true }
            headerEnd += 1
        }
        var last = end
        if keeps {
            if last > headerEnd, bytes[last - 1] == 0x0A { last -= 1 }
            if last > headerEnd, bytes[last - 1] == 0x0D { last -= 1 }
            return last
        }
        while last > headerEnd {
            var place = last
            while place > headerEnd, bytes[place - 1] == UInt8(ascii: " ") { place -= 1 }
            guard place > headerEnd, bytes[place - 1] == 0x0A || bytes[place - 1] == 0x0D else { break }
            last = place - 1
        }
        return last
    }

    /// Whether a key is introduced by `?` on its line.
    private func isExplicit(_ key: YAMLTree.Node) -> Bool {
        if key.style == .block || key.style == .flow { return true }
        var offset = key.start
        while offset > shift, bytes[offset - 1] == UInt8(ascii: " ") || bytes[offset - 1] == UInt8(ascii: "\t") {
            offset -= 1
        }
        guard offset < key.start, offset > shift, bytes[offset - 1] == UInt8(ascii: "?") else { return false }
        return offset - 1 == shift || Self.isSpace(bytes[offset - 2]) || "{[,".utf8.contains(bytes[offset - 2])
    }

    private func column(of place: Int) -> Int {
        var column = 0
        var offset = place
        while offset > shift, bytes[offset - 1] != 0x0A, bytes[offset - 1] != 0x0D {
            offset -= 1
            if bytes[offset] & 0xC0 != 0x80 { column += 1 }
        }
        return column
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
