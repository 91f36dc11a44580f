// Grantor
// SPDX-License-Identifier: Apache-2.0

import Rendering
import Testing

struct UnifiedDiffTests {
    private func diff(_ old: String, _ edits: [TextEdit]) -> String {
        UnifiedDiff(Array(old.utf8), edits: edits).text(oldName: "a", newName: "b")
    }

    private func edit(_ range: Range<Int>, _ text: String) -> TextEdit {
        TextEdit(range: range, replacement: Array(text.utf8))
    }

    private static let ten = (0..<10).map { "\($0)\n" }.joined()

    @Test func `no edit is no difference`() {
        #expect(diff(Self.ten, []).isEmpty)
        #expect(diff(Self.ten, [edit(2..<2, "")]).isEmpty)
        #expect(diff(Self.ten, [edit(2..<4, "1\n")]).isEmpty)
    }

    @Test func `a changed line goes and comes`() {
        #expect(
            diff(Self.ten, [edit(10..<11, "five")])
                == "--- a\n+++ b\n@@ -3,7 +3,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
        )
    }

    @Test func `inserted lines come, removed lines go`() {
        #expect(diff(Self.ten, [edit(0..<0, "x\n")]) == "--- a\n+++ b\n@@ -1,3 +1,4 @@\n+x\n 0\n 1\n 2\n")
        #expect(diff(Self.ten, [edit(20..<20, "x\n")]) == "--- a\n+++ b\n@@ -8,3 +8,4 @@\n 7\n 8\n 9\n+x\n")
        #expect(diff(Self.ten, [edit(18..<20, "")]) == "--- a\n+++ b\n@@ -7,4 +7,3 @@\n 6\n 7\n 8\n-9\n")
        #expect(diff("a\n", [edit(0..<2, "")]) == "--- a\n+++ b\n@@ -1 +0,0 @@\n-a\n")
        #expect(diff("", [edit(0..<0, "a\n")]) == "--- a\n+++ b\n@@ -0,0 +1 @@\n+a\n")
    }

    @Test func `changes far apart are hunks of their own, and later ones know what came before`() {
        let text = diff(Self.ten + Self.ten, [edit(0..<0, "x\n"), edit(38..<40, "")])
        #expect(text.contains("@@ -1,3 +1,4 @@\n") && text.contains("@@ -17,4 +18,3 @@\n"))
    }

    @Test func `several edits of one line are one change`() {
        #expect(diff("abc\n", [edit(0..<1, "x"), edit(2..<3, "z")]) == "--- a\n+++ b\n@@ -1 +1 @@\n-abc\n+xbz\n")
    }

    @Test func `a missing line break at the end is said`() {
        let sign = "\\ No newline at end of file\n"
        #expect(diff("a", [edit(1..<1, "b")]) == "--- a\n+++ b\n@@ -1 +1 @@\n-a\n\(sign)+ab\n\(sign)")
        #expect(diff("a", [edit(1..<1, "\nb\n")]) == "--- a\n+++ b\n@@ -1 +1,2 @@\n-a\n\(sign)+a\n+b\n")
    }
}
