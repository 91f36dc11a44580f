// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeController
import KubeCore
import Testing

@testable import GrantorCommands

struct LeaseCheckTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func lease(
        _ name: String = "grantor",
        holder: String = "pod-1_x",
        renewed ago: Double = 1
    ) -> LeaseCheck.Named {
        LeaseCheck.Named(
            name,
            LeaseRecord(
                holderIdentity: holder,
                leaseDurationSeconds: 15,
                acquireTime: "",
                renewTime: Timestamp.formatMicro(now.addingTimeInterval(-ago)),
                leaseTransitions: 3
            )
        )
    }

    private func judge(
        _ leases: [LeaseCheck.Named],
        before: [LeaseCheck.Named] = [],
        expected: String = "grantor",
        isRequired: Bool = true
    ) -> [Diagnosis] {
        LeaseCheck.judge(leases, before: before, expected: expected, isRequired: isRequired, home: "grantor", at: now)
    }

    @Test func `a lease that is renewed is in order`() {
        let found = judge([lease()])
        #expect(found.map(\.verdict) == [.ok])
        #expect(found.first?.message == "held by pod-1_x, renewed 1 s ago of 15 s")
    }

    @Test func `no lease is an error where there is an election, a warning where nobody said`() {
        #expect(judge([]).map(\.verdict) == [.error])
        #expect(judge([], isRequired: false).map(\.verdict) == [.warning])
    }

    @Test func `a lease that was given back, or is not renewed, is an error`() {
        #expect(judge([lease(holder: "")]).first?.message.hasPrefix("nobody leads") == true)
        let expired = judge([lease(renewed: 40)])
        #expect(expired.map(\.verdict) == [.error])
        #expect(expired.first?.message == "held by pod-1_x, which has not renewed it for 40 s (it holds for 15 s)")
    }

    @Test func `a lease that looks expired but moves belongs to a clock that is wrong`() {
        let found = judge([lease(renewed: 100)], before: [lease(renewed: 104)])
        #expect(found.map(\.verdict) == [.warning])
        #expect(found.first?.message.contains("clock and this one differ by about 100 s") == true)
        #expect(judge([lease(renewed: -60)]).map(\.verdict) == [.warning])
        #expect(judge([lease(renewed: 1)], before: [lease(renewed: 40)]).map(\.verdict) == [.ok])
    }

    @Test func `shards that nobody leads are told`() {
        let found = LeaseCheck.overlaps(["grantor-0-of-3", "grantor-2-of-3"], home: "grantor")
        #expect(found.map(\.check) == ["lease-shards"])
        #expect(found.first?.message.contains("nobody leads 1:") == true)
        #expect(LeaseCheck.overlaps(["grantor-0-of-2", "grantor-1-of-2"], home: "grantor").isEmpty)
        #expect(LeaseCheck.overlaps(["grantor-0-of-2-abc", "grantor-1-of-2-def"], home: "grantor").count == 2)
    }

    @Test func `an operator for everything beside others does work twice`() {
        #expect(LeaseCheck.overlaps(["grantor", "grantor-1a2b"], home: "grantor").map(\.check) == ["lease-overlap"])
        #expect(LeaseCheck.overlaps(["grantor"], home: "grantor").isEmpty)
        #expect(LeaseCheck.overlaps(["grantor-1a2b", "grantor-3c4d"], home: "grantor").isEmpty)
    }
}
