// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OperatorCore

#if canImport(Glibc)
import Glibc

struct OpenFilesTests {
    @Test func `the limit is raised as far as it may be`() throws {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var before = rlimit()
        try #require(getrlimit(resource, &before) == 0)
        // One less is enough to see, and disturbs no other test.
        var lower = before
        lower.rlim_cur = min(before.rlim_cur, before.rlim_max - 1)
        try #require(setrlimit(resource, &lower) == 0)
        #expect(OpenFiles.limit == Double(lower.rlim_cur))
        OpenFiles.raiseLimit()
        #expect(OpenFiles.limit == Double(before.rlim_max))
    }
}
#endif
