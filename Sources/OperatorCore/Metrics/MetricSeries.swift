// Grantor
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// One series of a family: a figure with its labels.
protocol MetricSeries: AnyObject, Sendable {
    /// Adds its lines.
    func write(to writer: inout ExpositionWriter, name: String, labels: String)
}

/// A count that only grows.
final class CounterSeries: MetricSeries, CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() { value.store(0, ordering: .relaxed) }

    func write(to writer: inout ExpositionWriter, name: String, labels: String) {
        writer.sample(name, labels: labels, text: String(value.load(ordering: .relaxed)))
    }
}

/// A sum of fractions that only grows.
final class FloatingPointCounterSeries: MetricSeries, FloatingPointCounterHandler {
    private let bits = Atomic<UInt64>(0)

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        bits.add(amount)
    }

    func reset() { bits.store(0, ordering: .relaxed) }

    func write(to writer: inout ExpositionWriter, name: String, labels: String) {
        writer.sample(name, labels: labels, value: Double(bitPattern: bits.load(ordering: .relaxed)))
    }
}

/// A figure that goes up and down.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let bits = Atomic<UInt64>(0)

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func increment(by amount: Double) { bits.add(amount) }

    func decrement(by amount: Double) { bits.add(-amount) }

    func record(_ value: Int64) { set(value) }

    func record(_ value: Double) { set(value) }

    func write(to writer: inout ExpositionWriter, name: String, labels: String) {
        writer.sample(name, labels: labels, value: Double(bitPattern: bits.load(ordering: .relaxed)))
    }
}

/// How often a value was at most so and so large.
final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
    private struct State: Sendable {
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    /// Creates a histogram with buckets up to the given bounds, in rising order, and one without.
    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = bucket(of: value)
        state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }

    /// The first bucket whose bound is not below the value.
    private func bucket(of value: Double) -> Int {
        var (low, high) = (0, bounds.count)
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func write(to writer: inout ExpositionWriter, name: String, labels: String) {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        let prefix = labels.isEmpty ? "" : labels + ","
        var total: UInt64 = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < bounds.count ? writer.bound(bounds[index]) : "+Inf"
            writer.sample(name + "_bucket", labels: "\(prefix)le=\"\(bound)\"", text: String(total))
        }
        writer.sample(name + "_sum", labels: labels, value: sum)
        writer.sample(name + "_count", labels: labels, text: String(total))
    }
}

extension Atomic<UInt64> {
    /// Adds to the bit pattern of a `Double`.
    fileprivate func add(_ amount: Double) {
        var old = load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, found) = weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = found
        }
    }
}
