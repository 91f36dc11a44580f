// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// A span of time as the flags of Kubernetes write it (Go's `time.ParseDuration`): `15s`, `1m30s`, `500ms`, `1.5s`.
struct DurationArgument: ExpressibleByArgument, Sendable, Hashable {
    /// The span.
    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    init?(argument: String) {
        var rest = argument[...]
        var total = Duration.zero
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), number.isFinite, number < 1e9, let length = Self.units[String(unit)]
            else {
                return nil
            }
            total += length * number
        }
        duration = total
    }

    private static let units: [String: Duration] = [
        "ms": .milliseconds(1), "s": .seconds(1), "m": .seconds(60), "h": .seconds(3_600),
    ]

    /// What help shows as the default.
    var defaultValueDescription: String {
        let (seconds, attoseconds) = duration.components
        return attoseconds == 0 ? "\(seconds)s" : "\(duration / .milliseconds(1))ms"
    }
}
