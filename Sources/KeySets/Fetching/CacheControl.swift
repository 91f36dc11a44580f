// Grantor
// SPDX-License-Identifier: Apache-2.0

/// How long an answer may be cached (RFC 9111, 5.2.2.1 and 5.1).
enum CacheControl {
    /// The rest of `max-age` after `Age`; `nil` when there is no `max-age` that can be read.
    ///
    /// `no-cache` and `no-store` without `max-age` say nothing about a period and are ordinary answers of providers.
    static func maxAge(cacheControl: [String], age: String?) -> Duration? {
        for directive in cacheControl.joined(separator: ",").split(separator: ",") {
            let parts = directive.split(separator: "=", maxSplits: 1).map { trimmed($0) }
            guard parts.count == 2, parts[0].lowercased() == "max-age", let total = seconds(parts[1]) else { continue }
            let passed = age.flatMap { seconds(trimmed($0[...])) } ?? 0
            return .seconds(max(0, total - passed))
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, " \t\"".contains(first) { text.removeFirst() }
        while let last = text.last, " \t\"".contains(last) { text.removeLast() }
        return text
    }

    /// A number of seconds; one that is too large counts as 2^31 (RFC 9111, 1.2.2).
    private static func seconds(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return min(Int64(text) ?? .max, 1 << 31)
    }
}
