// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

@testable import KeySets

struct ServerClockTests {
    private let noon = Date(timeIntervalSince1970: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT
    private let header = "Sun, 06 Nov 1994 08:49:37 GMT"

    private func offset(_ date: String?, age: String? = nil, sent: Double, received: Double) -> Double? {
        ServerClock.offset(
            date: date,
            age: age,
            sent: noon.addingTimeInterval(sent),
            received: noon.addingTimeInterval(received)
        )
    }

    @Test func `the header of the standard is read`() {
        #expect(ServerClock.time(header) == noon)
    }

    @Test(arguments: [
        "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 40 Nov 1994 08:49:37 GMT",
    ])
    func `anything else says nothing`(text: String) {
        #expect(ServerClock.time(text) == nil)
        #expect(offset(text, sent: 0, received: 1) == nil)
    }

    @Test func `what lies between question and answer is no difference`() {
        #expect(offset(header, sent: -1, received: 1) == 0)
        #expect(offset(header, sent: 0.9, received: 0.95) == 0)
        #expect(offset(header, sent: -9, received: 0) == 0)
    }

    @Test func `a clock that is ahead or behind is told by how much`() {
        #expect(offset(header, sent: -101, received: -100) == 100)
        #expect(offset(header, sent: 101, received: 102) == -100)
    }

    @Test func `an answer from a cache is as old as it says`() {
        #expect(offset(header, age: "600", sent: 600, received: 601) == 0)
        #expect(offset(header, age: "nonsense", sent: 0, received: 1) == 0)
    }
}
