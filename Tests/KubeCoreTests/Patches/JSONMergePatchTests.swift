// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

struct JSONMergePatchTests {
    struct Change: Sendable, CustomTestStringConvertible {
        let old: JSONValue
        let new: JSONValue
        let patch: JSONValue
        var testDescription: String { "\(old) to \(new)" }

        init(_ old: JSONValue, _ new: JSONValue, _ patch: JSONValue) {
            self.old = old
            self.new = new
            self.patch = patch
        }
    }

    @Test(arguments: [
        Change(["a": 1], ["a": 1], [:]),
        Change(["a": 1], ["a": 2], ["a": 2]),
        Change(["a": 1], [:], ["a": .null]),
        Change(["a": 1], ["a": 1, "b": [1]], ["b": [1]]),
        Change(["a": ["b": 1, "c": 2]], ["a": ["b": 1, "c": 3]], ["a": ["c": 3]]),
        Change(["a": ["b": 1]], ["a": [:]], ["a": ["b": .null]]),
        Change(["a": ["b": 1]], ["a": "text"], ["a": "text"]),
        Change(["a": "text"], ["a": ["b": 1]], ["a": ["b": 1]]),
        Change(["a": [1, 2, 3]], ["a": [1, 3]], ["a": [1, 3]]),
    ])
    func `a patch says no more than what differs`(_ change: Change) {
        let patch = JSONMergePatch(from: change.old, to: change.new)
        #expect(patch.document == change.patch)
        #expect(patch.applied(to: change.old) == change.new)
    }

    @Test(arguments: UInt64(1)...20)
    func `a patch makes the new value of the old one`(_ seed: UInt64) {
        var random = Sequences(state: seed)
        for _ in 0..<50 {
            let old = JSONValue.object(random.object(depth: 3))
            let new = JSONValue.object(random.object(depth: 3))
            #expect(JSONMergePatch(from: old, to: new).applied(to: old) == new)
        }
    }

    /// Random values from a seed; none is null, which a merge patch cannot ask for.
    private struct Sequences {
        var state: UInt64

        /// The next number below a bound (splitmix64).
        mutating func next(below bound: UInt64) -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return (mixed ^ (mixed >> 31)) % bound
        }

        mutating func object(depth: Int) -> JSONObject {
            var object: JSONObject = [:]
            for _ in 0..<next(below: 4) { object["m\(next(below: 5))"] = value(depth: depth - 1) }
            return object
        }

        mutating func value(depth: Int) -> JSONValue {
            switch next(below: depth > 0 ? 4 : 2) {
            case 0: .string("s\(next(below: 3))")
            case 1: .bool(next(below: 2) == 0)
            case 2: .array((0..<next(below: 3)).map { _ in value(depth: depth - 1) })
            default: .object(object(depth: depth))
            }
        }
    }
}
