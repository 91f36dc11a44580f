// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubeClient

struct LineSplitterTests {
    private func lines(of chunks: [ArraySlice<UInt8>], limit: Int = 1_000) throws -> [String] {
        var splitter = LineSplitter(limit: limit)
        var lines: [String] = []
        for chunk in chunks {
            chunk.withUnsafeBytes { splitter.append($0) }
            while let line = try splitter.next({ String(decoding: $0, as: UTF8.self) }) { lines.append(line) }
        }
        if let rest = try splitter.rest({ String(decoding: $0, as: UTF8.self) }) { lines.append(rest) }
        return lines
    }

    private static let text = Array("one\ntwo é 🙂\n\nthree\r\nfour".utf8)
    private static let expected = ["one", "two é 🙂", "", "three\r", "four"]

    @Test func `lines come out alike at every pair of cuts`() throws {
        let text = Self.text
        for first in 0...text.count {
            for second in first...text.count {
                let found = try lines(of: [text[..<first], text[first..<second], text[second...]])
                #expect(found == Self.expected, "cut at \(first) and \(second)")
            }
        }
    }

    @Test func `lines come out alike byte by byte`() throws {
        #expect(try lines(of: Self.text.indices.map { Self.text[$0...$0] }) == Self.expected)
    }

    @Test func `a line as long as allowed passes, and one byte more does not`() throws {
        let fits = Array((String(repeating: "a", count: 8) + "\n").utf8)
        #expect(try lines(of: [fits[...]], limit: 8) == ["aaaaaaaa"])
        let tooLong = Array((String(repeating: "a", count: 9) + "\n").utf8)
        #expect(throws: LineSplitter.LineTooLong.self) { try lines(of: [tooLong[...]], limit: 8) }
    }

    @Test func `a line without an end is given up as soon as it is too long`() throws {
        var splitter = LineSplitter(limit: 100)
        let chunk = [UInt8](repeating: 65, count: 60)
        chunk.withUnsafeBytes { splitter.append($0) }
        #expect(try splitter.next { $0.count } == nil)
        chunk.withUnsafeBytes { splitter.append($0) }
        #expect(throws: LineSplitter.LineTooLong.self) { try splitter.next { $0.count } }
    }

    @Test func `what a closure throws does not repeat the line`() throws {
        struct Refused: Error {}
        var splitter = LineSplitter(limit: 100)
        Array("bad\ngood\n".utf8).withUnsafeBytes { splitter.append($0) }
        #expect(throws: Refused.self) { try splitter.next { _ in throw Refused() } }
        #expect(try splitter.next { String(decoding: $0, as: UTF8.self) } == "good")
    }

    @Test func `a long line of many chunks is not scanned again and again`() throws {
        // 8 MiB in chunks of 256 bytes: 32,768 appends. Scanning from the start each time would look at 137 GB.
        var splitter = LineSplitter(limit: 8 << 20)
        let chunk = [UInt8](repeating: 65, count: 256)
        let elapsed = try ContinuousClock().measure {
            for _ in 0..<32_768 {
                chunk.withUnsafeBytes { splitter.append($0) }
                _ = try splitter.next { $0.count }
            }
        }
        [UInt8(ascii: "\n")].withUnsafeBytes { splitter.append($0) }
        #expect(try splitter.next { $0.count } == 8 << 20)
        #expect(elapsed < .seconds(5))
    }
}
