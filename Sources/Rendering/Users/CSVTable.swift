// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A table of comma-separated values (RFC 4180), read as bytes: a combining character after a comma hides no comma.
///
/// Fields may be quoted, with quotes doubled inside; lines end in LF, CR or both. Semicolons and tabs separate as well, as
/// spreadsheets write them: what the first line has most of counts.
struct CSVTable {
    /// A record of the table.
    struct Row {
        /// The line that it begins in, counted from 1.
        let line: Int
        /// The fields.
        var fields: [String]
    }

    /// The records, the first with the names of the columns; lines without anything are left out.
    private(set) var rows: [Row] = []

    private let bytes: ArraySlice<UInt8>
    private let delimiter: UInt8
    private var offset: Int
    private var line = 1

    /// Reads a table in UTF-8, a byte order mark allowed.
    ///
    /// - Throws: `ImportError` when it is not UTF-8 or breaks the grammar.
    init(_ bytes: [UInt8]) throws(ImportError) {
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard String(validating: body, as: UTF8.self) != nil else {
            throw ImportError("the table is not UTF-8: export it again, or save it as CSV UTF-8")
        }
        self.bytes = body
        delimiter = Self.delimiter(of: body)
        offset = body.startIndex
        while offset < body.endIndex {
            let row = try row()
            if !row.fields.allSatisfy(\.isEmpty) { rows.append(row) }
        }
    }

    private static func delimiter(of bytes: ArraySlice<UInt8>) -> UInt8 {
        let header = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
        let counts = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")].map { sign in
            (sign, header.count { $0 == sign })
        }
        return counts.max { $0.1 < $1.1 }?.0 ?? UInt8(ascii: ",")
    }

    private mutating func row() throws(ImportError) -> Row {
        var row = Row(line: line, fields: [])
        while true {
            row.fields.append(try field())
            guard offset < bytes.endIndex else { return row }
            let sign = bytes[offset]
            offset += 1
            if sign == delimiter {
                // A delimiter at the very end is followed by one more field, which is empty.
                if offset < bytes.endIndex { continue }
                row.fields.append("")
                return row
            }
            if sign == 0x0D, offset < bytes.endIndex, bytes[offset] == 0x0A { offset += 1 }
            line += 1
            return row
        }
    }

    private mutating func field() throws(ImportError) -> String {
        guard offset < bytes.endIndex, bytes[offset] == UInt8(ascii: "\"") else {
            let start = offset
            while offset < bytes.endIndex, !endsField(bytes[offset]) { offset += 1 }
            return String(decoding: bytes[start..<offset], as: UTF8.self)
        }
        let begin = line
        var content: [UInt8] = []
        offset += 1
        while offset < bytes.endIndex {
            let byte = bytes[offset]
            offset += 1
            if byte == UInt8(ascii: "\"") {
                guard offset < bytes.endIndex, bytes[offset] == UInt8(ascii: "\"") else {
                    guard offset == bytes.endIndex || endsField(bytes[offset]) else {
                        throw ImportError("line \(line): something follows a closed quotation mark")
                    }
                    return String(decoding: content, as: UTF8.self)
                }
                offset += 1
            }
            if byte == 0x0A { line += 1 }
            content.append(byte)
        }
        throw ImportError("line \(begin): a quotation mark is not closed")
    }

    private func endsField(_ byte: UInt8) -> Bool {
        byte == delimiter || byte == 0x0A || byte == 0x0D
    }
}
