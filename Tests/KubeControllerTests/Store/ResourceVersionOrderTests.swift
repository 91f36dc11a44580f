// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubeController

struct ResourceVersionOrderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var lhs: String
        var rhs: String
        var order: ResourceVersionOrder

        init(_ lhs: String, _ rhs: String, _ order: ResourceVersionOrder) {
            (self.lhs, self.rhs, self.order) = (lhs, rhs, order)
        }

        var testDescription: String { "\(lhs) and \(rhs)" }
    }

    @Test(arguments: [
        Case("1", "1", .equal), Case("9", "10", .older), Case("10", "9", .newer), Case("123", "124", .older),
        Case("99999999999999999999998", "99999999999999999999999", .older),
    ])
    func `numbers are ordered whatever their length`(example: Case) {
        #expect(ResourceVersionOrder.compare(example.lhs, example.rhs) == example.order)
    }

    @Test(arguments: [
        Case("", "1", .unknown), Case("a", "b", .unknown), Case("01", "1", .unknown), Case("1", "1a", .unknown),
        Case("-1", "1", .unknown), Case("0", "1", .unknown), Case("é", "e\u{301}", .unknown), Case("a", "a", .equal),
        Case("", "", .equal),
    ])
    func `anything else is equal or unknown`(example: Case) {
        #expect(ResourceVersionOrder.compare(example.lhs, example.rhs) == example.order)
    }
}
