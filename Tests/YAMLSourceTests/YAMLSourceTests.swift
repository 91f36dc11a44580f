// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import YAMLSource

struct YAMLSourceTests {
    @Test func `a mapping becomes an object`() throws {
        #expect(try YAMLSource.value(in: Array("a: 1\nb: [x, {c: no}]\n".utf8)) == ["a": 1, "b": ["x", ["c": false]]])
    }
}
