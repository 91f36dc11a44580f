// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import Testing

@testable import KubeController

struct ReconcileErrorTests {
    @Test(arguments: KubeError.Code.allCases.filter { $0 != .notLeading })
    func `every failure of the API server is tried again`(code: KubeError.Code) {
        let error = ReconcileError(classifying: KubeError(code, "cannot do it"))
        guard case .transient(let policy) = error.kind else {
            Issue.record("\(code) is not tried again")
            return
        }
        #expect(error.reason == code.rawValue)
        #expect(error.message == "cannot do it")
        #expect((policy == .external) == (code.disposition == .permanent))
    }

    @Test func `who does not lead has not failed`() {
        let error = ReconcileError(classifying: KubeError(.notLeading, "cannot do it"))
        #expect(error.kind == .waiting(.seconds(1)))
        #expect(error.reason == "NotLeading")
    }

    @Test func `an unknown error tells its type and not its text`() {
        struct Leaky: Error, CustomStringConvertible {
            var description: String { "token=hunter2" }
        }
        let error = ReconcileError(classifying: Leaky())
        #expect(error.reason == "Unknown")
        #expect(!error.description.contains("hunter2"))
    }

    @Test func `a reconcile error stays what it is`() {
        let error = ReconcileError(classifying: ReconcileError.stalled("Invalid", "cannot use the spec"))
        #expect(error.kind == .stalled)
        #expect(error.description == "Invalid: cannot use the spec")
    }
}
