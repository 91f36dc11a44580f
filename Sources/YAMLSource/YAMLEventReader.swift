// Grantor
// SPDX-License-Identifier: Apache-2.0

import CYaml

/// What libyaml met in the text.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(anchor: String)
        case scalar(text: String, tag: String?, isPlain: Bool)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }

    let kind: Kind
    /// The anchor put on a scalar, sequence or mapping.
    let anchor: String?
    /// How a scalar, sequence or mapping is written; plain for everything else.
    let style: YAMLTree.Style
    let mark: Mark
    /// Where it begins and ends, in Unicode scalars from the beginning of the text.
    let scalars: Range<Int>
}

/// Pulls events from libyaml, as it comes with Yams; valid only while the bytes are borrowed.
///
/// Yams' own composer is not used: it recurses over the text without a bound of ours, hashes whole trees to find
/// duplicate keys (an alias as a key makes that exponential), takes canonically equivalent keys for one, and gives no
/// position for keys.
struct YAMLEventReader: ~Copyable {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(bytes: UnsafeBufferPointer<UInt8>) throws(YAMLError) {
        self.bytes = bytes
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw YAMLError(.tooLarge, "there is not enough memory", at: Mark(line: 1, column: 1))
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event; after `streamEnd` the same again.
    mutating func next() throws(YAMLError) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        var anchor: UnsafeMutablePointer<UInt8>?
        var style = YAMLTree.Style.plain
        let kind: YAMLEvent.Kind
        switch event.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_ALIAS_EVENT: kind = .alias(anchor: Self.string(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            anchor = scalar.anchor
            style = Self.style(of: scalar.style)
            kind = .scalar(
                text: String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self),
                tag: Self.string(scalar.tag),
                isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE
            )
        case YAML_SEQUENCE_START_EVENT:
            anchor = event.data.sequence_start.anchor
            style = event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE ? .flow : .block
            kind = .sequenceStart
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            anchor = event.data.mapping_start.anchor
            style = event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE ? .flow : .block
            kind = .mappingStart
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        default: kind = .streamEnd
        }
        let start = Int(event.start_mark.index)
        return YAMLEvent(
            kind: kind,
            anchor: Self.string(anchor),
            style: style,
            mark: Self.mark(event.start_mark),
            scalars: start..<max(start, Int(event.end_mark.index))
        )
    }

    private static func style(of style: yaml_scalar_style_t) -> YAMLTree.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    private static func string(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private static func mark(_ mark: yaml_mark_t) -> Mark {
        Mark(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private func failure() -> YAMLError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "the text cannot be read"
        switch state.error {
        case YAML_MEMORY_ERROR:
            return YAMLError(.tooLarge, "there is not enough memory", at: Self.mark(state.mark))
        case YAML_READER_ERROR:
            let mark = position(ofByte: Int(state.problem_offset))
            let isControl = problem.contains("control characters")
            let detail = isControl ? "a control character is not allowed here" : "the text is not valid UTF-8"
            return YAMLError(.invalidEncoding, detail, at: mark)
        default:
            let mark = Self.mark(state.problem_mark)
            var detail = advice(for: problem, at: mark) ?? problem
            if let context = state.context, state.context_mark.line != state.problem_mark.line {
                detail += ", \(String(cString: context)) that begins in line \(state.context_mark.line + 1)"
            }
            return YAMLError(problem.contains("nesting") ? .tooDeep : .invalidSyntax, detail, at: mark)
        }
    }

    /// Better words for what people run into most.
    private func advice(for problem: String, at mark: Mark) -> String? {
        switch problem {
        case "found character that cannot start any token":
            switch byte(at: mark) {
            case UInt8(ascii: "\t"): "a tab cannot indent: use spaces"
            case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "%"):
                "a plain value cannot begin with this character: quote it"
            default: problem
            }
        case "mapping values are not allowed in this context":
            "a mapping cannot begin here: check the indentation, and quote a value that holds ': '"
        case "could not find expected ':'":
            "a ':' is missing after a key"
        case "did not find expected key":
            "a key is expected here: check the indentation, and quote a value that begins with a quotation mark"
        default: nil
        }
    }

    private func position(ofByte offset: Int) -> Mark {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return Mark(line: line, column: column)
    }

    private func byte(at mark: Mark) -> UInt8? {
        var line = 1
        var column = 1
        for byte in bytes {
            if line == mark.line, column == mark.column, byte & 0xC0 != 0x80 { return byte }
            if line > mark.line { return nil }
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return nil
    }
}
