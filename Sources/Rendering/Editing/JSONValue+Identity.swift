// Grantor
// SPDX-License-Identifier: Apache-2.0

package import KubeCore

extension JSONValue {
    /// Whether two values are the same to every reader: strings byte by byte, numbers by what they count.
    ///
    /// `==` takes canonically equivalent strings for equal, and an integer never for a number.
    package func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.string(let left), .string(let right)): return UTF8Order.equal(left, right)
        case (.array(let left), .array(let right)):
            guard left.count == right.count else { return false }
            for index in left.indices where !left[index].isSame(as: right[index]) { return false }
            return true
        case (.object(let left), .object(let right)):
            let (left, right) = (left.sortedMembers, right.sortedMembers)
            guard left.count == right.count else { return false }
            for index in left.indices {
                guard UTF8Order.equal(left[index].name, right[index].name),
                    left[index].value.isSame(as: right[index].value)
                else { return false }
            }
            return true
        case (.integer(let integer), .number(let number)), (.number(let number), .integer(let integer)):
            return Double(integer) == number
        case (.null, .null), (.bool, .bool), (.integer, .integer), (.number, .number): return self == other
        default: return false
        }
    }

    /// Whether this is an array or object with something in it, which no scalar can stand for.
    var isFilledCollection: Bool {
        switch self {
        case .array(let elements): !elements.isEmpty
        case .object(let object): !object.isEmpty
        default: false
        }
    }
}
