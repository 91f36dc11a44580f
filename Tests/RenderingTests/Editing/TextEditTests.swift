// Grantor
// SPDX-License-Identifier: Apache-2.0

import Rendering
import Testing

struct TextEditTests {
    @Test func `an edit keeps its range and its bytes`() {
        let edit = TextEdit(range: 2..<4, replacement: [65])
        #expect(edit.range == 2..<4)
        #expect(edit.replacement == [65])
    }
}
