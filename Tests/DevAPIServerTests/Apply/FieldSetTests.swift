// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import DevAPIServer

/// A small generator of repeatable random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

struct FieldSetTests {
    /// A random tree of field names, as `fieldsV1`.
    private func randomSet(_ generator: inout SeededGenerator, depth: Int = 3) -> JSONValue {
        var node: JSONValue = [:]
        for name in ["f:a", "f:b", "k:{\"n\":\"x\"}", "v:\"y\"", "i:0"] where Bool.random(using: &generator) {
            node[name] = depth > 0 && Bool.random(using: &generator) ? randomSet(&generator, depth: depth - 1) : [:]
        }
        if let count = node.object?.count, count > 0, Bool.random(using: &generator) { node["."] = [:] }
        return node
    }

    @Test func `the algebra is that of sets of paths`() throws {
        var generator = SeededGenerator(seed: 42)
        for _ in 0..<500 {
            let one = try #require(FieldSet(json: randomSet(&generator)))
            let two = try #require(FieldSet(json: randomSet(&generator)))
            let left = Set(one.paths)
            let right = Set(two.paths)
            #expect(Set(one.union(two).paths) == left.union(right))
            #expect(Set(one.intersection(two).paths) == left.intersection(right))
            #expect(Set(one.subtracting(two).paths) == left.subtracting(right))
            #expect(one.union(two) == two.union(one))
            #expect(one.intersection(two) == two.intersection(one))
            #expect(one.subtracting(two).union(one.intersection(two)) == one)
            #expect(one.subtracting(one).isEmpty)
            #expect(one.union(one) == one)
        }
    }

    @Test func `a set survives being written and read`() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let set = try #require(FieldSet(json: randomSet(&generator)))
            #expect(FieldSet(json: try JSONValue(parsing: set.json.jsonText)) == set)
        }
    }

    @Test func `paths are written as messages write them`() throws {
        let set = try #require(
            FieldSet(json: [
                "f:data": ["f:a": [:]], "f:metadata": ["f:labels": [".": [:], "f:app.example/x": [:]]],
                "f:spec": [
                    "k:{\"name\":\"n\",\"port\":80}": ["f:image": [:]], "v:\"fin\"": [:], "i:3": [:],
                ],
            ])
        )
        #expect(
            set.paths == [
                ".data.a", ".metadata.labels", ".metadata.labels.app.example/x", ".spec[3]",
                ".spec[name=\"n\",port=80].image", ".spec[=\"fin\"]",
            ]
        )
    }

    @Test(
        arguments: [["x": [:]], ["f:a": 1], [".": ["f:a": [:]]], "text", ["g:a": [:]], ["f:a": ["b": [:]]]]
            as [JSONValue]
    )
    func `what is not of the form is refused`(_ json: JSONValue) {
        #expect(FieldSet(json: json) == nil)
    }
}
