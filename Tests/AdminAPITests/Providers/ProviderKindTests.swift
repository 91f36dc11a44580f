// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import Testing

struct ProviderKindTests {
    @Test(arguments: ProviderKind.allCases)
    func `each is found by what people call it`(_ kind: ProviderKind) {
        #expect(ProviderKind(name: kind.rawValue) == kind)
        #expect(ProviderKind(name: kind.rawValue.uppercased()) == kind)
    }

    @Test(arguments: ["azure", "Azure AD", "entra-id", "aad"])
    func `Entra has many names`(_ name: String) {
        #expect(ProviderKind(name: name) == .entra)
    }

    @Test(arguments: ["", "ldap", "key cloak 2", String(repeating: "okta", count: 100)])
    func `other names stand for nothing`(_ name: String) {
        #expect(ProviderKind(name: name) == nil)
    }

    @Test func `the issuer of Entra's first version leads to the same tenant`() {
        let shape = ProviderShape(issuer: "https://sts.windows.net/t-1/")
        #expect(shape?.kind == .entra)
        #expect(shape?.base == "https://login.microsoftonline.com/t-1")
        #expect(ProviderShape(issuer: "https://login.microsoftonline.com/common/v2.0")?.issuer == nil)
    }
}
