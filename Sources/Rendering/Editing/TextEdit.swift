// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A replacement of some bytes of a text.
public struct TextEdit: Hashable, Sendable {
    /// The bytes that go, as offsets into the text before any edit.
    public let range: Range<Int>

    /// The bytes that take their place.
    public let replacement: [UInt8]

    /// An edit that puts `replacement` where `range` was.
    public init(range: Range<Int>, replacement: [UInt8]) {
        self.range = range
        self.replacement = replacement
    }
}
