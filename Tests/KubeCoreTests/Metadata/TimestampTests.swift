// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Testing

struct TimestampTests {
    @Test func `random times are written as FoundationEssentials writes them, and read back`() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3_000 {
            // 0001-01-01 to 9999-12-31.
            let seconds = Int64.random(in: -62_135_596_800...253_402_300_799, using: &generator)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let text = Timestamp.format(date)
            if seconds > -12_219_292_800 {
                // Before 1582 Foundation counts in the Julian calendar.
                #expect(text == date.formatted(.iso8601))
            }
            #expect(Timestamp.parse(text) == date)
        }
    }

    @Test func `random microseconds survive`() throws {
        for _ in 0..<3_000 {
            let micros = Int64.random(in: 0...4_000_000_000_000_000)
            let text = Timestamp.formatMicro(Date(timeIntervalSince1970: Double(micros) / 1_000_000))
            let read = try #require(Timestamp.parse(text))
            #expect(Timestamp.formatMicro(read) == text)
            #expect(Int64((read.timeIntervalSince1970 * 1_000_000).rounded()) == micros)
        }
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0.0), ("1970-01-01T01:00:00+01:00", 0), ("1969-12-31T23:59:59Z", -1),
        ("2000-02-29T00:00:00Z", 951_782_400), ("2026-11-21t08:30:00z", 1_795_249_800),
        ("2026-11-21T08:30:00.25Z", 1_795_249_800.25), ("2026-11-21T00:00:00-08:30", 1_795_249_800),
    ])
    func `times of RFC 3339 are read`(text: String, seconds: Double) {
        #expect(Timestamp.parse(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        "", "2026", "2026-11-21", "2026-11-21T08:30:00", "2026-11-21 08:30:00Z", "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00Zx", "+026-01-01T00:00:00Z",
        "2026-01-01T00:00:00+0100", "٢٠٢٦-01-01T00:00:00Z",
    ])
    func `what is not RFC 3339 is not read`(_ text: String) {
        #expect(Timestamp.parse(text) == nil)
    }

    @Test func `parts of seconds are cut off, or written to the microsecond`() {
        let date = Date(timeIntervalSince1970: 1_795_249_800.75)
        #expect(Timestamp.format(date) == "2026-11-21T08:30:00Z")
        #expect(Timestamp.formatMicro(date) == "2026-11-21T08:30:00.750000Z")
        #expect(Timestamp.formatMicro(Date(timeIntervalSince1970: -0.25)) == "1969-12-31T23:59:59.750000Z")
        #expect(Timestamp.format(Date(timeIntervalSince1970: -0.25)) == "1969-12-31T23:59:59Z")
    }
}
