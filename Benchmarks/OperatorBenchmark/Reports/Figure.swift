// Grantor
// SPDX-License-Identifier: Apache-2.0

/// One measured number.
struct Figure: Sendable {
    /// Its name in thresholds and in JSON, as in `cold.ratio`.
    var id: String
    /// What it is, for people.
    var title: String
    /// The number.
    var value: Double
    /// Its unit.
    var unit: String
}

/// The middle and the end of some numbers.
struct Distribution: Sendable {
    private let sorted: [Double]

    /// Creates a distribution.
    init(_ values: [Double]) {
        sorted = values.sorted()
    }

    /// The number that a part of the numbers, from 0 to 1, does not exceed (nearest rank).
    func percentile(_ part: Double) -> Double {
        guard let last = sorted.indices.last else { return .nan }
        return sorted[min(last, max(0, Int((part * Double(sorted.count)).rounded(.up)) - 1))]
    }

    /// The middle number.
    var median: Double { percentile(0.5) }
}
