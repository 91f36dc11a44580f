// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import GrantorCommands

struct DurationArgumentTests {
    @Test(arguments: [
        ("15s", Duration.seconds(15)), ("500ms", .milliseconds(500)), ("1m30s", .seconds(90)), ("2h", .seconds(7_200)),
        ("1.5s", .milliseconds(1_500)), ("0s", .zero),
    ])
    func `spans are read as Kubernetes writes them`(text: String, duration: Duration) {
        #expect(DurationArgument(argument: text)?.duration == duration)
    }

    @Test(arguments: ["", "15", "s", "-1s", "1d", "1 s", "1e3s", "1.2.3s", "15s "])
    func `anything else is none`(text: String) {
        #expect(DurationArgument(argument: text) == nil)
    }
}
