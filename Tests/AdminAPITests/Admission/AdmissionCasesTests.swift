// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import TestKit
import Testing

/// The table that webhook and policy are held to says what the validator says.
struct AdmissionCasesTests {
    @Test(arguments: AdmissionCases.all)
    func `the validator's verdict is that of the table`(_ example: AdmissionCase) throws {
        let instance = try AppInstance(json: example.instance())
        let verdict = AdminRules().validate(instance)
        let expected: AdmissionCase.Verdict =
            switch verdict {
            case nil: .allowed
            case let verdict? where !verdict.isValid: .denied
            case let verdict?: verdict.findings.isEmpty ? .allowed : .warned
            }
        #expect(example.verdict == expected)
        let first = verdict?.errors.first ?? verdict?.warnings.first
        #expect(example.field == first?.error.path.description)
    }

    @Test func `names are unique and the policy is never the stricter one`() {
        #expect(Set(AdmissionCases.all.map(\.name)).count == AdmissionCases.all.count)
        #expect(AdmissionCases.all.count >= 60)
        let order: [AdmissionCase.Verdict] = [.allowed, .warned, .denied]
        for example in AdmissionCases.all {
            let policy = order.firstIndex(of: example.policyVerdict) ?? order.endIndex
            let rules = order.firstIndex(of: example.verdict) ?? 0
            #expect(policy <= rules, "\(example)")
        }
    }
}
