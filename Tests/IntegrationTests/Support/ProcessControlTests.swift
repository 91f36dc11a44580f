// Grantor
// SPDX-License-Identifier: Apache-2.0

import Subprocess
import TestKit
import Testing

/// Where the signals of tests go: one that goes astray ends a program of another test.
@Suite(.timeLimit(.minutes(1)))
struct ProcessControlTests {
    @Test func `a signal to a program that has ended reaches no other program`() async throws {
        let short = Command(path: "/bin/sh", arguments: ["-c", "exit 3"])
        let loop = "trap 'echo there' USR1; echo ready; while :; do sleep 0.05; done"
        let long = Command(path: "/bin/sh", arguments: ["-c", loop])
        try await short.controlled { ended in
            #expect(try await ended.end() == 3)
            try await long.controlled { other in
                try await other.lines.wait("it runs") { $0 == ["ready"] }
                ended.send(.kill)
                other.send(.userDefinedOne)
                try await other.lines.wait("its answer", within: .seconds(10)) { $0.contains("there") }
                #expect(other.status() == nil)
            }
        }
    }
}
