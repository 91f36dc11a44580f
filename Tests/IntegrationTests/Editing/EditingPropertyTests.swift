// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import Rendering
import Testing
import YAMLSource

/// Random documents in random layouts, edited, and read by two implementations of PyYAML as well.
///
/// `GRANTOR_CASES` sets the number of cases, `GRANTOR_SEED` where they begin.
@Suite(.needsPython, .timeLimit(.minutes(5)))
struct EditingPropertyTests {
    /// A text and what it means; for the script.
    private struct Reading {
        let text: String
        let value: JSONValue
        let seed: UInt64
    }

    private static func number(_ name: String, _ fallback: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? fallback
    }

    private static var seeds: Range<UInt64> {
        let first = UInt64(number("GRANTOR_SEED", 1))
        return first..<first + UInt64(number("GRANTOR_CASES", 1_500))
    }

    /// What the two readers of PyYAML say of texts that mean something else than expected.
    private func mismatches(_ readings: [Reading]) async throws -> [String] {
        let cases = readings.map { reading -> JSONValue in
            ["text": .string(reading.text), "values": .array([reading.value])]
        }
        var command = Command(path: try Tool.python.required(), arguments: [Tool.script("compare_yaml.py")])
        command.input = String(decoding: JSONWriter.bytes(.array(cases)), as: UTF8.self)
        command.limit = .seconds(240)
        let outcome = try await command.run()
        try #require(outcome.status == 0, "\(outcome)")
        return outcome.output.split(separator: "\n").map { line in
            let index = line.split(separator: ":").first.flatMap { Int($0) } ?? 0
            return "seed \(readings[index].seed): \(line)\n\(readings[index].text)"
        }
    }

    @Test func `an edited text means what was asked, to every reader`() async throws {
        var readings: [Reading] = []
        for seed in Self.seeds {
            var values = RandomValues(random: SeededGenerator(seed: seed))
            let before = values.object(depth: 4)
            var wanted = values.changed(before, depth: 4)
            if values.random.oneIn(3) { wanted = values.changed(wanted, depth: 4) }
            var layout = RandomLayout(random: values.random)
            let text = layout.text(before)
            let bytes = Array(text.utf8)
            var editor = try YAMLEditor(bytes)
            try #require(
                editor.documents.count == 1 && editor.documents[0].value.isSame(as: before),
                "seed \(seed)\n\(text)"
            )
            let edits: [TextEdit]
            do {
                edits = try editor.makeEqual(to: wanted)
            } catch {
                Issue.record("seed \(seed): \(error)\n\(text)\nwanted \(wanted.jsonText)")
                continue
            }
            let result = String(decoding: editor.bytes, as: UTF8.self)
            #expect(TextEdit.applying(edits, to: bytes) == editor.bytes, "seed \(seed)")
            #expect(try editor.makeEqual(to: wanted).isEmpty, "seed \(seed)")
            #expect(edits.isEmpty == before.isSame(as: wanted), "seed \(seed)")
            let shown = UnifiedDiff(bytes, edits: edits).text(oldName: "a", newName: "b")
            #expect(Self.patched(text, shown) == result, "seed \(seed)\n\(text)\n\(shown)")
            keepsLayout(text, result, layout.comments, editor.notes, "seed \(seed)")
            readings.append(Reading(text: result, value: wanted, seed: seed))
        }
        #expect(try await mismatches(readings) == [])
    }

    /// Applies a unified difference as `patch` does, without looking for hunks elsewhere; `nil` when it does not fit.
    private static func patched(_ text: String, _ difference: String) -> String? {
        typealias Line = String.UTF8View.SubSequence
        func lines(_ text: String) -> (lines: [Line], areEnded: Bool) {
            var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            let areEnded = lines.last?.isEmpty ?? true
            if areEnded { lines.removeLast() }
            return (lines, areEnded)
        }
        guard !difference.isEmpty else { return text }
        let (old, oldIsEnded) = lines(text)
        var new: [Line] = []
        var place = 0
        var last = UInt8(ascii: "@")
        var lacksBreak = false
        for line in lines(difference).lines.dropFirst(2) {
            let sign = line.first ?? 0
            let body = line.dropFirst()
            switch sign {
            case UInt8(ascii: "@"):
                let start = String(Substring(line)).split(separator: " ")[1].dropFirst().split(separator: ",")
                let first = (Int(start[0]) ?? 0) - (start.last == "0" ? 0 : 1)
                guard first >= place, first <= old.count else { return nil }
                new += old[place..<first]
                place = first
            case UInt8(ascii: "+"): new.append(body)
            case UInt8(ascii: " "), UInt8(ascii: "-"):
                guard old.indices.contains(place), old[place].elementsEqual(body) else { return nil }
                if sign == UInt8(ascii: " ") { new.append(body) }
                place += 1
            // "No newline at end of file" is said of the line before.
            case UInt8(ascii: "\\"): lacksBreak = lacksBreak || last != UInt8(ascii: "-")
            default: return nil
            }
            last = sign
        }
        let isEnded = place < old.count ? oldIsEnded : !lacksBreak
        new += old[place...]
        let joined = new.map { String(Substring($0)) }.joined(separator: "\n")
        return isEnded && !new.isEmpty ? joined + "\n" : joined
    }

    /// What has to stay whatever the edit.
    private func keepsLayout(
        _ before: String,
        _ after: String,
        _ comments: [String],
        _ notes: [YAMLEditingNote],
        _ comment: Comment
    ) {
        let lost = comments.filter { !after.contains($0) }
        #expect(lost.isEmpty || !notes.isEmpty, "\(comment): lost \(lost)\n\(before)\n--- after\n\(after)")
        #expect(before.hasPrefix("\u{FEFF}") == after.hasPrefix("\u{FEFF}"), comment)
        let breaks = after.utf8.count { $0 == 0x0A }
        let returns = after.utf8.count { $0 == 0x0D }
        if before.utf8.contains(0x0A) {
            #expect(before.utf8.contains(0x0D) ? returns == breaks : returns == 0, "\(comment): line ends\n\(after)")
            // Where a blank line comes to be the last, its own line break stays.
            let hasBlankLine = before.contains("\n\n") || before.contains("\r\n\r\n")
            #expect(
                (before.utf8.last == 0x0A) == (after.utf8.last == 0x0A) || hasBlankLine,
                "\(comment): end\n\(before)\n--- after\n\(after)"
            )
        }
    }

    @Test func `a changed scalar costs nothing but itself`() throws {
        for seed in Self.seeds {
            var values = RandomValues(random: SeededGenerator(seed: seed))
            var before = values.object(depth: 3)
            before["target"] = .string("before")
            var wanted = before
            wanted["target"] = .string(values.string())
            var layout = RandomLayout(random: values.random)
            let text = layout.text(before)
            guard text.utf8.count(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "*") }) == 0 else { continue }
            var editor = try YAMLEditor(Array(text.utf8))
            let edits = try editor.makeEqual(to: wanted)
            #expect(edits.count == 1, "seed \(seed)")
            let replaced = edits.map { String(decoding: Array(text.utf8)[$0.range], as: UTF8.self) }
            let isExact = replaced.allSatisfy { "\"before\"".contains($0.replacing("'", with: "\"")) }
            #expect(isExact, "seed \(seed): \(replaced)")
        }
    }

    @Test func `a new user is an insertion, and a removed one a removal`() throws {
        for seed in Self.seeds {
            var values = RandomValues(random: SeededGenerator(seed: seed))
            var users = (0..<values.random.below(6) + 2).map { values.user(number: $0) }
            let before: JSONValue = ["admin": ["users": .array(users), "z": "end"]]
            let text = RandomLayout(random: values.random).copyOf(before)
            // To take an anchor away is to write what its aliases stand for as well.
            guard text.utf8.count(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "*") }) == 0 else { continue }
            let path = FieldPath(keys: "admin", "users")
            var editor = try YAMLEditor(Array(text.utf8))
            users.append(values.user(number: 99))
            let added = try editor.makeEqual(at: path, to: .array(users))
            #expect(added.allSatisfy { $0.range.isEmpty } && added.count == 1, "seed \(seed)\n\(text)")
            users.removeLast()
            try editor.makeEqual(at: path, to: .array(users))
            #expect(String(decoding: editor.bytes, as: UTF8.self) == text, "seed \(seed)")
            users.remove(at: values.random.below(users.count))
            let removed = try editor.makeEqual(at: path, to: .array(users))
            #expect(removed.allSatisfy { $0.replacement.isEmpty }, "seed \(seed)\n\(text)")
        }
    }

    @Test func `every string is written so that every reader gives it back`() async throws {
        var readings: [Reading] = []
        for (index, string) in RandomValues.strings.enumerated() {
            for style in [
                "a: x\n", "a: 'x'\n", "a: \"x\"\n", "a: {b: x}\n", "- x\n", "- 'x'\n", "a: [x]\n", "a: |\n  x\n",
                "a:\n",
            ] {
                var editor = try YAMLEditor(Array(style.utf8))
                let path: FieldPath =
                    switch style.first {
                    case "-": FieldPath([.index(0)])
                    default:
                        style.contains("{")
                            ? FieldPath(keys: "a", "b")
                            : style.contains("[") ? FieldPath([.key("a"), .index(0)]) : FieldPath(keys: "a")
                    }
                try editor.set(.string(string), at: path)
                let text = String(decoding: editor.bytes, as: UTF8.self)
                readings.append(Reading(text: text, value: editor.documents[0].value, seed: UInt64(index)))
                // As a key too.
                var keyed = try YAMLEditor(Array("a: x\n".utf8))
                try keyed.set(["v"], at: FieldPath(keys: string, string))
                let keyedText = String(decoding: keyed.bytes, as: UTF8.self)
                readings.append(Reading(text: keyedText, value: keyed.documents[0].value, seed: UInt64(index)))
            }
        }
        #expect(try await mismatches(readings) == [])
    }

    @Test func `the comparison finds a text that means something else`() async throws {
        let found = try await mismatches([
            Reading(text: "a: 1\n", value: ["a": true], seed: 1), Reading(text: "a: no\n", value: ["a": "no"], seed: 2),
            Reading(text: "a: 1\n", value: ["a": 1], seed: 3),
        ])
        #expect(found.count == 4)
    }
}

extension RandomLayout {
    /// A text for a value; the layout itself is left as it is.
    fileprivate func copyOf(_ value: JSONValue) -> String {
        var copy = self
        return copy.text(value)
    }
}
