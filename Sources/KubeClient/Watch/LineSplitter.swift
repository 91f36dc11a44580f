// Grantor
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Cuts a stream of bytes into lines, however the bytes were cut before.
///
/// Every byte is looked at once and moved at most once beyond its arrival, so that a line of many chunks costs no more
/// than its length.
struct LineSplitter: Sendable {
    /// A line is longer than allowed.
    struct LineTooLong: Error {}

    private static let keptCapacity = 1 << 20

    private let limit: Int
    private var bytes: [UInt8] = []
    /// Where the line begins that is not complete yet.
    private var start = 0
    /// Up to where there is no line break.
    private var scanned = 0

    /// Creates a splitter.
    ///
    /// - Parameter limit: The greatest number of bytes in a line.
    init(limit: Int) {
        self.limit = limit
    }

    /// Takes in some bytes.
    mutating func append(_ chunk: UnsafeRawBufferPointer) {
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
            scanned = 0
        } else if start > 0 {
            bytes.removeSubrange(..<start)
            scanned -= start
        }
        start = 0
        bytes.append(contentsOf: chunk)
    }

    /// Hands the next complete line, without its line break, to a closure; `nil` when more bytes are needed.
    ///
    /// - Throws: `LineTooLong`, also as soon as an incomplete line is too long; and what the closure throws.
    mutating func next<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) throws -> Result? {
        guard let end = nextBreak() else {
            scanned = bytes.count
            guard bytes.count - start <= limit else { throw LineTooLong() }
            return nil
        }
        defer {
            start = end + 1
            scanned = start
        }
        guard end - start <= limit else { throw LineTooLong() }
        return try line(upTo: end, body)
    }

    /// Hands what is left at the end of the stream to a closure; `nil` when nothing is.
    mutating func rest<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) throws -> Result? {
        guard start < bytes.count else { return nil }
        let end = bytes.count
        defer {
            start = end
            scanned = end
        }
        return try line(upTo: end, body)
    }

    private func line<Result>(
        upTo end: Int,
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
        try bytes.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[start..<end])) }
    }

    private func nextBreak() -> Int? {
        bytes.withUnsafeBytes { buffer in
            guard scanned < buffer.count, let base = buffer.baseAddress,
                let found = memchr(base + scanned, Int32(UInt8(ascii: "\n")), buffer.count - scanned)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}
