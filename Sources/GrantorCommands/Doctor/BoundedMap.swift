// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Applies an operation to elements, a bounded number of them at a time; results are in the order of the elements.
///
/// - Throws: What the operation throws; the rest is cancelled then.
func boundedMap<Element: Sendable, Result: Sendable>(
    _ elements: [Element],
    atMost limit: Int,
    _ operation: @escaping @Sendable (Element) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var waiting = elements.enumerated().makeIterator()
        func begin() {
            guard let (index, element) = waiting.next() else { return }
            group.addTask { (index, try await operation(element)) }
        }
        for _ in 0..<max(1, limit) { begin() }
        var results = [Result?](repeating: nil, count: elements.count)
        while let (index, result) = try await group.next() {
            results[index] = result
            begin()
        }
        return results.compactMap(\.self)
    }
}
