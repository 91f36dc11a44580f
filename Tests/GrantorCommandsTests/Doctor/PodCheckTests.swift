// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import GrantorCommands

struct PodCheckTests {
    private func pod(_ name: String, ready: Bool = true, waiting: String? = nil, restarts: Int64 = 0) -> JSONValue {
        let state: JSONValue = waiting.map { ["waiting": ["reason": .string($0)]] } ?? ["running": [:]]
        return [
            "metadata": ["name": .string(name)],
            "status": [
                "phase": "Running", "conditions": [["type": "Ready", "status": ready ? "True" : "False"]],
                "containerStatuses": [["state": state, "restartCount": .integer(restarts)]],
            ],
        ]
    }

    @Test func `pods that are ready, one of which leads, are in order`() {
        let found = PodCheck.judge([pod("op-a"), pod("op-b")], home: "grantor", holder: "op-a_1f")
        #expect(found.map(\.verdict) == [.ok])
        #expect(found.first?.message == "2 in namespace grantor, all ready")
    }

    @Test func `a pod that does not start is an error with its reason`() {
        let found = PodCheck.judge([pod("op-a", ready: false, waiting: "ImagePullBackOff")], home: "g", holder: nil)
        #expect(found.map(\.verdict) == [.error])
        #expect(found.first?.message == "not ready: ImagePullBackOff")
    }

    @Test func `restarts, and a holder from elsewhere, are warnings`() {
        #expect(PodCheck.judge([pod("op-a", restarts: 9)], home: "g", holder: "op-a_1").map(\.verdict) == [.warning])
        let found = PodCheck.judge([pod("op-a")], home: "g", holder: "laptop_1")
        #expect(found.map(\.verdict) == [.ok, .warning])
    }
}
