// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// One place where two values differ.
public struct ValueDifference: Hashable, Sendable {
    /// Where it is.
    public let path: FieldPath
    /// What stands there in the first value; `nil` when nothing does.
    public let old: JSONValue?
    /// What stands there in the second value; `nil` when nothing does.
    public let new: JSONValue?

    /// Describes a difference.
    public init(path: FieldPath, old: JSONValue?, new: JSONValue?) {
        self.path = path
        self.old = old
        self.new = new
    }

    /// The differences of two values, path by path, members in the order of their names.
    ///
    /// Lists of one length are compared element by element, others as a whole.
    public static func between(
        _ old: JSONValue?,
        _ new: JSONValue?,
        at path: FieldPath = FieldPath()
    ) -> [ValueDifference] {
        switch (old, new) {
        case (let old?, let new?) where old == new:
            return []
        case (nil, nil):
            return []
        case (.object(let before)?, .object(let after)?):
            let names = Set(before.names).union(after.names).sorted { UTF8Order.compare($0, $1) < 0 }
            return names.flatMap { between(before[$0], after[$0], at: path.appending(key: $0)) }
        case (.array(let before)?, .array(let after)?) where before.count == after.count:
            return zip(before, after).enumerated().flatMap { index, pair in
                between(pair.0, pair.1, at: path.appending(index: index))
            }
        default:
            return [ValueDifference(path: path, old: old, new: new)]
        }
    }
}
