// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Where in a document a value stands, as Kubernetes writes it: `spec.users[0].id`, `metadata.labels[a/b]`.
public struct FieldPath: Sendable, Hashable {
    /// One step down.
    public enum Element: Sendable, Hashable {
        /// To a member of an object.
        case key(String)
        /// To an element of an array, counted from 0.
        case index(Int)
    }

    /// The steps from the root.
    public private(set) var elements: [Element]

    /// Creates a path from steps.
    public init(_ elements: [Element] = []) {
        self.elements = elements
    }

    /// Creates a path from member names.
    public init(keys: String...) {
        elements = keys.map(Element.key)
    }

    /// Goes down to a member.
    public mutating func append(key: String) {
        elements.append(.key(key))
    }

    /// Goes down to an element.
    public mutating func append(index: Int) {
        elements.append(.index(index))
    }

    /// Goes one step up; at the root nothing happens.
    public mutating func removeLast() {
        _ = elements.popLast()
    }

    /// The path of a member.
    public func appending(key: String) -> Self {
        FieldPath(elements + [.key(key)])
    }

    /// The path of an element.
    public func appending(index: Int) -> Self {
        FieldPath(elements + [.index(index)])
    }
}

extension FieldPath: CustomStringConvertible {
    /// The path as Kubernetes writes it; the root is the empty string.
    public var description: String {
        var text = ""
        for element in elements {
            switch element {
            case .index(let index): text += "[\(index)]"
            case .key(let key):
                let plain = key.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "$"):
                        true
                    default: false
                    }
                }
                if !plain || key.isEmpty {
                    text += "[\(key)]"
                } else {
                    text += text.isEmpty ? key : ".\(key)"
                }
            }
        }
        return text
    }
}
