// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Rendering

struct QRCodeTests {
    /// The data and the correction of the example in ISO/IEC 18004, annex I: version 1, level M.
    @Test func `the correction of the standard's example comes out`() {
        let data: [UInt8] = [
            0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11,
        ]
        let checks: [UInt8] = [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55]
        #expect(ReedSolomon(checks: 10).remainder(data) == checks)
    }

    @Test func `the field has the products of its polynomial`() {
        #expect(ReedSolomon.product(0, 77) == 0)
        #expect(ReedSolomon.product(1, 77) == 77)
        #expect(ReedSolomon.product(0x80, 2) == 0x1D)
        #expect(ReedSolomon.product(0x53, 0xCA) == ReedSolomon.product(0xCA, 0x53))
    }

    /// ISO/IEC 18004, table 7, for byte mode.
    @Test func `each version takes the bytes that the standard lists`() {
        let low = [17, 32, 53, 78, 106, 134, 154, 192, 230, 271]
        let medium = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213]
        #expect((1...10).map { QRLayout($0, .low).capacity } == low)
        #expect((1...10).map { QRLayout($0, .medium).capacity } == medium)
    }

    @Test(arguments: [0, 1, 14, 15, 17, 18, 32, 53, 78, 106, 134, 154, 192, 230, 271])
    func `the smallest version is taken, and the better correction where it is free`(count: Int) throws {
        let code = try #require(QRCode(String(repeating: "x", count: count)))
        #expect(QRLayout(code.version, code.correction).capacity >= count)
        if code.version > 1 { #expect(QRLayout(code.version - 1, .low).capacity < count) }
        #expect((code.correction == .medium) == (QRLayout(code.version, .medium).capacity >= count))
        #expect(code.size == 17 + 4 * code.version)
    }

    @Test func `what does not fit gives no code`() {
        #expect(QRCode(String(repeating: "x", count: 272)) == nil)
        #expect(QRCode(String(repeating: "é", count: 136)) == nil)
        #expect(QRCode(String(repeating: "é", count: 135)) != nil)
    }

    @Test func `finder patterns are in three corners, and the timing patterns between them`() throws {
        for count in [10, 100, 271] {
            let code = try #require(QRCode(String(repeating: "q", count: count)))
            for (x, y) in [(0, 0), (code.size - 7, 0), (0, code.size - 7)] {
                let rows = (0..<7).map { row in (0..<7).map { code.isDark(x: x + $0, y: y + row) ? "#" : "." }.joined()
                }
                #expect(rows == ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"])
            }
            for index in 8..<(code.size - 8) {
                #expect(code.isDark(x: index, y: 6) == (index % 2 == 0))
                #expect(code.isDark(x: 6, y: index) == (index % 2 == 0))
            }
            #expect(code.isDark(x: 8, y: code.size - 8))
        }
    }

    /// ISO/IEC 18004, annex C, for levels L and M and the masks 0 to 7.
    @Test func `both copies of the format name the level and the mask`() throws {
        let known: [QRCode.Correction: [Int]] = [
            .low: [0x77C4, 0x72F3, 0x7DAA, 0x789D, 0x662F, 0x6318, 0x6C41, 0x6976],
            .medium: [0x5412, 0x5125, 0x5E7C, 0x5B4B, 0x45F9, 0x40CE, 0x4F97, 0x4AA0],
        ]
        for count in 0..<60 {
            let code = try #require(QRCode(String(repeating: "z", count: count)))
            let first =
                [(8, 0), (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 7), (8, 8), (7, 8)] + (0..<6).map { (5 - $0, 8) }
            let second = (0..<8).map { (code.size - 1 - $0, 8) } + (0..<7).map { (8, code.size - 7 + $0) }
            for places in [first, second] {
                let bits = places.enumerated().reduce(0) { sum, place in
                    sum | (code.isDark(x: place.element.0, y: place.element.1) ? 1 << place.offset : 0)
                }
                #expect(bits == known[code.correction]?[code.mask])
            }
        }
    }

    @Test func `half blocks hold each module and a light margin`() throws {
        let code = try #require(QRCode("https://127.0.0.1:8443/device?user_code=BCDF-GHJK"))
        let lines = code.halfBlocks(quietZone: 2)
        #expect(lines.count == (code.size + 5) / 2)
        #expect(lines.allSatisfy { $0.count == code.size + 4 })
        #expect(lines[0].allSatisfy { $0 == "\u{2588}" })
        for y in 0..<code.size {
            let line = Array(lines[(y + 2) / 2])
            for x in 0..<code.size {
                let character = line[x + 2]
                let isDark = (y + 2) % 2 == 0 ? " \u{2584}".contains(character) : " \u{2580}".contains(character)
                #expect(isDark == code.isDark(x: x, y: y))
            }
        }
    }

    /// The symbol that another encoder (qrcode 8.2 of PyPI) makes of the same text; zxing-cpp and OpenCV read it.
    @Test func `a known text gives the known symbol`() throws {
        let known = """
            #######.#...#...#####.#######
            #.....#..###.##.###...#.....#
            #.###.#.###.####..#.#.#.###.#
            #.###.#.###..##.####..#.###.#
            #.###.#.#..####.#..#..#.###.#
            #.....#...#...#.#####.#.....#
            #######.#.#.#.#.#.#.#.#######
            ..........##...#.####........
            ####..#.#.##..#..###.#..###.#
            #.###.....#.....#.#######...#
            .####.#..###....###.##.##.##.
            ##...#..####.#......#####...#
            #..#####.#######.#.#.....##..
            ##.#.#.##..##.####.#####..###
            #..##.##..#.###...###.....###
            ....#..###....#.....##..#..#.
            #.###.#..##..##.#.#.##..##.#.
            .#.##....#..#.##..#.#..#.###.
            #.##..#.###...####...#..#.#..
            ..#..#....###...##...#....#..
            .####.##.#.#.##..##.#######..
            ........#..##.#.###.#...#####
            #######....#.#..##.##.#.##.#.
            #.....#...##.###..#.#...##...
            #.###.#..##.#.#.##..#####.##.
            #.###.#.##.##.##.#..##.###.##
            #.###.#.#.#..##..#.#...#..#.#
            #.....#.#.###..##..##.####.#.
            #######.##........####.##..#.
            """
        let code = try #require(QRCode("https://idp.example.com/device?user_code=WDJB-MJHT"))
        let lines = (0..<code.size).map { y in
            (0..<code.size).map { code.isDark(x: $0, y: y) ? "#" : "." }.joined()
        }
        #expect(lines.joined(separator: "\n") == known)
    }
}
