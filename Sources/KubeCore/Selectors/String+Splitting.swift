// Grantor
// SPDX-License-Identifier: Apache-2.0

extension String {
    /// This string without spaces and tabs at its ends.
    package func trimmingSpaces() -> String {
        var view = self[...]
        while let first = view.first, first == " " || first == "\t" { view.removeFirst() }
        while let last = view.last, last == " " || last == "\t" { view.removeLast() }
        return String(view)
    }

    /// What stands before and after the first occurrence of a separator; `nil` when it does not occur.
    package func splitOnce(at separator: String) -> (String, String)? {
        guard let range = firstRange(of: separator) else { return nil }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }
}
