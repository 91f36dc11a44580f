// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// How long ago something happened, as tables show it (`HumanDuration` of `k8s.io/apimachinery/pkg/util/duration`).
enum HumanDuration {
    /// The time since a timestamp: `5m`, `2d3h`; `<unknown>` without one, `<invalid>` when it cannot be read.
    static func since(_ timestamp: String?, now: Date) -> String {
        guard let timestamp, !timestamp.isEmpty else { return "<unknown>" }
        guard let date = Timestamp.parse(timestamp) else { return "<invalid>" }
        return text(seconds: Int(now.timeIntervalSince(date).rounded(.towardZero)))
    }

    /// A duration with two or three figures.
    static func text(seconds: Int) -> String {
        // Clocks differ a little.
        if seconds < -1 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        let minutes = seconds / 60
        let hours = minutes / 60
        let days = hours / 24
        return switch seconds {
        case ..<120: "\(seconds)s"
        case ..<(10 * 60): pair(minutes, "m", seconds % 60, "s")
        case ..<(3 * 3_600): "\(minutes)m"
        case ..<(8 * 3_600): pair(hours, "h", minutes % 60, "m")
        case ..<(48 * 3_600): "\(hours)h"
        case ..<(8 * 86_400): pair(days, "d", hours % 24, "h")
        case ..<(2 * 365 * 86_400): "\(days)d"
        case ..<(8 * 365 * 86_400): pair(days / 365, "y", days % 365, "d")
        default: "\(days / 365)y"
        }
    }

    private static func pair(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
    }
}
