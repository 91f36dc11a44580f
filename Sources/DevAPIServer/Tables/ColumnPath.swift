// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A path of a printer column: the part of Kubernetes' JSONPath that custom resource definitions use.
///
/// `.spec.image`, `.metadata.labels['a.b/c']`, `.metadata.labels.a\.b`, `.status.conditions[-1].reason`,
/// `.spec.items[*].name`, `.status.conditions[?(@.type=="Ready")].status`.
struct ColumnPath: Sendable, Equatable {
    /// One step down.
    enum Step: Sendable, Equatable {
        /// To a member.
        case member(String)
        /// To an element; negative ones count from the end.
        case element(Int)
        /// To a range of elements, as in `[0:2]`.
        case range(Int?, Int?)
        /// To all members or elements.
        case all
        /// To the elements whose value at a path compares with another so.
        case filter([Step], Comparison, JSONValue)
        /// To the elements that have something at a path.
        case having([Step])
    }

    /// How a filter compares.
    enum Comparison: String, Sendable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
    }

    private let steps: [Step]

    /// Reads a path; `nil` when it cannot be read.
    init?(_ text: String) {
        var reader = ColumnPathReader(text)
        guard let steps = reader.readAll() else { return nil }
        self.steps = steps
    }

    /// The first value that the path leads to; `nil` when something on the way is missing.
    func first(in root: JSONValue) -> JSONValue? {
        // Plain paths are by far the most frequent.
        var value = root
        for (index, step) in steps.enumerated() {
            switch step {
            case .member(let name):
                guard let next = value[name] else { return nil }
                value = next
            case .element(let position):
                guard let next = Self.element(position, of: value) else { return nil }
                value = next
            case .range, .all, .filter, .having:
                return Self.follow(steps[index...], from: value).first
            }
        }
        return value
    }

    private static func follow(_ steps: ArraySlice<Step>, from value: JSONValue) -> [JSONValue] {
        guard let step = steps.first else { return [value] }
        return next(step, from: value).flatMap { follow(steps.dropFirst(), from: $0) }
    }

    private static func next(_ step: Step, from value: JSONValue) -> [JSONValue] {
        switch step {
        case .member(let name): return value[name].map { [$0] } ?? []
        case .element(let position): return element(position, of: value).map { [$0] } ?? []
        case .range(let from, let to):
            guard let array = value.array else { return [] }
            let start = clamp(from ?? 0, array.count)
            let end = clamp(to ?? array.count, array.count)
            return start < end ? Array(array[start..<end]) : []
        case .all: return value.array ?? value.object.map { $0.map(\.value) } ?? []
        case .having(let path):
            return (value.array ?? []).filter { !follow(path[...], from: $0).isEmpty }
        case .filter(let path, let comparison, let operand):
            return (value.array ?? []).filter { element in
                guard let found = follow(path[...], from: element).first else { return false }
                return compare(found, comparison, operand)
            }
        }
    }

    private static func element(_ position: Int, of value: JSONValue) -> JSONValue? {
        guard let array = value.array else { return nil }
        return value[position < 0 ? array.count + position : position]
    }

    private static func clamp(_ position: Int, _ count: Int) -> Int {
        min(max(position < 0 ? count + position : position, 0), count)
    }

    private static func compare(_ left: JSONValue, _ comparison: Comparison, _ right: JSONValue) -> Bool {
        switch comparison {
        case .equal: left == right || order(left, right) == 0
        case .notEqual: left != right && order(left, right) != 0
        case .less: order(left, right).map { $0 < 0 } ?? false
        case .lessOrEqual: order(left, right).map { $0 <= 0 } ?? false
        case .greater: order(left, right).map { $0 > 0 } ?? false
        case .greaterOrEqual: order(left, right).map { $0 >= 0 } ?? false
        }
    }

    /// How two numbers or two texts follow each other; `nil` for anything else.
    private static func order(_ left: JSONValue, _ right: JSONValue) -> Int? {
        if let left = left.double, let right = right.double { return left < right ? -1 : left > right ? 1 : 0 }
        guard let left = left.string, let right = right.string else { return nil }
        return UTF8Order.compare(left, right)
    }
}
