// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The recursive descent behind `JSONParser`; valid only while the bytes are borrowed.
struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    let parser: JSONParser
    var index = 0
    var depth = 0
    var path = FieldPath()
    var duplicates: [FieldPath] = []
    private var scratch: [UInt8] = []

    init(bytes: UnsafeBufferPointer<UInt8>, parser: JSONParser) {
        self.bytes = bytes
        self.parser = parser
    }

    mutating func scanDocument() throws(JSONError) -> JSONValue {
        skipWhitespace()
        let value = try scanValue()
        skipWhitespace()
        guard index == bytes.count else { throw failure(.invalidSyntax) }
        return value
    }

    private func failure(_ code: JSONError.Code) -> JSONError {
        JSONError(code, offset: index)
    }

    /// The byte at the cursor, or 0 (which no grammar rule accepts) at the end.
    private var current: UInt8 {
        index < bytes.count ? bytes[index] : 0
    }

    private mutating func skipWhitespace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func scanValue() throws(JSONError) -> JSONValue {
        switch current {
        case UInt8(ascii: "{"): return try scanObject()
        case UInt8(ascii: "["): return try scanArray()
        case UInt8(ascii: "\""): return .string(try scanString())
        case UInt8(ascii: "t"): return try scanLiteral("true", .bool(true))
        case UInt8(ascii: "f"): return try scanLiteral("false", .bool(false))
        case UInt8(ascii: "n"): return try scanLiteral("null", .null)
        default: return try scanNumber()
        }
    }

    private mutating func scanLiteral(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let length = text.utf8CodeUnitCount
        guard index + length <= bytes.count else { throw failure(.invalidSyntax) }
        for offset in 0..<length where bytes[index + offset] != text.utf8Start[offset] {
            throw failure(.invalidSyntax)
        }
        index += length
        return value
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= parser.maximumDepth else { throw failure(.tooDeep) }
        index += 1
        skipWhitespace()
    }

    private mutating func scanArray() throws(JSONError) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        let reporting = parser.duplicateMembers == .takeLast
        if current == UInt8(ascii: "]") {
            index += 1
            depth -= 1
            return .array(elements)
        }
        while true {
            if reporting { path.append(index: elements.count) }
            elements.append(try scanValue())
            if reporting { path.removeLast() }
            skipWhitespace()
            let separator = current
            guard separator == UInt8(ascii: ",") || separator == UInt8(ascii: "]") else {
                throw failure(.invalidSyntax)
            }
            index += 1
            if separator == UInt8(ascii: "]") { break }
            skipWhitespace()
        }
        depth -= 1
        return .array(elements)
    }

    private mutating func scanObject() throws(JSONError) -> JSONValue {
        let start = index
        try enter()
        var members: [JSONObject.Member] = []
        let reporting = parser.duplicateMembers == .takeLast
        if current == UInt8(ascii: "}") {
            index += 1
            depth -= 1
            return .object([:])
        }
        while true {
            guard current == UInt8(ascii: "\"") else { throw failure(.invalidSyntax) }
            let name = try scanString()
            skipWhitespace()
            guard current == UInt8(ascii: ":") else { throw failure(.invalidSyntax) }
            index += 1
            skipWhitespace()
            if reporting { path.append(key: name) }
            members.append((name, try scanValue()))
            if reporting { path.removeLast() }
            skipWhitespace()
            let separator = current
            guard separator == UInt8(ascii: ",") || separator == UInt8(ascii: "}") else {
                throw failure(.invalidSyntax)
            }
            index += 1
            if separator == UInt8(ascii: "}") { break }
            skipWhitespace()
        }
        depth -= 1
        var duplicate: String?
        let object = JSONObject(parsed: members, duplicate: &duplicate)
        if let duplicate {
            guard reporting else { throw JSONError(.duplicateMember, offset: start) }
            duplicates.append(path.appending(key: duplicate))
        }
        return .object(object)
    }

    private mutating func scanString() throws(JSONError) -> String {
        index += 1
        let start = index
        var seen: UInt8 = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                let content = UnsafeBufferPointer(rebasing: bytes[start..<index])
                index += 1
                // Nearly every string is ASCII. What `String(validating:)` does is not specialised for this type, and
                // looks its metadata up at each call, which took a twelfth of the operator's time.
                if seen < 0x80 { return String(decoding: content, as: UTF8.self) }
                guard let string = String(validating: content, as: UTF8.self) else {
                    throw JSONError(.invalidUnicode, offset: start)
                }
                return string
            case UInt8(ascii: "\\"):
                return try scanEscapedString(from: start)
            case 0..<0x20:
                throw failure(.invalidSyntax)
            default:
                seen |= byte
                index += 1
            }
        }
        throw failure(.invalidSyntax)
    }

    private mutating func scanEscapedString(from start: Int) throws(JSONError) -> String {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: bytes[start..<index])
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: scratch, as: UTF8.self) else {
                    throw JSONError(.invalidUnicode, offset: start)
                }
                index += 1
                return string
            case UInt8(ascii: "\\"):
                index += 1
                try scanEscape()
            case 0..<0x20:
                throw failure(.invalidSyntax)
            default:
                scratch.append(byte)
                index += 1
            }
        }
        throw failure(.invalidSyntax)
    }

    private mutating func scanEscape() throws(JSONError) {
        let byte = current
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(byte)
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"): try scanUnicodeEscape()
        default:
            index -= 1
            throw failure(.invalidSyntax)
        }
    }

    private mutating func scanUnicodeEscape() throws(JSONError) {
        let start = index
        var code = try scanFourHexDigits()
        if (0xD800..<0xDC00).contains(code) {
            guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
            else { throw JSONError(.invalidUnicode, offset: start) }
            index += 2
            let low = try scanFourHexDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw JSONError(.invalidUnicode, offset: start) }
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw JSONError(.invalidUnicode, offset: start) }
        scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func scanFourHexDigits() throws(JSONError) -> UInt32 {
        guard index + 4 <= bytes.count else { throw failure(.invalidSyntax) }
        var code: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[index] - UInt8(ascii: "A") + 10
            default: throw failure(.invalidSyntax)
            }
            code = code << 4 | UInt32(digit)
            index += 1
        }
        return code
    }

    private mutating func scanDigits() throws(JSONError) {
        let start = index
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current) { index += 1 }
        guard index > start else { throw failure(.invalidSyntax) }
    }

    private mutating func scanNumber() throws(JSONError) -> JSONValue {
        let start = index
        var isInteger = true
        if current == UInt8(ascii: "-") { index += 1 }
        if current == UInt8(ascii: "0") { index += 1 } else { try scanDigits() }
        if current == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            try scanDigits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isInteger = false
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            try scanDigits()
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw JSONError(.numberOutOfRange, offset: start) }
        return .number(number)
    }
}
