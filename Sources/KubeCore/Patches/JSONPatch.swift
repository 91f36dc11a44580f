// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A list of changes (RFC 6902), applied all or none.
public struct JSONPatch: Sendable, Hashable {
    /// One change.
    public enum Operation: Sendable, Hashable {
        /// Adds a member, inserts an element (`-` at the end), or replaces the whole document.
        case add(JSONPointer, JSONValue)
        /// Removes what is there.
        case remove(JSONPointer)
        /// Replaces what is there.
        case replace(JSONPointer, JSONValue)
        /// Moves from the first place to the second.
        case move(from: JSONPointer, JSONPointer)
        /// Copies from the first place to the second.
        case copy(from: JSONPointer, JSONPointer)
        /// Fails unless the value is there.
        case test(JSONPointer, JSONValue)
    }

    /// Why a patch cannot be read or applied.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// Whether it was a `test` that did not hold.
        public let isFailedTest: Bool
        /// What is wrong, for people.
        public let description: String

        /// Creates a failure.
        public init(_ description: String, isFailedTest: Bool = false) {
            self.description = description
            self.isFailedTest = isFailedTest
        }
    }

    /// The changes, in order.
    public let operations: [Operation]

    /// Creates a patch.
    public init(_ operations: [Operation]) {
        self.operations = operations
    }

    /// Reads a patch document.
    ///
    /// - Throws: `Failure` that names the operation that cannot be read.
    public init(json: JSONValue) throws(Failure) {
        guard let elements = json.array else { throw Failure("a JSON patch must be an array of operations") }
        var operations: [Operation] = []
        for (index, element) in elements.enumerated() {
            operations.append(try Self.operation(element, index: index))
        }
        self.operations = operations
    }

    /// The patch document.
    public var json: JSONValue {
        .array(
            operations.map { operation in
                switch operation {
                case .add(let path, let value): ["op": "add", "path": .string(path.description), "value": value]
                case .remove(let path): ["op": "remove", "path": .string(path.description)]
                case .replace(let path, let value):
                    ["op": "replace", "path": .string(path.description), "value": value]
                case .move(let from, let path):
                    ["op": "move", "from": .string(from.description), "path": .string(path.description)]
                case .copy(let from, let path):
                    ["op": "copy", "from": .string(from.description), "path": .string(path.description)]
                case .test(let path, let value): ["op": "test", "path": .string(path.description), "value": value]
                }
            }
        )
    }

    /// The greatest number of bytes that the copies of one patch may add, written as JSON; the API server's bound.
    public static let copyLimit = 3 << 20

    /// The target after the patch.
    ///
    /// - Throws: `Failure` when the copies add more than `copyLimit`, and when a place does not exist or a test does not hold; nothing is applied then.
    public func applied(to target: JSONValue) throws(Failure) -> JSONValue {
        var document = target
        var copied = 0
        for operation in operations {
            if case .copy(let from, _) = operation {
                // Copies of copies grow exponentially, so that a short patch could fill the memory.
                copied += try Self.value(at: from, in: document).jsonBytes.count
                guard copied <= Self.copyLimit else {
                    throw Failure("the accumulated size of copies exceeds the limit of \(Self.copyLimit) bytes")
                }
            }
            document = try Self.apply(operation, to: document)
        }
        return document
    }

    private static func operation(_ element: JSONValue, index: Int) throws(Failure) -> Operation {
        func pointer(_ member: String) throws(Failure) -> JSONPointer {
            guard let text = element[member]?.string, let pointer = JSONPointer(parsing: text) else {
                throw Failure("operation \(index): \"\(member)\" must be a JSON pointer")
            }
            return pointer
        }
        func value() throws(Failure) -> JSONValue {
            guard let value = element["value"] else { throw Failure("operation \(index): \"value\" is missing") }
            return value
        }
        switch element["op"]?.string {
        case "add": return .add(try pointer("path"), try value())
        case "remove": return .remove(try pointer("path"))
        case "replace": return .replace(try pointer("path"), try value())
        case "move": return .move(from: try pointer("from"), try pointer("path"))
        case "copy": return .copy(from: try pointer("from"), try pointer("path"))
        case "test": return .test(try pointer("path"), try value())
        default: throw Failure("operation \(index): \"op\" must be add, remove, replace, move, copy or test")
        }
    }

    private static func apply(_ operation: Operation, to document: JSONValue) throws(Failure) -> JSONValue {
        switch operation {
        case .add(let path, let value):
            return try change(document, path.tokens[...], path) { _ in .set(value) }
        case .remove(let path):
            _ = try value(at: path, in: document)
            return try change(document, path.tokens[...], path) { _ in .remove }
        case .replace(let path, let value):
            _ = try self.value(at: path, in: document)
            return try change(document, path.tokens[...], path) { _ in .replace(value) }
        case .move(let from, let path):
            if path != from, path.tokens.starts(with: from.tokens) {
                throw Failure("cannot move \(from) into itself")
            }
            let moved = try value(at: from, in: document)
            let removed = try change(document, from.tokens[...], from) { _ in .remove }
            return try change(removed, path.tokens[...], path) { _ in .set(moved) }
        case .copy(let from, let path):
            let copied = try value(at: from, in: document)
            return try change(document, path.tokens[...], path) { _ in .set(copied) }
        case .test(let path, let expected):
            guard let found = try? value(at: path, in: document), same(found, expected) else {
                throw Failure("testing value \(path) failed", isFailedTest: true)
            }
            return document
        }
    }

    private enum Change {
        case set(JSONValue)
        case replace(JSONValue)
        case remove
    }

    /// Equality as RFC 6902, section 4.6, has it: numbers are compared by their value, so that 1 equals 1.0 at any depth.
    private static func same(_ lhs: JSONValue, _ rhs: JSONValue) -> Bool {
        switch (lhs, rhs) {
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { same($0, $1) }
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && left.allSatisfy { name, value in right[name].map { same(value, $0) } ?? false }
        default:
            if lhs == rhs { return true }
            // Two different integers may be the same as floating point numbers.
            if lhs.integer != nil, rhs.integer != nil { return false }
            guard let left = lhs.double, let right = rhs.double else { return false }
            return left == right
        }
    }

    private static func value(at pointer: JSONPointer, in document: JSONValue) throws(Failure) -> JSONValue {
        var value = document
        for token in pointer.tokens {
            let next: JSONValue? =
                switch value {
                case .object(let object): object[token]
                case .array(let array): index(token, upTo: array.count - 1).map { array[$0] }
                default: nil
                }
            guard let next else { throw Failure("the path \(pointer) does not exist") }
            value = next
        }
        return value
    }

    /// An array position in its canonical form (no sign, no leading zero), within a bound.
    private static func index(_ token: String, upTo bound: Int) -> Int? {
        guard let index = Int(token), index >= 0, index <= bound, String(index) == token else { return nil }
        return index
    }

    private static func change(
        _ target: JSONValue,
        _ tokens: ArraySlice<String>,
        _ pointer: JSONPointer,
        _ decide: (JSONValue) -> Change
    ) throws(Failure) -> JSONValue {
        guard let token = tokens.first else {
            switch decide(target) {
            case .set(let value), .replace(let value): return value
            case .remove: return .null
            }
        }
        let rest = tokens.dropFirst()
        switch target {
        case .object(var object):
            if rest.isEmpty {
                switch decide(object[token] ?? .null) {
                case .set(let value), .replace(let value): object[token] = value
                case .remove: object[token] = nil
                }
            } else {
                guard let child = object[token] else { throw Failure("the path \(pointer) does not exist") }
                object[token] = try change(child, rest, pointer, decide)
            }
            return .object(object)
        case .array(var array):
            if rest.isEmpty {
                try changeElement(of: &array, token, pointer, decide)
            } else {
                guard let index = index(token, upTo: array.count - 1) else {
                    throw Failure("the path \(pointer) does not exist")
                }
                array[index] = try change(array[index], rest, pointer, decide)
            }
            return .array(array)
        default:
            throw Failure("the path \(pointer) does not exist")
        }
    }

    private static func changeElement(
        of array: inout [JSONValue],
        _ token: String,
        _ pointer: JSONPointer,
        _ decide: (JSONValue) -> Change
    ) throws(Failure) {
        let end = token == "-" ? array.count : index(token, upTo: array.count)
        guard let index = end else { throw Failure("the path \(pointer) does not exist") }
        switch decide(.null) {
        case .set(let value): array.insert(value, at: index)
        case .replace(let value) where index < array.count: array[index] = value
        case .remove where index < array.count: array.remove(at: index)
        case .replace, .remove: throw Failure("the path \(pointer) does not exist")
        }
    }
}
