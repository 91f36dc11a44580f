// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Builds documents from events: follows aliases, merges `<<`, refuses duplicate keys, and counts.
struct YAMLComposer: ~Copyable {
    /// A finished value; an alias shares it, so that memory follows the text and only `cost` follows the expansion.
    private struct Composed {
        var node: Int
        var value: JSONValue
        var cost: Int
    }

    private let limits: YAMLSource.Limits
    private var reader: YAMLEventReader
    private var nodes: [YAMLNode] = []
    private var anchors: [String: Composed] = [:]
    private var spent = 0

    init(bytes: UnsafeBufferPointer<UInt8>, limits: YAMLSource.Limits) throws(YAMLError) {
        self.limits = limits
        reader = try YAMLEventReader(bytes: bytes)
    }

    /// Reads the whole stream.
    mutating func documents() throws(YAMLError) -> [YAMLDocument] {
        var documents: [YAMLDocument] = []
        while true {
            switch try reader.next().kind {
            case .streamEnd: return documents
            case .documentStart:
                nodes.removeAll(keepingCapacity: false)
                anchors.removeAll()
                let root = try compose(try reader.next(), depth: 0)
                documents.append(YAMLDocument(value: root.value, nodes: nodes, root: root.node))
            default: break
            }
        }
    }

    private mutating func compose(_ event: YAMLEvent, depth: Int) throws(YAMLError) -> Composed {
        let composed: Composed
        switch event.kind {
        case .alias(let name):
            guard let target = anchors[name] else {
                throw YAMLError(
                    .unknownAnchor,
                    "no anchor &\(name.prefix(64)) stands before this alias",
                    at: event.mark
                )
            }
            try spend(target.cost, at: event.mark)
            return target
        case .scalar(let text, let tag, let isPlain):
            let scalar = try YAMLScalar(text: text, tag: tag, isPlain: isPlain, mark: event.mark)
            let cost = 1 + text.utf8.count / 64
            try spend(cost, at: event.mark)
            let node = add(
                .scalar(value: scalar.value, source: scalar.source, isMissing: isPlain && text.isEmpty),
                event.mark
            )
            composed = Composed(node: node, value: scalar.value, cost: cost)
        case .sequenceStart:
            composed = try composeSequence(event, depth: depth)
        case .mappingStart:
            composed = try composeMapping(event, depth: depth)
        default:
            throw YAMLError(.invalidSyntax, "a value is expected here", at: event.mark)
        }
        if let anchor = event.anchor { anchors[anchor] = composed }
        return composed
    }

    private mutating func composeSequence(_ start: YAMLEvent, depth: Int) throws(YAMLError) -> Composed {
        try enter(depth, at: start.mark)
        var cost = 1
        var children: [Int] = []
        var values: [JSONValue] = []
        while true {
            let event = try reader.next()
            if case .sequenceEnd = event.kind { break }
            let child = try compose(event, depth: depth + 1)
            children.append(child.node)
            values.append(child.value)
            cost += child.cost
        }
        return Composed(node: add(.sequence(children), start.mark), value: .array(values), cost: cost)
    }

    private mutating func composeMapping(_ start: YAMLEvent, depth: Int) throws(YAMLError) -> Composed {
        try enter(depth, at: start.mark)
        var cost = 1
        var members = YAMLMembers()
        while true {
            let event = try reader.next()
            if case .mappingEnd = event.kind { break }
            let (key, isMerge) = try composeKey(event, depth: depth)
            let child = try compose(try reader.next(), depth: depth + 1)
            cost += child.cost + 1
            if isMerge {
                try merge(child, into: &members, at: event.mark)
            } else if !members.add(key, mark: event.mark, node: child.node, value: child.value) {
                throw YAMLError(.duplicateKey, "the key \"\(key.prefix(128))\" occurs twice", at: event.mark)
            }
        }
        let node = add(.mapping(members.entries), start.mark)
        return Composed(node: node, value: .object(JSONObject(members.values)), cost: cost)
    }

    /// Reads a key as the name of a JSON member: strings as they are, numbers and Booleans as Go prints them.
    private mutating func composeKey(
        _ event: YAMLEvent,
        depth: Int
    ) throws(YAMLError) -> (key: String, isMerge: Bool) {
        let value: JSONValue
        if case .scalar(let text, let tag, let isPlain) = event.kind, event.anchor == nil {
            if isPlain, tag == nil, text == "<<" { return (text, true) }
            try spend(1 + text.utf8.count / 64, at: event.mark)
            value = try YAMLScalar(text: text, tag: tag, isPlain: isPlain, mark: event.mark).value
        } else {
            value = try compose(event, depth: depth + 1).value
        }
        switch value {
        case .string(let text): return (text, false)
        case .integer, .number, .bool: return (value.jsonText, false)
        case .null, .array, .object:
            throw YAMLError(.unsupportedKey, "a key must be a string, not \(value.typeName)", at: event.mark)
        }
    }

    /// Takes over what `<<` names: members that the mapping does not say itself, of several mappings the first.
    private mutating func merge(
        _ source: Composed,
        into members: inout YAMLMembers,
        at mark: Mark
    ) throws(YAMLError) {
        switch nodes[source.node].content {
        case .mapping(let entries):
            guard let object = source.value.object else { return }
            for entry in entries {
                members.inherit(entry, value: object[entry.key] ?? .null)
            }
        case .sequence(let children):
            for (index, child) in children.enumerated() {
                guard case .mapping = nodes[child].content, let value = source.value[index] else {
                    throw YAMLError(.unsupportedValue, "<< takes mappings alone", at: mark)
                }
                try merge(Composed(node: child, value: value, cost: 0), into: &members, at: mark)
            }
        case .scalar:
            throw YAMLError(.unsupportedValue, "<< takes a mapping or a sequence of mappings", at: mark)
        }
    }

    private mutating func add(_ content: YAMLNode.Content, _ mark: Mark) -> Int {
        nodes.append(YAMLNode(mark: mark, content: content))
        return nodes.count - 1
    }

    private mutating func enter(_ depth: Int, at mark: Mark) throws(YAMLError) {
        guard depth < limits.depth else {
            throw YAMLError(.tooDeep, "values are nested more than \(limits.depth) deep", at: mark)
        }
        try spend(1, at: mark)
    }

    private mutating func spend(_ cost: Int, at mark: Mark) throws(YAMLError) {
        spent += cost
        guard spent <= limits.nodes else {
            throw YAMLError(.tooManyNodes, "there are more than \(limits.nodes) values, aliases followed", at: mark)
        }
    }
}
