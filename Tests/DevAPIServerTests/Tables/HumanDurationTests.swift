// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

@testable import DevAPIServer

struct HumanDurationTests {
    @Test(arguments: [
        (-5, "<invalid>"), (-1, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (130, "2m10s"), (599, "9m59s"),
        (600, "10m"), (10_799, "179m"), (10_800, "3h"), (11_000, "3h3m"), (28_800, "8h"), (172_799, "47h"),
        (172_800, "2d"), (180_000, "2d2h"), (691_200, "8d"), (63_071_999, "729d"), (63_072_000, "2y"),
        (63_158_400, "2y1d"), (252_288_000, "8y"), (300_000_000, "9y"),
    ])
    func `a duration has two figures at most where it matters`(seconds: Int, text: String) {
        #expect(HumanDuration.text(seconds: seconds) == text)
    }

    @Test func `a time that is missing or broken is said to be`() {
        let now = Date(timeIntervalSince1970: 1_000)
        #expect(HumanDuration.since(nil, now: now) == "<unknown>")
        #expect(HumanDuration.since("yesterday", now: now) == "<invalid>")
        #expect(HumanDuration.since("1970-01-01T00:00:00Z", now: now) == "16m")
    }
}
