// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A QR code (ISO/IEC 18004) of up to 271 bytes: byte mode, versions 1 to 10.
///
/// Enough for the address of a login with the code in it; numbers in clause comments are those of the 2015 edition.
public struct QRCode: Sendable, Hashable {
    /// How much of the symbol may be damaged.
    public enum Correction: Int, CaseIterable, Sendable {
        /// About 7 %.
        case low = 1
        /// About 15 %.
        case medium = 0
    }

    /// The number of modules on a side: 21 for version 1, four more for each further one.
    public let size: Int
    /// The version, 1 to 10.
    public let version: Int
    /// The mask pattern, 0 to 7.
    public let mask: Int
    /// The level of correction.
    public let correction: Correction
    private let modules: [Bool]

    /// Encodes a text as UTF-8 in the smallest version that takes it; `nil` when none does.
    ///
    /// - Parameters:
    ///   - text: What a reader shall read.
    ///   - correction: The least level; the higher one is used where it costs no larger version.
    public init?(_ text: String, correction: Correction = .low) {
        let bytes = Array(text.utf8)
        guard let version = (1...10).first(where: { QRLayout($0, correction).capacity >= bytes.count }) else {
            return nil
        }
        let best: Correction = QRLayout(version, .medium).capacity >= bytes.count ? .medium : correction
        let layout = QRLayout(version, best)
        var drawing = QRDrawing(layout)
        drawing.draw(layout.codewords(for: bytes))
        let candidates = (0..<8).map { drawing.masked($0) }
        let penalties = candidates.map { $0.penalty }
        guard let mask = penalties.indices.min(by: { penalties[$0] < penalties[$1] }) else { return nil }
        self.version = version
        self.correction = best
        self.mask = mask
        size = layout.size
        modules = candidates[mask].modules
    }

    /// Whether the module is dark; outside of the symbol everything is light.
    public func isDark(x: Int, y: Int) -> Bool {
        guard (0..<size).contains(x), (0..<size).contains(y) else { return false }
        return modules[y * size + x]
    }
}

extension QRCode {
    /// Lines of half blocks (U+2580 and its like), two rows of modules each; light modules are drawn, dark ones left out.
    ///
    /// On a terminal with light text on a dark ground that is a dark code on light, as readers want it.
    ///
    /// - Parameter quietZone: The light modules around; the standard has 4, readers of screens do with 2.
    /// - Returns: The lines, all of one width.
    public func halfBlocks(quietZone: Int = 2) -> [String] {
        let range = -quietZone..<(size + quietZone)
        return stride(from: range.lowerBound, to: range.upperBound, by: 2).map { y in
            String(
                range.map { x -> Character in
                    let isLastRow = y + 1 >= range.upperBound
                    switch (isDark(x: x, y: y), isDark(x: x, y: y + 1) || isLastRow) {
                    case (false, false): return "\u{2588}"
                    case (false, true): return "\u{2580}"
                    case (true, false): return "\u{2584}"
                    case (true, true): return " "
                    }
                }
            )
        }
    }
}
