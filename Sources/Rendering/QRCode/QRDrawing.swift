// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The modules of a QR code while it is drawn.
struct QRDrawing: Sendable {
    private let layout: QRLayout
    private let size: Int
    private(set) var modules: [Bool]
    /// The modules that are no data, and that no mask touches.
    private var isFixed: [Bool]

    /// Draws what does not depend on the data (ISO/IEC 18004, 6.3).
    init(_ layout: QRLayout) {
        self.layout = layout
        size = layout.size
        modules = Array(repeating: false, count: size * size)
        isFixed = modules
        for index in 0..<size {
            set(6, index, index % 2 == 0)
            set(index, 6, index % 2 == 0)
        }
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawFinder(x, y) }
        let centres = layout.alignmentCentres
        let corners: Set<[Int]> = [[6, 6], [6, size - 7], [size - 7, 6]]
        for x in centres {
            for y in centres where !corners.contains([x, y]) { drawAlignment(x, y) }
        }
        drawFormat(mask: 0)
        drawVersion()
    }

    /// Draws codewords in pairs of columns from the right, upwards and downwards in turn (7.7.3).
    mutating func draw(_ codewords: [UInt8]) {
        var bit = 0
        var column = size - 1
        while column > 0 {
            // The column of the timing pattern is passed over as a whole.
            if column == 6 { column = 5 }
            let isUpward = (column + 1) & 2 == 0
            for step in 0..<size {
                let y = isUpward ? size - 1 - step : step
                for x in [column, column - 1] where !isFixed[y * size + x] {
                    guard bit < codewords.count * 8 else { continue }
                    modules[y * size + x] = codewords[bit / 8] >> UInt8(7 - bit % 8) & 1 == 1
                    bit += 1
                }
            }
            column -= 2
        }
    }

    /// The drawing with a mask over its data (7.8.2) and the format that names it.
    func masked(_ mask: Int) -> QRDrawing {
        var result = self
        for y in 0..<size {
            for x in 0..<size where !isFixed[y * size + x] && Self.inverts(mask, x, y) {
                result.modules[y * size + x].toggle()
            }
        }
        result.drawFormat(mask: mask)
        return result
    }

    private static func inverts(_ mask: Int, _ x: Int, _ y: Int) -> Bool {
        switch mask {
        case 0: (x + y) % 2 == 0
        case 1: y % 2 == 0
        case 2: x % 3 == 0
        case 3: (x + y) % 3 == 0
        case 4: (x / 3 + y / 2) % 2 == 0
        case 5: x * y % 2 + x * y % 3 == 0
        case 6: (x * y % 2 + x * y % 3) % 2 == 0
        default: ((x + y) % 2 + x * y % 3) % 2 == 0
        }
    }

    // MARK: - Patterns

    private mutating func set(_ x: Int, _ y: Int, _ isDark: Bool) {
        guard (0..<size).contains(x), (0..<size).contains(y) else { return }
        modules[y * size + x] = isDark
        isFixed[y * size + x] = true
    }

    private mutating func drawFinder(_ centreX: Int, _ centreY: Int) {
        for y in -4...4 {
            for x in -4...4 {
                let distance = max(abs(x), abs(y))
                set(centreX + x, centreY + y, distance != 2 && distance != 4)
            }
        }
    }

    private mutating func drawAlignment(_ centreX: Int, _ centreY: Int) {
        for y in -2...2 {
            for x in -2...2 { set(centreX + x, centreY + y, max(abs(x), abs(y)) != 1) }
        }
    }

    /// Draws the level and the mask, twice, with the BCH code (15, 5) of annex C.
    private mutating func drawFormat(mask: Int) {
        let data = layout.correction.rawValue << 3 | mask
        var remainder = data
        for _ in 0..<10 { remainder = remainder << 1 ^ (remainder >> 9) * 0x537 }
        let bits = (data << 10 | remainder) ^ 0x5412
        let bit = { (index: Int) in bits >> index & 1 == 1 }
        for index in 0..<6 { set(8, index, bit(index)) }
        set(8, 7, bit(6))
        set(8, 8, bit(7))
        set(7, 8, bit(8))
        for index in 9..<15 { set(14 - index, 8, bit(index)) }
        for index in 0..<8 { set(size - 1 - index, 8, bit(index)) }
        for index in 8..<15 { set(8, size - 15 + index, bit(index)) }
        set(8, size - 8, true)
    }

    /// Draws the version, twice, with the BCH code (18, 6) of annex D; from version 7 on.
    private mutating func drawVersion() {
        guard layout.version >= 7 else { return }
        var remainder = layout.version
        for _ in 0..<12 { remainder = remainder << 1 ^ (remainder >> 11) * 0x1F25 }
        let bits = layout.version << 12 | remainder
        for index in 0..<18 {
            let isDark = bits >> index & 1 == 1
            set(size - 11 + index % 3, index / 3, isDark)
            set(index / 3, size - 11 + index % 3, isDark)
        }
    }
}

// MARK: - Choosing a mask

extension QRDrawing {
    /// How hard the drawing would be to read (7.8.3).
    var penalty: Int {
        let rows = (0..<size).map { y in (0..<size).map { modules[y * size + $0] } }
        let columns = (0..<size).map { x in (0..<size).map { modules[$0 * size + x] } }
        var result = 0
        for line in rows + columns { result += Self.runs(line) + Self.finders(line) }
        for y in 0..<(size - 1) {
            for x in 0..<(size - 1) {
                let dark = rows[y][x]
                if rows[y][x + 1] == dark, rows[y + 1][x] == dark, rows[y + 1][x + 1] == dark { result += 3 }
            }
        }
        let dark = modules.count { $0 }
        return result + abs(dark * 20 - modules.count * 10) / modules.count * 10
    }

    /// Three for five modules of one colour in a row, and one for each further.
    private static func runs(_ line: [Bool]) -> Int {
        var result = 0
        var length = 0
        var previous: Bool?
        for module in line {
            length = module == previous ? length + 1 : 1
            previous = module
            if length == 5 { result += 3 } else if length > 5 { result += 1 }
        }
        return result
    }

    /// Forty for each piece that looks like a finder pattern with light modules on one side.
    private static func finders(_ line: [Bool]) -> Int {
        let finder = [true, false, true, true, true, false, true]
        let light = [false, false, false, false]
        var result = 0
        for start in 0..<max(0, line.count - 10) {
            let piece = line[start..<start + 11]
            if piece.elementsEqual(finder + light) || piece.elementsEqual(light + finder) { result += 40 }
        }
        return result
    }
}
