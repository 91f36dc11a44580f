// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Durations as Kubernetes writes them: the text form of Go's `time.Duration`, as in `5m`, `24h`, `1h30m`, `1.5s`.
public enum GoDuration {
    /// The pattern of durations that a CRD accepts: no sign, no bare `0`, microseconds as `us`.
    public static let pattern = "^([0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h))+$"

    /// Reads a duration (`time.ParseDuration`, without a sign); `nil` when it is none or over 290 years.
    public static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        var rest = Substring(text)
        var nanoseconds = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            guard number != ".", number.utf8.count(where: { $0 == UInt8(ascii: ".") }) < 2, let value = Double(number)
            else {
                return nil
            }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { !("0"..."9").contains($0) && $0 != "." }
            guard let scale = scale(of: unit) else { return nil }
            nanoseconds += value * scale
            rest = rest.dropFirst(unit.count)
        }
        guard nanoseconds < 9.2e18 else { return nil }
        return .nanoseconds(Int64(nanoseconds.rounded()))
    }

    /// Writes a duration of whole milliseconds or more: `5m0s` as `5m`, `90s` as `1m30s`, zero as `0s`.
    public static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard seconds > 0 || attoseconds > 0 else { return "0s" }
        var text = ""
        if seconds >= 3_600 { text += "\(seconds / 3_600)h" }
        if seconds / 60 % 60 > 0 { text += "\(seconds / 60 % 60)m" }
        if seconds % 60 > 0 { text += "\(seconds % 60)s" }
        let nanoseconds = attoseconds / 1_000_000_000
        if nanoseconds > 0 {
            text += nanoseconds % 1_000_000 == 0 ? "\(nanoseconds / 1_000_000)ms" : "\(nanoseconds)ns"
        }
        return text.isEmpty ? "0s" : text
    }

    private static func scale(of unit: Substring) -> Double? {
        switch unit {
        case "ns": 1
        case "us", "\u{B5}s", "\u{3BC}s": 1e3
        case "ms": 1e6
        case "s": 1e9
        case "m": 60e9
        case "h": 3_600e9
        default: nil
        }
    }
}
